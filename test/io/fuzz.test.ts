/*
 * Timeouts and aborts at random moments, against senders and receivers that count.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { AbortError, Dealer, Pull, Push, Router, TimeoutError, type WaitOptions } from "zmqx";
import { link } from "../harness.js";
import { randomIntegers } from "./random.js";

type Random = (limit: number) => number;

function isGivenUp(error: unknown): boolean {
  return error instanceof AbortError || (error as { code?: string }).code === "EAGAIN";
}

/** Options of a call that is soon given up, mostly, and what makes that happen. */
function impatience(random: Random): { options: WaitOptions; settle: () => void } {
  const nothing = () => undefined;
  const kind = random(6);
  if (kind === 0) return { options: { timeout: random(4) }, settle: nothing };
  if (kind === 1) return { options: { timeout: 1 + random(2) }, settle: nothing };
  const controller = new AbortController();
  const { signal } = controller;
  const abort = () => controller.abort();
  if (kind === 2) abort();
  if (kind === 3) queueMicrotask(abort);
  if (kind === 4) setImmediate(abort);
  // Some are aborted when they have long settled.
  return { options: { signal, timeout: 2 }, settle: kind === 5 ? abort : nothing };
}

for (const transport of ["tcp", "inproc"] as const) {
  test(`E5: \`receive()\` that is given up 10,000 times loses no message (${transport})`, async () => {
    const random = randomIntegers(1);
    using pull = new Pull();
    using push = new Push();
    await link(pull, push, transport);
    const wanted = 10_000;
    let [givenUp, sent, isOver] = [0, 0, false];
    const sending = (async () => {
      while (!isOver) {
        for (let burst = random(20); burst > 0; burst--) await push.send([`${sent++}`, "x"]);
        await turn();
      }
    })();
    // In the order of the calls: those that are given up leave gaps.
    const got: number[] = [];
    let calls = 0;
    const take = async () => {
      const { options, settle } = impatience(random);
      const call = calls++;
      try {
        const [number, x] = await pull.receive(options);
        assert.equal(String(x), "x");
        got[call] = Number(number);
      } catch (error) {
        if (!isGivenUp(error)) throw error;
        givenUp++;
      } finally {
        settle();
      }
    };
    while (givenUp < wanted || sent < 1000) {
      await Promise.all(Array.from({ length: 1 + random(60) }, take));
    }
    isOver = true;
    const all = got.filter(() => true);
    const receiveRest = async () => {
      while (all.length < sent) all.push(Number((await pull.receive())[0]));
    };
    // The sender may stand at its high-water mark.
    await receiveRest();
    await sending;
    await receiveRest();
    assert.deepEqual(
      all,
      Array.from({ length: sent }, (_, i) => i),
    );
    await assert.rejects(pull.receive({ timeout: 0 }), TimeoutError);
  });

  test(`E5: \`send()\` that is given up 10,000 times is either delivered or rejected (${transport})`, async () => {
    const random = randomIntegers(2);
    using push = new Push({ sendHighWaterMark: 3 });
    using pull = new Pull({ receiveHighWaterMark: 3 });
    await link(push, pull, transport);
    const wanted = 10_000;
    const accepted: number[] = [];
    let [next, givenUp] = [0, 0];
    const got: number[] = [];
    const reading = (async () => {
      for (;;) {
        const [number, ...rest] = await pull.receive();
        if (String(number) === "end") return;
        assert.equal(rest.length, Number(number) % 3);
        got.push(Number(number));
        if (random(4) === 0) await turn();
      }
    })();
    const put = async () => {
      const { options, settle } = impatience(random);
      const number = next++;
      const rest = Array.from({ length: number % 3 }, () => Buffer.alloc(random(300)));
      try {
        await push.send([`${number}`, ...rest], options);
        accepted.push(number);
      } catch (error) {
        if (!isGivenUp(error)) throw error;
        givenUp++;
      } finally {
        settle();
      }
    };
    while (givenUp < wanted || accepted.length < 1000) {
      await Promise.all(Array.from({ length: 1 + random(60) }, put));
    }
    await push.send("end");
    await reading;
    assert.deepEqual(
      got,
      accepted.sort((a, b) => a - b),
    );
    assert.equal(accepted.length + givenUp, next);
  });

  test(`E5: requests and replies that are given up never mix up (${transport})`, async () => {
    const random = randomIntegers(3);
    using router = new Router({ mandatory: true });
    using dealer = new Dealer();
    await link(router, dealer, transport);
    const served = (async () => {
      for await (const [id, number] of router) await router.send([id as Buffer, number as Buffer]);
    })();
    let [asked, answered, givenUp] = [0, 0, 0];
    while (givenUp < 2000 || asked < 500) {
      for (let burst = random(3); burst > 0; burst--) await dealer.send(`${asked++}`);
      const { options, settle } = impatience(random);
      try {
        const [number] = await dealer.receive(options);
        assert.equal(String(number), `${answered++}`);
      } catch (error) {
        if (!isGivenUp(error)) throw error;
        givenUp++;
      }
      settle();
    }
    for (; answered < asked; answered++) {
      assert.equal(String((await dealer.receive())[0]), `${answered}`);
    }
    router.close();
    await served;
  });
}
