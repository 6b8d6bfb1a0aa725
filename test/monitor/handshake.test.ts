/*
 * Handshakes that fail: for the protocol, for the ZAP handler, for the connection.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Context, curveKeyPair, Pull, Push, Reply, Request } from "zmqx";
import { freshAddress, until } from "../harness.js";
import { command, greeting, RawPeer } from "../io/raw.js";
import { ZapHandler } from "../security/handler.js";
import { receiveText, wires } from "../socket/peers.js";
import { Recording } from "./recording.js";

for (const transport of wires) {
  const garbage: [string, string, Buffer[]][] = [
    ["an unknown mechanism", "ERR_ZMTP_MECHANISM_MISMATCH", [greeting("SPAM")]],
    ["another mechanism", "ERR_ZMTP_MECHANISM_MISMATCH", [greeting("PLAIN")]],
    ["an unknown command", "ERR_ZMTP_UNEXPECTED_COMMAND", [greeting("NULL"), command("EGGS", "")]],
  ];
  for (const [what, code, chunks] of garbage) {
    test(`E13: \`"handshake:error:protocol"\` tells of ${what} (${transport})`, async () => {
      using server = new Reply();
      const record = new Recording(server);
      const address = await server.bind(freshAddress(transport));
      await using peer = await RawPeer.connect(address);
      for (const chunk of chunks) peer.write(chunk);
      const event = await record.wait("handshake:error:protocol");
      assert.equal(event.address, address);
      assert.ok(event.error instanceof Error);
      assert.equal(event.error.code, code);
      await peer.closed;
      assert.equal(record.all("handshake").length, 0);
    });
  }

  test(`E13: \`"handshake:error:protocol"\` tells both ends of CURVE with NULL (${transport})`, async () => {
    const { secretKey } = curveKeyPair();
    using server = new Reply({ curveServer: true, curveSecretKey: secretKey });
    using client = new Request({ linger: 0 });
    const [atServer, atClient] = [new Recording(server), new Recording(client)];
    client.connect(await server.bind(freshAddress(transport)));
    for (const record of [atServer, atClient]) {
      const { error } = await record.wait("handshake:error:protocol");
      assert.equal(error.code, "ERR_ZMTP_MECHANISM_MISMATCH");
      assert.equal(record.all("handshake").length, 0);
    }
  });

  test(`E13: \`"handshake:error:auth"\` tells both ends of the handler's no (${transport})`, async () => {
    const context = new Context();
    const handler = await ZapHandler.open(context, () => ({ status: "400" }));
    const server = new Reply({ context, zapDomain: "test" });
    const client = new Request({ context, linger: 0 });
    const [atServer, atClient] = [new Recording(server), new Recording(client)];
    const address = await server.bind(freshAddress(transport));
    client.connect(address);
    for (const record of [atServer, atClient]) {
      const event = await record.wait("handshake:error:auth");
      assert.equal(event.address, address);
      assert.ok(event.error instanceof Error);
      assert.equal(event.error.status, 400);
      assert.equal(record.all("handshake").length, 0);
    }
    await Promise.all([server.close(), client.close(), handler.close()]);
    await context.terminate();
  });

  test(`E13: \`"handshake:error:other"\` tells of a peer that left (${transport})`, async () => {
    using server = new Reply();
    const record = new Recording(server);
    const address = await server.bind(freshAddress(transport));
    const peer = await RawPeer.connect(address);
    peer.write(greeting("NULL").subarray(0, 20));
    await peer.close();
    const event = await record.wait("handshake:error:other");
    assert.equal(event.address, address);
    assert.ok(event.error instanceof Error);
    assert.equal(typeof event.error.code, "string");
  });

  test(`E13: what was refused is not connected again, until the program does it (${transport})`, async () => {
    const context = new Context();
    let status = "400";
    const handler = await ZapHandler.open(context, () => ({ status }));
    const pull = new Pull({ context, zapDomain: "test" });
    const push = new Push({ context, linger: 0, reconnectInterval: 1 });
    const record = new Recording(push);
    const endpoint = await pull.bind(freshAddress(transport));
    push.connect(endpoint);
    await record.wait("disconnect");
    await until(() => !push.trySend("to nobody"));
    const sent = push.send("later");
    status = "200";
    push.connect(endpoint);
    await sent;
    assert.deepEqual(await receiveText(pull), ["later"]);
    assert.equal(handler.requests.length, 2);
    assert.equal(record.all("connect:retry").length, 0);
    await Promise.all([pull.close(), push.close(), handler.close()]);
    await context.terminate();
  });
}
