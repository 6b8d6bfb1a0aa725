/*
 * Traffic and everything else of the event loop: neither may starve the other.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Pair, Pull, Push } from "zmqx";
import { link, transports } from "../harness.js";
import { receiveText } from "../socket/peers.js";

/** Counts the turns that timers and immediates get, until stopped. */
class Turns {
  timers = 0;
  immediates = 0;
  #isOver = false;
  readonly #interval = setInterval(() => this.timers++, 1);

  constructor() {
    const next = () => {
      this.immediates++;
      if (!this.#isOver) setImmediate(next);
    };
    setImmediate(next);
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#interval);
  }
}

for (const transport of transports) {
  test(`E11: timers and immediates get their turns while 100,000 messages pass (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(push, pull, transport);
    const count = 100_000;
    const turns = new Turns();
    let isRead = false;
    const file = readFile(new URL(import.meta.url)).then(() => {
      isRead = true;
    });
    // Without turns for other I/O it would never end.
    const sending = (async () => {
      for (let sent = 0; sent < count || !isRead; sent++) await push.send("message");
      // For a receive that may wait already.
      await push.send("message");
    })();
    for (let received = 0; received < count || !isRead; received++) await pull.receive();
    await Promise.all([sending, file]);
    turns.stop();
    // Both sides together carry out 200,000 operations.
    assert.ok(turns.immediates > count / 2000, `${turns.immediates} turns for immediates`);
    assert.ok(turns.timers > 0, `${turns.timers} turns for timers`);
  });
}

test("E11: one side alone leaves turns to timers, while it receives and while it sends", async () => {
  const count = 50_000;
  using push = new Push({ sendHighWaterMark: 0 });
  using pull = new Pull({ receiveHighWaterMark: 0 });
  await link(push, pull, "inproc");
  const whileSending = new Turns();
  for (let i = 0; i < count; i++) await push.send("message");
  whileSending.stop();
  const whileReceiving = new Turns();
  for (let i = 0; i < count; i++) await pull.receive();
  whileReceiving.stop();
  for (const { immediates } of [whileSending, whileReceiving]) {
    assert.ok(immediates > count / 2000, `${immediates} turns for immediates`);
  }
});

test("E11: a loop that takes long for each message leaves turns to timers", async () => {
  const count = 200;
  using push = new Push();
  using pull = new Pull();
  await link(push, pull, "inproc");
  for (let sent = 0; sent < count; sent++) assert.ok(push.trySend("message"));
  const turns = new Turns();
  for (let received = 0; received < count; received++) {
    await pull.receive();
    const end = performance.now() + 1;
    while (performance.now() < end);
  }
  turns.stop();
  assert.ok(turns.immediates > count / 4, `${turns.immediates} turns for immediates`);
});

test("A send in each of many turns never waits for the next one", async () => {
  using push = new Push({ sendHighWaterMark: 0 });
  using pull = new Pull();
  await link(push, pull, "inproc");
  let sent = 0;
  for (let turn = 1; turn <= 500; turn++) {
    await new Promise(setImmediate);
    push.send("message").then(() => sent++);
    await new Promise(process.nextTick);
    assert.equal(sent, turn);
  }
});

test("E11: a loop that never waits leaves turns to timers", async () => {
  using pair = new Pair();
  using peer = new Pair();
  await link(pair, peer, "inproc");
  let isTimeOver = false;
  setTimeout(() => {
    isTimeOver = true;
  }, 10);
  await pair.send("ball");
  // Without turns for timers it would never end.
  while (!isTimeOver) {
    await peer.send(await receiveText(peer));
    await pair.send(await receiveText(pair));
  }
  assert.deepEqual(await receiveText(peer), ["ball"]);
});

for (const transport of transports) {
  test(`E11: timers and immediates without end leave turns to traffic (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(push, pull, transport);
    const turns = new Turns();
    const timers = Array.from({ length: 100 }, () => setInterval(() => undefined, 1));
    for (let i = 0; i < 300; i++) {
      const waiting = receiveText(pull);
      await new Promise(setImmediate);
      await push.send(`${i}`);
      assert.deepEqual(await waiting, [`${i}`]);
    }
    for (const timer of timers) clearInterval(timer);
    turns.stop();
  });
}

test("E11: sockets that become ready in one turn of the event loop share it", async () => {
  // Few enough for each that its own time is not looked at.
  const [sockets, count] = [100, 60];
  const links = Array.from({ length: sockets }, () => ({ push: new Push(), pull: new Pull() }));
  for (const { push, pull } of links) {
    push.sendHighWaterMark = 0;
    pull.receiveHighWaterMark = 0;
    await link(push, pull, "inproc");
  }
  let [left, thisTurn, most] = [sockets * count, 0, 0];
  const receiving = links.map(async ({ pull }) => {
    for (let received = 0; received < count; received++) {
      await pull.receive();
      left--;
      most = Math.max(most, ++thisTurn);
    }
  });
  const nextTurn = () => {
    thisTurn = 0;
    if (left > 0) setImmediate(nextTurn);
  };
  for (const { push } of links) {
    for (let sent = 0; sent < count; sent++) assert.ok(push.trySend("message"));
  }
  nextTurn();
  await Promise.all(receiving);
  for (const { push, pull } of links) for (const socket of [push, pull]) socket.close();
  // Before the immediates of a turn and after them they may take as much.
  assert.ok(most < 3000, `${most} messages passed in one turn`);
});

test("E11: traffic on one socket leaves turns to other sockets", async () => {
  using floodTo = new Pull();
  using floodFrom = new Push();
  using quietA = new Pair();
  using quietB = new Pair();
  await link(floodTo, floodFrom, "tcp");
  await link(quietA, quietB, "tcp");
  let [isOver, flood] = [false, 0];
  const flooding = (async () => {
    while (!isOver) await floodFrom.send("flood");
    await floodFrom.send("end");
  })();
  const draining = (async () => {
    while ((await receiveText(floodTo))[0] !== "end") flood++;
  })();
  for (let i = 0; i < 200; i++) {
    const waiting = receiveText(quietB);
    await quietA.send(`${i}`);
    assert.deepEqual(await waiting, [`${i}`]);
  }
  isOver = true;
  await Promise.all([flooding, draining]);
  assert.ok(flood > 200, `${flood} messages passed meanwhile`);
});
