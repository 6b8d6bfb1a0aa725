/*
 * Closing: what close() does at once, what its promise waits for, and that endpoints are free.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  ClosedError,
  Dealer,
  Pair,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  type Socket,
  Stream,
  Subscriber,
  XPublisher,
  XSubscriber,
} from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import { absentAddress } from "../socket/peers.js";
import { WirePeer } from "../socket/wire.js";
import { nowhere } from "./states.js";

const types: Record<string, new () => Socket> = {
  Dealer,
  Pair,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  Stream,
  Subscriber,
  XPublisher,
  XSubscriber,
};

for (const transport of transports) {
  test(`\`close()\` of any socket can be repeated, over ${transport}`, async () => {
    for (const [name, Type] of Object.entries(types)) {
      if (name === "Stream" && transport !== "tcp") continue;
      const socket = new Type();
      await socket.bind(freshAddress(transport));
      const first = socket.close();
      assert.equal(socket.closed, true, name);
      await Promise.all([first, socket.close()]);
      await socket.close();
      assert.equal(socket.closed, true, name);
    }
  });

  if (transport === "inproc") continue;

  test(`E2: an endpoint is free after \`await close()\`, 100 times over ${transport}`, async () => {
    const endpoint = await absentAddress(transport);
    for (let round = 0; round < 100; round++) {
      const [reply, request] = [new Reply(), new Request()];
      await reply.bind(endpoint);
      request.connect(endpoint);
      await request.send(String(round));
      assert.equal(String(await reply.receive()), String(round));
      void request.close();
      await reply.close();
    }
  });

  test(`E3: an endpoint is free after \`await unbind()\`, 100 times over ${transport}`, async () => {
    const endpoint = await absentAddress(transport);
    const [first, second] = [new Pull(), new Pull()];
    const push = new Push();
    for (let round = 0; round < 100; round++) {
      const pull = round % 2 === 0 ? first : second;
      await pull.bind(endpoint);
      push.connect(endpoint);
      await push.send(String(round));
      assert.equal(String(await pull.receive()), String(round));
      push.disconnect(endpoint);
      await pull.unbind(endpoint);
    }
    await Promise.all([first.close(), second.close(), push.close()]);
  });
}

test("E2: an inproc endpoint is free after `close()`, 100 times", async () => {
  const address = freshAddress("inproc");
  for (let round = 0; round < 100; round++) {
    const [a, b] = [new Pair(), new Pair()];
    await a.bind(address);
    b.connect(address);
    await b.send(String(round));
    assert.equal(String(await a.receive()), String(round));
    void b.close();
    await a.close();
  }
});

test("E2: `close()` acts at once, and its promise resolves when messages are delivered", async () => {
  const endpoint = await absentAddress("tcp");
  const push = new Push();
  push.connect(endpoint);
  await push.send("waits for its peer");
  const order: string[] = [];
  const gone = push.close({ linger: 60_000 }).then(() => order.push("gone"));
  assert.equal(push.closed, true);
  await assert.rejects(push.send("too late"), ClosedError);
  await delay(50);
  order.push("bound");
  const pull = new Pull();
  await pull.bind(endpoint);
  assert.equal(String(await pull.receive()), "waits for its peer");
  await gone;
  assert.deepEqual(order, ["bound", "gone"]);
  await pull.close();
});

test("E1: `close({ linger: 0 })` drops what a longer linger keeps", async () => {
  const endpoint = await absentAddress("tcp");
  const [dropped, kept] = [new Push({ linger: 60_000 }), new Push({ linger: 0 })];
  for (const [push, text] of [
    [dropped, "dropped"],
    [kept, "kept"],
  ] as const) {
    push.connect(endpoint);
    await push.send(text);
  }
  await dropped.close({ linger: 0 });
  const gone = kept.close({ linger: 60_000 });
  const pull = new Pull();
  await pull.bind(endpoint);
  assert.equal(String(await pull.receive()), "kept");
  await gone;
  await assert.rejects(pull.receive({ timeout: 0 }), { code: "EAGAIN" });
  await pull.close();
});

test("E1: `close({ linger })` gives messages up when the time has passed", async () => {
  const [short, long] = [new Push(), new Push()];
  const order: string[] = [];
  for (const push of [short, long]) {
    push.connect(nowhere);
    await push.send("for nobody");
  }
  const ended = long.close({ linger: 400 }).then(() => order.push("400 ms"));
  await short.close({ linger: 50 }).then(() => order.push("50 ms"));
  await ended;
  assert.deepEqual(order, ["50 ms", "400 ms"]);
});

test("E1: `close()` with an endless linger resolves in the end, and goes on in the background", async () => {
  const endpoint = await absentAddress("tcp");
  const push = new Push();
  assert.equal(push.linger, -1);
  push.connect(endpoint);
  await push.send("lingers");
  await push.close();
  const pull = new Pull();
  await pull.bind(endpoint);
  assert.equal(String(await pull.receive()), "lingers");
  await pull.close();
});

test("E1: messages to a peer that reads slowly are delivered before `close()` resolves", async () => {
  const pull = new Pull({ receiveHighWaterMark: 1, receiveBufferSize: 65_536 });
  const push = new Push({ sendBufferSize: 65_536 });
  await link(pull, push, "tcp");
  for (let count = 0; count < 40; count++) await push.send([String(count), Buffer.alloc(100_000)]);
  let resolved = false;
  const gone = push.close({ linger: 60_000 }).then(() => {
    resolved = true;
  });
  await delay(50);
  assert.equal(resolved, false);
  for (let count = 0; count < 40; count++) {
    assert.equal(String((await pull.receive())[0]), String(count));
  }
  await gone;
  await pull.close();
});

for (const transport of ["tcp", "ipc"] as const) {
  test(`\`close()\` with an endless linger keeps nothing for peers that go meanwhile, over ${transport}`, async () => {
    for (let round = 0; round < 5; round++) {
      const push = new Push({ sendBufferSize: 65_536 });
      let isGone = false;
      push.events.on("end", () => {
        isGone = true;
      });
      const endpoint = await push.bind(freshAddress(transport));
      const peers: WirePeer[] = [];
      while (peers.length < 100) peers.push(await WirePeer.connect(endpoint, "PULL"));
      await push.send("has a peer");
      // More than the connections hold, to peers that would read in later turns.
      for (let count = 0; count < 10 * peers.length; count++) push.trySend(Buffer.alloc(100_000));
      for (const peer of peers) peer.cut();
      void push.close();
      await until(() => isGone, "the socket to be gone");
    }
  });
}

for (const transport of transports) {
  test(`E12: \`close()\` settles all that waits on the socket, over ${transport}`, async () => {
    const pair = new Pair({ sendHighWaterMark: 1 });
    await pair.bind(freshAddress(transport));
    const waiting = [
      pair.receive(),
      pair.receive({ timeout: 100_000 }),
      pair.send("x"),
      pair.send("y"),
    ];
    const rejected = waiting.map((operation) => assert.rejects(operation, ClosedError));
    const pull = new Pull();
    await pull.bind(freshAddress(transport));
    const loop = (async () => {
      for await (const _ of pull) assert.fail("There is nothing to receive");
      return "ended";
    })();
    await Promise.all([pair.close(), pull.close(), ...rejected]);
    assert.equal(await loop, "ended");
    await assert.rejects(pair.receive(), ClosedError);
    await assert.rejects(pair.send("z"), ClosedError);
    assert.throws(() => pair.connect(nowhere), ClosedError);
    await assert.rejects(pair.bind(freshAddress(transport)), ClosedError);
  });
}

test("`close()` refuses a linger that is none, and leaves the socket open", () => {
  using push = new Push();
  for (const linger of ["1", null, {}, true]) {
    assert.throws(() => push.close({ linger: linger as never }), TypeError);
  }
  for (const linger of [-2, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
    assert.throws(() => push.close({ linger }), RangeError);
  }
  assert.equal(push.closed, false);
});

test("`events.close()` leaves the I/O thread free while its socket lingers", async () => {
  const lingering = new Push();
  const retried = new Promise((resolve) => lingering.events.on("connect:retry", resolve));
  lingering.connect(nowhere);
  await lingering.send("for nobody");
  await retried;
  const gone = lingering.close({ linger: 400 });
  lingering.events.close();
  await delay(250);
  const [push, pull] = [new Push(), new Pull()];
  await link(pull, push, "tcp");
  await push.send("goes through");
  assert.equal(String((await pull.receive({ timeout: 5000 }))[0]), "goes through");
  await Promise.all([gone, push.close(), pull.close()]);
});
