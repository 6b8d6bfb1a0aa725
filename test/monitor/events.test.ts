/*
 * The events of a connection's life, each provoked once.
 */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { AddressInUseError, Dealer, Reply, Request, Router, ZmqError } from "zmqx";
import { assertEndedWell, freshAddress, runChild } from "../harness.js";
import { absentAddress, wires } from "../socket/peers.js";
import { Recording } from "./recording.js";

for (const transport of wires) {
  test(`E13: \`events\` tell both ends of a connection, from bind to end (${transport})`, async () => {
    const server = new Reply();
    const client = new Request({ reconnectInterval: 100_000 });
    const [atServer, atClient] = [new Recording(server), new Recording(client)];

    const address = await server.bind(freshAddress(transport));
    assert.deepEqual(await atServer.wait("bind"), { type: "bind", address });
    client.connect(address);
    assert.deepEqual(await atServer.wait("accept"), { type: "accept", address });
    assert.deepEqual(await atClient.wait("connect"), { type: "connect", address });
    assert.deepEqual(await atServer.wait("handshake"), { type: "handshake", address });
    assert.deepEqual(await atClient.wait("handshake"), { type: "handshake", address });

    await server.close();
    await atServer.ended;
    assert.deepEqual(atServer.types, ["bind", "accept", "handshake", "close", "end"]);
    assert.deepEqual(atServer.all("close"), [{ type: "close", address }]);
    assert.deepEqual(await atClient.wait("disconnect"), { type: "disconnect", address });
    await client.close();
    await atClient.ended;
    const expected = ["connect", "handshake", "disconnect", "connect:retry", "end"];
    assert.deepEqual(
      atClient.types.filter((type) => type !== "connect:delay"),
      expected,
    );
  });

  test(`E13: \`events\` tell the bound end that a peer has gone (${transport})`, async () => {
    using server = new Router();
    const record = new Recording(server);
    const address = await server.bind(freshAddress(transport));
    for (let count = 1; count <= 3; count++) {
      const client = new Dealer();
      client.connect(address);
      await record.wait("handshake", count);
      await client.close();
      assert.deepEqual(await record.wait("disconnect", count), { type: "disconnect", address });
    }
    assert.equal(record.all("accept").length, 3);
    assert.equal(record.all("close").length, 0);
  });

  test(`E13: \`unbind()\` makes the event "close" (${transport})`, async () => {
    using server = new Reply();
    const record = new Recording(server);
    const address = await server.bind(freshAddress(transport));
    await server.unbind(address);
    assert.deepEqual(await record.wait("close"), { type: "close", address });
    assert.deepEqual(record.types, ["bind", "close"]);
  });

  test(`E13: \`"connect:retry"\` tells the interval until the next attempt (${transport})`, async () => {
    using client = new Request({ reconnectInterval: 7, linger: 0 });
    const record = new Recording(client);
    const address = await absentAddress(transport);
    client.connect(address);
    await record.wait("connect:retry", 5);
    for (const event of record.all("connect:retry")) {
      assert.equal(event.address, address);
      // libzmq adds a random part of up to as much again.
      assert.ok(event.interval >= 7 && event.interval < 14, `${event.interval} ms`);
    }
    // Each failed attempt closes what it opened.
    assert.ok(record.all("close").length >= 5);
    using server = new Reply();
    await server.bind(address);
    await record.wait("handshake");
  });
}

test('E13: `"connect:delay"` tells that a connection is under way (tcp)', async () => {
  using server = new Reply();
  using client = new Request();
  const record = new Recording(client);
  const address = await server.bind(freshAddress("tcp"));
  client.connect(address);
  assert.deepEqual(await record.wait("connect:delay"), { type: "connect:delay", address });
  await record.wait("handshake");
  assert.deepEqual(record.types, ["connect:delay", "connect", "handshake"]);
});

test('E13: `"bind:error"` tells why the socket does not listen (tcp)', async () => {
  using first = new Reply();
  using second = new Reply();
  const record = new Recording(second);
  const address = await first.bind(freshAddress("tcp"));
  await assert.rejects(second.bind(address), AddressInUseError);
  const event = await record.wait("bind:error");
  // libzmq leaves the transport out here.
  assert.equal(event.address.replace(/^tcp:\/\//, ""), address.replace("tcp://", ""));
  assert.ok(event.error instanceof Error);
  assert.equal(event.error.code, "EADDRINUSE");
  assert.equal(typeof event.error.errno, "number");
});

test('E13: `"bind:error"` tells why the socket does not listen (ipc)', async () => {
  using socket = new Reply();
  const record = new Recording(socket);
  const directory = mkdtempSync(join(tmpdir(), "zmqx-"));
  rmSync(directory, { recursive: true });
  await assert.rejects(socket.bind(`ipc://${directory}/x`), ZmqError);
  const { address, error } = await record.wait("bind:error");
  assert.ok(address.endsWith(`${directory}/x`));
  assert.equal(error.code, "ENOENT");
});

test("E13: `events` tell nothing of inproc connections, but the end", async () => {
  const server = new Reply();
  using client = new Request();
  const record = new Recording(server);
  const address = await server.bind(freshAddress("inproc"));
  client.connect(address);
  await client.send("request");
  await server.receive();
  await server.close();
  await record.ended;
  assert.deepEqual(record.types, ["end"]);
});

const manyFiles = `
  import { openSync, closeSync } from "node:fs";
  import { Pull, Push } from "zmqx";

  const pull = new Pull();
  const push = new Push({ linger: 0 });
  const address = await pull.bind("tcp://127.0.0.1:*");
  const { events } = pull;
  const told = (...types) => new Promise((resolve) => {
    for (const type of types) events.on(type, resolve);
  });
  const files = [];
  const useUpFiles = () => {
    for (;;) {
      try {
        files.push(openSync("/dev/null"));
      } catch (error) {
        if (error.code === "EMFILE") break;
        throw error;
      }
    }
  };
  let event;
  do {
    useUpFiles();
    // One is left for the client; the other end needs one more. Where a thread of the process had a
    // file for a moment, and has closed it since, there is one: it is used up for the next client.
    closeSync(files.pop());
    const first = told("accept", "accept:error");
    push.connect(address);
    event = await first;
  } while (event.type === "accept");
  if (event.address !== address || event.error.code !== "EMFILE") throw event.error;
  const accepted = told("accept");
  for (const file of files) closeSync(file);
  await accepted;
  await push.send("through");
  const [text] = await pull.receive();
  process.stdout.write(String(text));
  await Promise.all([pull.close(), push.close()]);
`;

test('E13: `"accept:error"` tells that files are used up, and the peer is accepted later', {
  skip: process.platform === "win32" && "has no limit to set",
}, async () => {
  const ended = await runChild(manyFiles, { shell: 'ulimit -n 100; exec "$0" "$@"' });
  assertEndedWell(ended);
  assert.equal(ended.stdout, "through");
});
