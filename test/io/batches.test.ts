/*
 * receiveMany() and batches(): many messages at once, none lost, however it ends.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import {
  ClosedError,
  Context,
  ContextTerminatedError,
  Pair,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  StateError,
  TimeoutError,
} from "zmqx";
import { freshAddress, link, transports } from "../harness.js";
import { receiveText, receiveTexts } from "../socket/peers.js";

const texts = (count: number) => Array.from({ length: count }, (_, number) => String(number));
const firstParts = (messages: Buffer[][]) => messages.map(([text]) => String(text));

for (const transport of transports) {
  test(`M8: \`receiveMany()\` gives all messages in order (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    const sending = push.sendMany(texts(5000).map((text) => [text, "", `end of ${text}`]));
    const received: Buffer[][] = [];
    while (received.length < 5000) {
      const messages = await pull.receiveMany();
      assert.ok(messages.length >= 1 && messages.length <= 512, `${messages.length} messages`);
      received.push(...messages);
    }
    await sending;
    assert.deepEqual(
      received.map((message) => message.map(String)),
      texts(5000).map((text) => [text, "", `end of ${text}`]),
    );
    assert.equal(pull.tryReceive(), undefined);
  });

  test(`M8: \`batches()\` gives all messages in order, and ends at close (${transport})`, async () => {
    const [push, pull] = [new Push(), new Pull()];
    await link(pull, push, transport);
    const sending = push.sendMany(texts(5000));
    const received: string[] = [];
    for await (const messages of pull.batches()) {
      assert.ok(messages.length >= 1);
      received.push(...firstParts(messages));
      if (received.length === 5000) await Promise.all([push.close(), pull.close()]);
    }
    assert.equal(await sending, 5000);
    assert.deepEqual(received, texts(5000));
  });

  test(`E12: \`batches()\` ends when the socket closes while it waits (${transport})`, async () => {
    const [push, pull] = [new Push(), new Pull()];
    await link(pull, push, transport);
    await push.send("only one");
    const batches: string[][] = [];
    const looping = (async () => {
      for await (const messages of pull.batches()) batches.push(firstParts(messages));
    })();
    while (batches.length === 0) await turn();
    await Promise.all([push.close(), pull.close()]);
    await looping;
    assert.deepEqual(batches, [["only one"]]);
  });

  test(`E5: leaving \`batches()\` early keeps the socket open and loses nothing (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    const sending = push.sendMany(texts(3000));
    const received: string[] = [];
    while (received.length < 2900) {
      for await (const messages of pull.batches({ max: 10 })) {
        received.push(...firstParts(messages));
        break;
      }
      received.push(...(await receiveTexts(pull, 1)));
      for await (const [text] of pull) {
        received.push(String(text));
        break;
      }
      received.push(...firstParts(await pull.receiveMany({ max: 3 })));
    }
    received.push(...(await receiveTexts(pull, 3000 - received.length)));
    assert.deepEqual(received, texts(3000));
    assert.equal(pull.closed, false);
    assert.equal(await sending, 3000);
  });

  test(`\`receiveMany()\` waits for one message (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    let isOver = false;
    const receiving = pull.receiveMany().finally(() => {
      isOver = true;
    });
    for (let count = 0; count < 10; count++) await turn();
    assert.equal(isOver, false);
    await push.send("1");
    assert.deepEqual(firstParts(await receiving), ["1"]);
  });

  test(`E5: \`receiveMany()\` that times out or is aborted takes nothing (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    await assert.rejects(pull.receiveMany({ timeout: 0 }), TimeoutError);
    await assert.rejects(pull.receiveMany({ timeout: 1 }), {
      name: "TimeoutError",
      code: "EAGAIN",
    });
    const reason = new Error("on purpose");
    const controller = new AbortController();
    const { signal } = controller;
    const receiving = assert.rejects(pull.receiveMany({ signal }), {
      name: "AbortError",
      cause: reason,
    });
    controller.abort(reason);
    await receiving;
    await push.sendMany(["1", "2"]);
    await assert.rejects(pull.receiveMany({ signal }), { name: "AbortError" });
    assert.deepEqual(await receiveTexts(pull, 2), ["1", "2"]);
    pull.receiveTimeout = 0;
    await assert.rejects(pull.receiveMany(), TimeoutError);
  });

  test(`Q1: \`receiveMany()\` on Request and Reply gives one message, in turn (${transport})`, async () => {
    using request = new Request();
    using reply = new Reply();
    await link(reply, request, transport);
    await assert.rejects(request.receiveMany(), StateError);
    for (let round = 0; round < 20; round++) {
      const [asked] = [reply.receiveMany(), await request.send("question")];
      assert.deepEqual(firstParts(await asked), ["question"]);
      const [answered] = [request.receiveMany(), await reply.send("answer")];
      assert.deepEqual(firstParts(await answered), ["answer"]);
    }
  });
}

test("`receiveMany()` takes what is there, and no more than `max`", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  await push.sendMany(texts(700));
  const sizes: number[] = [];
  const received: string[] = [];
  for (const max of [1, 2, 100, 512, 65_536]) {
    const messages = await pull.receiveMany({ max });
    assert.ok(messages.length >= 1 && messages.length <= max, `${messages.length} of ${max}`);
    sizes.push(messages.length);
    received.push(...firstParts(messages));
  }
  assert.deepEqual(sizes.slice(0, 3), [1, 2, 100]);
  while (received.length < 700) received.push(...firstParts(await pull.receiveMany()));
  assert.deepEqual(received, texts(700));
});

test("`receiveMany()` takes what comes while it waits", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  for (let round = 0; round < 20; round++) {
    const receiving = pull.receiveMany();
    await turn();
    await push.sendMany(texts(20));
    const received = firstParts(await receiving);
    while (received.length < 20) received.push(...firstParts(await pull.receiveMany()));
    assert.deepEqual(received, texts(20));
  }
});

test("`receiveMany()` and `receive()` that wait get messages in the order of their calls", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  const waiting = [pull.receiveMany(), receiveText(pull), pull.receiveMany(), receiveText(pull)];
  await push.sendMany(texts(100));
  const results = await Promise.all(waiting);
  for (const [index, result] of results.entries()) assert.equal(String(result[0]), String(index));
  const received = results.flatMap((result) => result.map(String));
  while (received.length < 100) received.push(...firstParts(await pull.receiveMany()));
  assert.deepEqual(
    received.sort((a, b) => Number(a) - Number(b)),
    texts(100),
  );
});

describe("`max`", () => {
  const wrong: [unknown, string][] = [
    [0, "RangeError"],
    [-1, "RangeError"],
    [1.5, "RangeError"],
    [65_537, "RangeError"],
    [Number.NaN, "RangeError"],
    [Number.POSITIVE_INFINITY, "RangeError"],
    ["5", "TypeError"],
    [5n, "TypeError"],
    [{}, "TypeError"],
  ];
  for (const [max, name] of wrong) {
    const expected = { name, message: /^Cannot receive .+ messages: expected 1 to 65536$/ };
    test(`\`receiveMany()\` and \`batches()\` refuse ${String(max)}, a ${typeof max}`, async () => {
      using pair = new Pair();
      await assert.rejects(pair.receiveMany({ max } as never), expected);
      const looping = async () => {
        for await (const _ of pair.batches({ max } as never));
      };
      await assert.rejects(looping(), expected);
    });
  }
});

test("`batches()` gives no more than `max` at once", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  await push.sendMany(texts(500));
  const received: string[] = [];
  for await (const messages of pull.batches({ max: 7 })) {
    assert.ok(messages.length <= 7);
    received.push(...firstParts(messages));
    if (received.length === 500) break;
  }
  assert.deepEqual(received, texts(500));
});

test("`batches()` can be iterated by hand", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  await push.sendMany(["1", "2"]);
  const batches = pull.batches({ max: 1 })[Symbol.asyncIterator]();
  const next = async () => firstParts((await batches.next()).value ?? []);
  assert.deepEqual(await next(), ["1"]);
  assert.deepEqual(await next(), ["2"]);
  const last = batches.next();
  await pull.close();
  assert.deepEqual(await last, { value: undefined, done: true });
  assert.deepEqual(await batches.next(), { value: undefined, done: true });
});

test("`receiveMany()` rejects when the socket closes while it waits, and afterwards", async () => {
  const pull = new Pull();
  await pull.bind(freshAddress("inproc"));
  const receiving = assert.rejects(pull.receiveMany(), { name: "ClosedError", code: "EAGAIN" });
  await pull.close();
  await receiving;
  await assert.rejects(pull.receiveMany(), ClosedError);
  for await (const _ of pull.batches()) assert.fail("It is closed");
});

test("L7: `receiveMany()` rejects with ETERM when the context ends, `batches()` ends", async () => {
  const context = new Context();
  const [waits, loops] = [new Pull({ context }), new Router({ context })];
  const receiving = assert.rejects(waits.receiveMany(), ContextTerminatedError);
  const looping = (async () => {
    for await (const _ of loops.batches());
  })();
  context.shutdown();
  await Promise.all([receiving, looping]);
  await context.terminate();
});
