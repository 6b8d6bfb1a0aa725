/*
 * sendMany(): in order, at the pace of the peers, and what is known when it ends early.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { ClosedError, Pair, Pull, Push, Request, TimeoutError } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import { absentAddress, drain, receiveText, receiveTexts } from "../socket/peers.js";

const texts = (count: number) => Array.from({ length: count }, (_, number) => String(number));

/** What a rejected sendMany() tells: its name and how many were sent. */
async function failure(sending: Promise<number>): Promise<{ name: string; sent: number }> {
  const error = await sending.then(
    () => assert.fail("It did not reject"),
    (error) => error,
  );
  return { name: error.name, sent: error.sent };
}

for (const transport of transports) {
  test(`M8: \`sendMany()\` sends all in order, and gives their number (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    for (const count of [0, 1, 2, 255, 256, 257, 3000]) {
      const sending = push.sendMany(texts(count));
      assert.deepEqual(await receiveTexts(pull, count), texts(count));
      assert.equal(await sending, count);
    }
    assert.equal(pull.tryReceive(), undefined);
  });

  test(`M2: \`sendMany()\` sends messages of one part and of many (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    const messages = [["a", "b", "c"], "single", [""], 5, null, ["x", Buffer.alloc(20_000, 7)]];
    assert.equal(await push.sendMany(messages), messages.length);
    assert.deepEqual(await receiveText(pull), ["a", "b", "c"]);
    assert.deepEqual(await receiveText(pull), ["single"]);
    assert.deepEqual(await receiveText(pull), [""]);
    assert.deepEqual(await receiveText(pull), ["5"]);
    assert.deepEqual(await receiveText(pull), [""]);
    assert.deepEqual(await pull.receive(), [Buffer.from("x"), Buffer.alloc(20_000, 7)]);
  });

  test(`H10: \`sendMany()\` waits at the high-water mark, and goes on (${transport})`, async () => {
    const body = Buffer.alloc(transport === "inproc" ? 10 : 1 << 20);
    using push = new Push({ sendHighWaterMark: 5, sendBufferSize: 1 << 16, linger: 0 });
    using pull = new Pull({ receiveHighWaterMark: 5, receiveBufferSize: 1 << 16 });
    await link(pull, push, transport);
    let isOver = false;
    const sending = push.sendMany(texts(40).map((text) => [text, body])).finally(() => {
      isOver = true;
    });
    await turn();
    assert.equal(isOver, false);
    for (const text of texts(40)) assert.equal(String((await pull.receive())[0]), text);
    assert.equal(await sending, 40);
  });

  test(`W3: \`sendMany()\` waits for a peer, however late it comes (${transport})`, async () => {
    using push = new Push();
    const endpoint = await push.bind(freshAddress(transport));
    const sending = push.sendMany(texts(1000));
    await turn();
    using pull = new Pull();
    pull.connect(endpoint);
    assert.deepEqual(await receiveTexts(pull, 1000), texts(1000));
    assert.equal(await sending, 1000);
  });
}

test("`sendMany()` takes anything that can be iterated", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  function* generate() {
    for (const text of texts(300)) yield [text, "part"];
  }
  const sources: Iterable<string | string[]>[] = [
    generate(),
    new Set(texts(300)),
    new Map([["0", "part"]]).entries(),
    { [Symbol.iterator]: generate },
  ];
  for (const source of sources) {
    const sending = push.sendMany(source);
    const expected = texts(source === sources[2] ? 1 : 300);
    assert.deepEqual(await receiveTexts(pull, expected.length), expected);
    assert.equal(await sending, expected.length);
  }
});

test("`sendMany()` refuses what is no list of messages", async () => {
  using push = new Push();
  const wrong = ["text", Buffer.from("bytes"), new Uint16Array(2), new ArrayBuffer(2), {}, 5];
  async function* promised() {
    yield "x";
  }
  for (const value of [...wrong, null, undefined, true, promised()]) {
    await assert.rejects(push.sendMany(value as never), {
      name: "TypeError",
      message: /^Cannot send .+ as many messages: expected an array, or another iterable/,
    });
  }
});

test("`sendMany()` rejects with what the iterable throws, and sends nothing", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  function* failing() {
    yield "1";
    throw new Error("on purpose");
  }
  await assert.rejects(push.sendMany(failing()), { message: "on purpose" });
  assert.equal(pull.tryReceive(), undefined);
});

for (const at of [0, 1, 255, 256, 300]) {
  test(`\`sendMany()\` says how many it sent before number ${at}, which is no message`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, "inproc");
    for (const wrong of [{}, undefined, [], ["x", true]]) {
      const list: unknown[] = texts(400);
      list[at] = wrong;
      const error = await failure(push.sendMany(list as never));
      assert.deepEqual(error, { name: "TypeError", sent: at });
      assert.deepEqual(await drain(pull), texts(at));
    }
  });
}

test("Q1: `sendMany()` on Request sends one, and rejects the next with EFSM", async () => {
  using request = new Request();
  await assert.rejects(request.sendMany(["1"], { timeout: 0 }), { code: "EAGAIN", sent: 0 });
  request.connect(await absentAddress("inproc"));
  assert.deepEqual(await failure(request.sendMany(["1", "2"])), { name: "StateError", sent: 1 });
  await request.close({ linger: 0 });
});

test("`sendMany()` that times out tells how many it sent, and sends no more", async () => {
  using push = new Push({ sendHighWaterMark: 10 });
  using pull = new Pull({ receiveHighWaterMark: 10 });
  await link(pull, push, "inproc");
  assert.deepEqual(await failure(push.sendMany(texts(50), { timeout: 1 })), {
    name: "TimeoutError",
    sent: 20,
  });
  assert.deepEqual(await failure(push.sendMany(["no room"], { timeout: 0 })), {
    name: "HighWaterMarkError",
    sent: 0,
  });
  push.sendTimeout = 1;
  await assert.rejects(push.sendMany(["no room"]), TimeoutError);
  push.sendTimeout = -1;
  assert.deepEqual(await drain(pull), texts(20));
  assert.equal(await push.sendMany(texts(3)), 3);
  assert.deepEqual(await receiveTexts(pull, 3), texts(3));
});

test("`sendMany()` that is aborted tells how many it sent, and sends no more", async () => {
  using push = new Push({ sendHighWaterMark: 10 });
  using pull = new Pull({ receiveHighWaterMark: 10 });
  await link(pull, push, "inproc");
  const aborted = AbortSignal.abort("before");
  assert.deepEqual(await failure(push.sendMany(texts(5), { signal: aborted })), {
    name: "AbortError",
    sent: 0,
  });
  const controller = new AbortController();
  const sending = failure(push.sendMany(texts(50), { signal: controller.signal }));
  await turn();
  controller.abort();
  assert.deepEqual(await sending, { name: "AbortError", sent: 20 });
  assert.deepEqual(await drain(pull), texts(20));
});

test("`sendMany()` rejects when the socket closes, and tells how many it sent", async () => {
  const push = new Push({ sendHighWaterMark: 10 });
  using pull = new Pull({ receiveHighWaterMark: 10 });
  await link(pull, push, "inproc");
  const sending = failure(push.sendMany(texts(50)));
  await turn();
  await push.close();
  assert.deepEqual(await sending, { name: "ClosedError", sent: 20 });
  assert.deepEqual(await drain(pull), texts(20));
  await assert.rejects(push.sendMany(["late"]), ClosedError);
});

test("H11: `sendMany()` keeps its order next to other sends that wait", async () => {
  using push = new Push({ sendHighWaterMark: 5 });
  using pull = new Pull({ receiveHighWaterMark: 5 });
  await link(pull, push, "inproc");
  const names = ["a", "b", "c"];
  const sending = names.map((name) => push.sendMany(texts(600).map((text) => `${name} ${text}`)));
  const singles = texts(200).map((text) => push.send(`single ${text}`));
  const received = await receiveTexts(pull, 2000);
  assert.deepEqual(await Promise.all(sending), [600, 600, 600]);
  await Promise.all(singles);
  for (const name of [...names, "single"]) {
    const own = received.filter((text) => text.startsWith(`${name} `));
    assert.deepEqual(
      own.map((text) => text.slice(name.length + 1)),
      texts(name === "single" ? 200 : 600),
    );
  }
});

test("`sendMany()` does not mind an array that changes meanwhile, nor changes it", async () => {
  using push = new Push({ sendHighWaterMark: 5 });
  using pull = new Pull({ receiveHighWaterMark: 5 });
  await link(pull, push, "inproc");
  const list: unknown[] = texts(400);
  const sending = push.sendMany(list as string[]);
  list.fill({ not: "a message" });
  list.length = 7;
  assert.deepEqual(await receiveTexts(pull, 400), texts(400));
  assert.equal(await sending, 400);
  const shared = [new SharedArrayBuffer(3), [new SharedArrayBuffer(1)]] as const;
  await push.sendMany(shared as never);
  assert.ok(shared[0] instanceof SharedArrayBuffer);
});

for (const [name, send] of Object.entries({
  "sendMany()": (push: Push, bytes: Buffer) => push.sendMany([bytes], { copy: true }),
  "trySend()": (push: Push, bytes: Buffer) => push.trySend(bytes, { copy: true }),
})) {
  test(`M5: \`${name}\` with \`copy\` lets the bytes be changed at once`, async () => {
    const endpoint = await absentAddress("tcp");
    using push = new Push({ reconnectInterval: 1 });
    push.connect(endpoint);
    const bytes = Buffer.alloc(100_000, 1);
    await send(push, bytes);
    bytes.fill(2);
    using pull = new Pull();
    await pull.bind(endpoint);
    const [message] = await pull.receive();
    assert.ok(message?.equals(Buffer.alloc(100_000, 1)), "the bytes have changed");
  });
}

test("E11: `sendMany()` lets timers fire while it sends", async () => {
  using push = new Pair({ sendHighWaterMark: 0 });
  using pull = new Pair({ receiveHighWaterMark: 0 });
  await link(pull, push, "inproc");
  let hasFired = false;
  const list = Array<string>(100_000).fill("x");
  const sending = push.sendMany(list);
  const timer = setTimeout(() => {
    hasFired = true;
  }, 0);
  await sending;
  clearTimeout(timer);
  assert.equal(hasFired, true);
  await until(() => pull.tryReceive() !== undefined);
});
