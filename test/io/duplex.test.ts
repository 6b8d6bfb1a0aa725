/*
 * Sending and receiving on one socket at once: a wake-up for one direction must not be lost in
 * the other.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Dealer, HostUnreachableError, Pair, Router } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import { receiveText, wires } from "../socket/peers.js";
import { randomIntegers } from "./random.js";

const little = { sendHighWaterMark: 1, receiveHighWaterMark: 1 };
const small = { ...little, sendBufferSize: 4096, receiveBufferSize: 4096 };

for (const transport of transports) {
  for (const Type of [Pair, Dealer]) {
    test(`Both directions of a ${Type.name} wait at once, and go on (${transport})`, async () => {
      using a = new Type(small);
      using b = new Type(small);
      await link(a, b, transport);
      const random = randomIntegers(4);
      const count = 1500;
      const flood = async (from: Pair | Dealer, name: string) => {
        for (let i = 0; i < count; i++) {
          await from.send([`${name} ${i}`, Buffer.alloc(random(6000))]);
          if (random(10) === 0) await turn();
        }
      };
      const collect = async (to: Pair | Dealer, name: string) => {
        for (let i = 0; i < count; i++) {
          assert.equal((await receiveText(to))[0], `${name} ${i}`);
          if (random(10) === 0) await turn();
        }
      };
      await Promise.all([flood(a, "a"), collect(a, "b"), flood(b, "b"), collect(b, "a")]);
    });
  }

  test(`H10: a send at the high-water mark and a receive wait on one socket (${transport})`, async () => {
    using a = new Pair(small);
    using b = new Pair(small);
    await link(a, b, transport);
    const padding = Buffer.alloc(10_000);
    for (let round = 0; round < 60; round++) {
      const answer = receiveText(a);
      // Until one does not fit any more, and that one.
      let sent = 0;
      let waiting: Promise<void> | undefined;
      while (waiting === undefined) {
        const send = a.send([`${sent++}`, padding]);
        const isDone = await Promise.race([send.then(() => true), turn(false)]);
        if (!isDone) waiting = send;
      }
      // The message for the one is what comes first, or room for the other.
      if (round % 2 === 0) await b.send("answer");
      for (let i = 0; i < sent; i++) assert.equal((await receiveText(b))[0], `${i}`);
      if (round % 2 === 1) await b.send("answer");
      await waiting;
      assert.deepEqual(await answer, ["answer"]);
    }
  });

  test(`Q15: a mandatory Router waits at the high-water mark, and receives (${transport})`, async () => {
    using router = new Router({ ...small, mandatory: true });
    const address = await router.bind(freshAddress(transport));
    using slow = new Dealer({ ...small, routingId: "slow" });
    using quick = new Dealer({ ...small, routingId: "quick" });
    for (const dealer of [slow, quick]) {
      dealer.connect(address);
      await dealer.send("hello");
      assert.equal((await receiveText(router))[1], "hello");
    }
    const padding = Buffer.alloc(10_000);
    for (let round = 0; round < 40; round++) {
      let sent = 0;
      let waiting: Promise<void> | undefined;
      while (waiting === undefined) {
        const send = router.send(["slow", `${sent++}`, padding]);
        const isDone = await Promise.race([send.then(() => true), turn(false)]);
        if (!isDone) waiting = send;
      }
      // While it waits for room at the one, it hears the other one, again and again.
      for (let i = 0; i < 5; i++) {
        const request = receiveText(router);
        if (i % 2 === 0) await turn();
        await quick.send(`${round} ${i}`);
        assert.deepEqual(await request, ["quick", `${round} ${i}`]);
      }
      const pending = receiveText(router);
      for (let i = 0; i < sent; i++) assert.equal((await receiveText(slow))[0], `${i}`);
      await waiting;
      await slow.send("done");
      assert.deepEqual(await pending, ["slow", "done"]);
    }
  });
}

for (const transport of wires) {
  test(`Q15: a mandatory Router that waits rejects when its peer goes (${transport})`, async () => {
    using router = new Router({ ...small, mandatory: true, linger: 0 });
    const address = await router.bind(freshAddress(transport));
    for (let round = 0; round < 10; round++) {
      const dealer = new Dealer({ ...small, routingId: "peer", linger: 0 });
      dealer.connect(address);
      await dealer.send("hello");
      assert.equal((await receiveText(router))[1], "hello");
      const padding = Buffer.alloc(10_000);
      const pending = router.receive();
      let failure: unknown;
      let sends = 0;
      const flooding = (async () => {
        for (;;) {
          await router.send(["peer", padding]);
          sends++;
        }
      })().catch((error: unknown) => {
        failure = error;
      });
      const enough = sends + 3;
      await until(() => sends >= enough);
      for (let idle = 0; idle < 50; idle++) await turn();
      await dealer.close();
      await flooding;
      assert.ok(failure instanceof HostUnreachableError);
      using next = new Dealer({ routingId: "next" });
      next.connect(address);
      await next.send("still there");
      assert.deepEqual((await pending).map(String), ["next", "still there"]);
    }
  });
}
