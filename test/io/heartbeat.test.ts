/*
 * Peers that freeze: what tells of them, and what does not.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Dealer, Reply, Request, Router } from "zmqx";
import { freshAddress, startChild } from "../harness.js";
import { Recording } from "../monitor/recording.js";
import { receiveText, wires } from "../socket/peers.js";
import { Tap } from "./tap.js";

const beating = { heartbeatInterval: 20, heartbeatTimeout: 300, heartbeatTimeToLive: 300 };

for (const transport of wires) {
  test(`E16: a link gone silent makes no event without heartbeats, and one with (${transport})`, async () => {
    using server = new Router();
    const address = await server.bind(freshAddress(transport));
    await using tap = await Tap.open(address, freshAddress(transport));
    using still = new Dealer({ linger: 0, reconnectInterval: 10_000 });
    using alive = new Dealer({ ...beating, linger: 0, reconnectInterval: 10_000 });
    const [atStill, atAlive] = [new Recording(still), new Recording(alive)];
    for (const dealer of [still, alive]) {
      dealer.connect(tap.endpoint);
      await dealer.send("hello");
      await server.receive();
    }
    tap.freeze();
    await atAlive.wait("disconnect");
    assert.equal(atStill.all("disconnect").length, 0);
    // Nor does sending into it.
    for (let i = 0; i < 10; i++) await still.send("to nobody");
    assert.equal(atStill.all("disconnect").length, 0);
  });

  test(`E15: \`heartbeatTimeToLive\` makes the other end notice (${transport})`, async () => {
    using server = new Reply();
    const atServer = new Recording(server);
    const address = await server.bind(freshAddress(transport));
    await using tap = await Tap.open(address, freshAddress(transport));
    // The server has no heartbeats of its own: it was told how long to wait for those of others.
    using client = new Request({ ...beating, heartbeatTimeToLive: 200, linger: 0 });
    client.connect(tap.endpoint);
    await client.send("?");
    assert.deepEqual(await receiveText(server), ["?"]);
    await tap.carried("PING", 2);
    tap.freeze();
    await atServer.wait("disconnect");
  });

  test(`E15: heartbeats keep an idle connection, and are no messages (${transport})`, async () => {
    using server = new Router({ ...beating, heartbeatTimeout: 30_000 });
    using client = new Dealer({
      ...beating,
      heartbeatTimeout: 30_000,
      heartbeatTimeToLive: 30_000,
    });
    const [atServer, atClient] = [new Recording(server), new Recording(client)];
    const address = await server.bind(freshAddress(transport));
    await using tap = await Tap.open(address, freshAddress(transport));
    client.connect(tap.endpoint);
    await tap.carried("PING", 10);
    await tap.carried("PONG", 10);
    assert.equal(server.readable, false);
    assert.equal(client.readable, false);
    await client.send("first message");
    assert.equal((await receiveText(server))[1], "first message");
    for (const recording of [atServer, atClient]) {
      await recording.wait("handshake");
      assert.equal(recording.all("disconnect").length, 0);
      assert.equal(recording.all("handshake").length, 1);
    }
  });

  test(`E15: after a silence, the connection is made anew and traffic goes on (${transport})`, async () => {
    using server = new Reply();
    const address = await server.bind(freshAddress(transport));
    await using tap = await Tap.open(address, freshAddress(transport));
    using client = new Request({ ...beating, linger: 0, reconnectInterval: 1, relaxed: true });
    const atClient = new Recording(client);
    client.connect(tap.endpoint);
    for (let round = 1; round <= 3; round++) {
      await atClient.wait("handshake", round);
      await client.send(`${round}`);
      assert.deepEqual(await receiveText(server), [`${round}`]);
      await server.send(`${round}`);
      assert.deepEqual(await receiveText(client), [`${round}`]);
      // Those that are there go silent; new ones are carried.
      tap.freeze();
      await atClient.wait("disconnect", round);
    }
  });
}

const frozenPeer = `
  import { Dealer } from "zmqx";

  const dealer = new Dealer({ linger: 0 });
  dealer.connect(process.argv[1]);
  await dealer.send("hello");
  for await (const message of dealer) await dealer.send(message);
`;

test("E15: a stopped process is noticed, and welcome when it goes on", {
  skip: process.platform === "win32" && "no process can be stopped there",
}, async () => {
  using router = new Router({ heartbeatInterval: 20, heartbeatTimeout: 500 });
  const recording = new Recording(router);
  const address = await router.bind(freshAddress("ipc"));
  const child = startChild(frozenPeer, { args: [address] });
  try {
    const [id, hello] = (await router.receive()) as [Buffer, Buffer];
    assert.equal(String(hello), "hello");
    child.kill("SIGSTOP");
    await recording.wait("disconnect");
    await router.send([id, "to nobody"]);
    child.kill("SIGCONT");
    await recording.wait("handshake", 2);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});
