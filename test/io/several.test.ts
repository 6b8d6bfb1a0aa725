/*
 * Waiting on several sockets at once, and not reading some of them.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { AbortError, Pull, Push } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import { receiveTexts } from "../socket/peers.js";
import { randomIntegers } from "./random.js";

for (const transport of transports) {
  test(`E6: waiting on three sockets takes messages from the ready ones only (${transport})`, async () => {
    const random = randomIntegers(6);
    const pulls = [new Pull(), new Pull(), new Pull()];
    const pushes = [new Push(), new Push(), new Push()];
    for (const [index, pull] of pulls.entries()) {
      await link(pull, pushes[index] as Push, transport);
    }
    const [sent, next] = [
      [0, 0, 0],
      [0, 0, 0],
    ] as [number[], number[]];
    let withdrawn = 0;
    const rounds = 1000;
    for (let round = 0; round < rounds; round++) {
      // One or two get a message, before it is waited for or after.
      const idle = random(3);
      const ready = [0, 1, 2].filter((index) => index !== idle).slice(random(2));
      const numbers = ready.map((index) => (sent[index] as number)++);
      const sending = (async () => {
        if (random(2) === 0) await turn();
        for (const [place, index] of ready.entries()) {
          await pushes[index]?.send(`${numbers[place]}`);
          if (random(3) === 0) await turn();
        }
      })();
      while (next.some((count, index) => count < (sent[index] as number))) {
        // The first one that has a message wins, the others are withdrawn.
        const controller = new AbortController();
        const { signal } = controller;
        const waiting = pulls.map(async (pull, index) => {
          const [text] = await pull.receive({ signal });
          controller.abort();
          assert.equal(String(text), `${next[index]}`);
          next[index] = (next[index] as number) + 1;
        });
        for (const result of await Promise.allSettled(waiting)) {
          if (result.status === "fulfilled") continue;
          if (!(result.reason instanceof AbortError)) throw result.reason;
          withdrawn++;
        }
      }
      await sending;
    }
    // Each time, at least the one without a message.
    assert.ok(withdrawn >= rounds, `${withdrawn} receives were withdrawn`);
    for (const socket of [...pulls, ...pushes]) {
      if (socket instanceof Pull) {
        await assert.rejects(socket.receive({ timeout: 0 }), { code: "EAGAIN" });
      }
      socket.close();
    }
  });

  test(`E7: a socket that is not read keeps its messages, others go on (${transport})`, async () => {
    using unread = new Pull({ receiveHighWaterMark: 5 });
    using read = new Pull();
    using toUnread = new Push({ sendHighWaterMark: 5 });
    using toRead = new Push();
    await link(unread, toUnread, transport);
    await link(read, toRead, transport);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5; i++) await toUnread.send(`${round}: ${i}`);
      for (let i = 0; i < 200; i++) await toRead.send(`${round}: ${i}`);
      const expected = Array.from({ length: 200 }, (_, i) => `${round}: ${i}`);
      assert.deepEqual(await receiveTexts(read, 200), expected);
      await until(() => unread.readable);
      assert.deepEqual(await receiveTexts(unread, 5), expected.slice(0, 5));
    }
  });

  test(`E7: not to read holds the sender back, reading lets it go on (${transport})`, async () => {
    using pull = new Pull({ receiveHighWaterMark: 2, receiveBufferSize: 8192 });
    using push = new Push({ sendHighWaterMark: 2, sendBufferSize: 8192 });
    await link(pull, push, transport);
    const count = 600;
    const padding = Buffer.alloc(20_000);
    let sent = 0;
    const sending = (async () => {
      for (; sent < count; sent++) await push.send([`${sent}`, padding]);
    })();
    for (let received = 0; received < count; ) {
      for (let idle = 0; idle < 20; idle++) await turn();
      assert.ok(sent - received < count / 3, `${sent} sent, ${received} received`);
      for (const text of await receiveTexts(pull, 20)) assert.equal(text, `${received++}`);
    }
    await sending;
  });
}

test("E7: a loop that is left and resumed goes on with the next message", async () => {
  using pull = new Pull();
  using push = new Push();
  push.connect(await pull.bind(freshAddress("tcp")));
  for (let i = 0; i < 100; i++) await push.send(`${i}`);
  let next = 0;
  while (next < 100) {
    for await (const [text] of pull) {
      assert.equal(String(text), `${next++}`);
      if (next % 10 === 0) break;
    }
    assert.equal(pull.closed, false);
  }
});
