/*
 * Operations that are aborted by a signal.
 */

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { AbortError, Pair, Pull, Push } from "zmqx";
import {
  assertEndedWell,
  freshAddress,
  fullStack,
  link,
  runChild,
  transports,
  until,
} from "../harness.js";
import { receiveText, receiveTexts } from "../socket/peers.js";

function isAbort(reason: unknown) {
  return (error: unknown): true => {
    assert.ok(error instanceof AbortError);
    assert.equal(error.name, "AbortError");
    assert.equal(error.code, "ABORT_ERR");
    assert.equal(error.cause, reason);
    return true;
  };
}

for (const transport of transports) {
  test(`E5: a signal that is aborted already rejects, and touches nothing (${transport})`, async () => {
    using pull = new Pull();
    using push = new Push();
    await link(pull, push, transport);
    const signal = AbortSignal.abort("before");
    await push.send("1");
    await until(() => pull.readable);
    await assert.rejects(pull.receive({ signal }), isAbort("before"));
    await assert.rejects(pull.receive({ signal, timeout: 0 }), isAbort("before"));
    await assert.rejects(push.send("no", { signal }), isAbort("before"));
    assert.deepEqual(await receiveText(pull), ["1"]);
    await push.send("2");
    assert.deepEqual(await receiveText(pull), ["2"]);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  test(`E5: \`abort()\` rejects the calls with its signal and no others (${transport})`, async () => {
    using pull = new Pull();
    using push = new Push();
    const address = await pull.bind(freshAddress(transport));
    const [one, other] = [new AbortController(), new AbortController()];
    const receives = [one, other, one, undefined].map((controller) =>
      pull.receive({ signal: controller?.signal }),
    );
    const aborted = [0, 2].map((index) =>
      assert.rejects(receives[index] as Promise<unknown>, isAbort("enough")),
    );
    one.abort("enough");
    await Promise.all(aborted);
    push.connect(address);
    await push.send("1");
    await push.send("2");
    assert.deepEqual((await receives[1])?.map(String), ["1"]);
    assert.deepEqual((await receives[3])?.map(String), ["2"]);
    // Too late for a call that has its message.
    other.abort();
    await push.send("3");
    assert.deepEqual(await receiveText(pull), ["3"]);
  });

  test(`E5: a send that is aborted is not sent, those behind it are (${transport})`, async () => {
    using push = new Push();
    const address = await push.bind(freshAddress(transport));
    const controller = new AbortController();
    const { signal } = controller;
    const first = push.send("1");
    const aborted = [push.send("2", { signal }), push.send(["3", "3"], { signal })].map((sent) =>
      assert.rejects(sent, isAbort(controller)),
    );
    const last = push.send("4");
    controller.abort(controller);
    await Promise.all(aborted);
    using pull = new Pull();
    pull.connect(address);
    await Promise.all([first, last]);
    assert.deepEqual(await receiveTexts(pull, 2), ["1", "4"]);
    await assert.rejects(pull.receive({ timeout: 0 }), { code: "EAGAIN" });
  });

  test(`E5: of abort and message in the same turn, one wins and nothing is lost (${transport})`, async () => {
    using pull = new Pull();
    using push = new Push();
    await link(pull, push, transport);
    let aborts = 0;
    const got: string[] = [];
    for (let i = 0; i < 500; i++) {
      const controller = new AbortController();
      const waiting = pull.receive({ signal: controller.signal }).then(
        ([text]) => got.push(String(text)),
        (error: unknown) => {
          aborts++;
          assert.ok(error instanceof AbortError);
        },
      );
      await push.send(`${i}`);
      if (i % 3 === 0) await new Promise(setImmediate);
      controller.abort();
      await waiting;
    }
    while (got.length < 500) got.push(...(await receiveText(pull)));
    assert.deepEqual(
      got,
      Array.from({ length: 500 }, (_, i) => `${i}`),
    );
    assert.ok(aborts > 0, "some calls were aborted");
  });
}

test("`signal` that lives long keeps no listener, however many calls it was given to", async () => {
  const { signal } = new AbortController();
  using pull = new Pull();
  using push = new Push();
  const address = await pull.bind(freshAddress("inproc"));
  push.connect(address);
  const listeners = () => getEventListeners(signal, "abort").length;
  for (let i = 0; i < 2000; i++) {
    const waiting = pull.receive({ signal });
    assert.equal(listeners(), 1);
    await push.send("x", { signal });
    await waiting;
  }
  assert.equal(listeners(), 0);
  // Calls that time out, and that are closed under.
  await Promise.all(
    Array.from({ length: 100 }, () =>
      assert.rejects(pull.receive({ signal, timeout: 1 }), { code: "EAGAIN" }),
    ),
  );
  assert.equal(listeners(), 0);
  const closed = [1, 2, 3].map(() => assert.rejects(pull.receive({ signal }), { code: "EAGAIN" }));
  assert.ok(listeners() > 0);
  pull.close();
  await Promise.all(closed);
  assert.equal(listeners(), 0);
});

test("`signal` of thousands of calls at once makes no warning", async () => {
  const ended = await runChild(`
    import { Pull, Push } from "zmqx";

    const warnings = [];
    process.on("warning", (warning) => warnings.push(warning.name));
    const { signal } = new AbortController();
    const pull = new Pull();
    const push = new Push();
    push.connect(await pull.bind("inproc://warnings"));
    const receives = Array.from({ length: 3000 }, () => pull.receive({ signal }));
    for (let i = 0; i < 3000; i++) await push.send("x", { signal });
    await Promise.all(receives);
    for (let i = 0; i < 3000; i++) {
      const waiting = pull.receive({ signal });
      await push.send("x", { signal });
      await waiting;
    }
    await new Promise(setImmediate);
    console.log(JSON.stringify(warnings));
    pull.close();
    push.close();
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "[]\n");
});

test("`signal` of `AbortSignal.timeout()` and of `AbortSignal.any()` aborts too", async () => {
  using pair = new Pair();
  await pair.bind(freshAddress("inproc"));
  const isTimeout = (error: unknown): true => {
    assert.ok(error instanceof AbortError);
    assert.equal((error.cause as Error).name, "TimeoutError");
    return true;
  };
  await assert.rejects(pair.receive({ signal: AbortSignal.timeout(1) }), isTimeout);
  await assert.rejects(pair.send("x", { signal: AbortSignal.timeout(1) }), isTimeout);
  const controller = new AbortController();
  const waiting = pair.receive({
    signal: AbortSignal.any([controller.signal, AbortSignal.timeout(60_000)]),
  });
  controller.abort("any");
  await assert.rejects(waiting, isAbort("any"));
});

test("A call that finds the stack full keeps no place among those that wait", async () => {
  const ended = await runChild(`
    import { writeSync } from "node:fs";
    import { Pull, Push } from "zmqx";
    ${fullStack}
    const { signal } = new AbortController();
    const wrong = [];
    let failed = 0;
    for (let round = 0; round < 60; round++) {
      const [push, pull] = [new Push(), new Pull()];
      push.connect(await pull.bind("inproc://" + round));
      const calls = new Array(60);
      let count = 0;
      const receive = () => {
        if (count === calls.length) return;
        calls[count] = pull.receive({ signal, timeout: 100_000 });
        count++;
      };
      atFullStack(round, receive);
      const results = calls.slice(0, count).map((call) => call.then(String, () => undefined));
      // More than anyone waits for, so that all who wait get one.
      for (let i = 0; i < 2 * calls.length; i++) await push.send(String(i));
      const texts = (await Promise.all(results)).filter((text) => text !== undefined);
      failed += count - texts.length;
      if (texts.some((text, i) => text !== String(i))) wrong.push(texts);
      await Promise.all([push.close(), pull.close()]);
    }
    writeSync(1, JSON.stringify([failed > 0, wrong]));
    // Deno's setTimeout() may fail and have made its timer.
    process.exit();
  `);
  assertEndedWell(ended);
  assert.deepEqual(JSON.parse(ended.stdout), [true, []]);
});
