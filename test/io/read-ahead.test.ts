/*
 * What a program can see of messages that were read ahead: nothing but speed.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ClosedError, Proxy, Pull, Push, Reply, Request } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import { receiveTexts } from "../socket/peers.js";

const texts = (count: number) => Array.from({ length: count }, (_, number) => String(number));

for (const transport of transports) {
  test(`\`readable\` is true while any message is there (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    // Blocks of memory for small parts end in the middle of some of these.
    for (const size of [1, 700, 1000, 1024, 3000]) {
      for (let count = 1; count <= 20; count++) {
        await push.sendMany(Array(count).fill(Buffer.alloc(size)));
        for (let taken = 0; taken < count; taken++) {
          await until(() => pull.readable, `message ${taken} of ${count} with ${size} bytes`);
          assert.equal((await pull.receive({ timeout: 0 }))[0]?.length, size);
        }
        assert.equal(pull.readable, false);
      }
    }
  });

  test(`closing drops what was read ahead (${transport})`, async () => {
    using push = new Push({ linger: 0 });
    const pull = new Pull();
    await link(pull, push, transport);
    await push.sendMany(texts(100));
    assert.deepEqual(await receiveTexts(pull, 1), ["0"]);
    const iterator = pull[Symbol.asyncIterator]();
    await pull.close();
    assert.equal(pull.readable, false);
    assert.throws(() => pull.tryReceive(), ClosedError);
    await assert.rejects(pull.receive(), ClosedError);
    await assert.rejects(pull.receiveMany(), ClosedError);
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  });

  test(`Q1: Reply answers each Request with its own number (${transport})`, async () => {
    using reply = new Reply();
    const endpoint = await reply.bind(freshAddress(transport));
    const rounds = 100;
    const requests = [new Request(), new Request(), new Request()];
    const answering = (async () => {
      for (let count = 0; count < rounds * requests.length; count++) {
        await reply.send((await reply.receive())[0] as Buffer);
      }
    })();
    const asking = requests.map(async (request, index) => {
      request.connect(endpoint);
      for (let round = 0; round < rounds; round++) {
        await request.send(`${index} ${round}`);
        assert.deepEqual(await receiveTexts(request, 1), [`${index} ${round}`]);
      }
      await request.close();
    });
    await Promise.all([answering, ...asking]);
  });

  test(`M2: Proxy forwards whole what its socket had read ahead (${transport})`, async () => {
    for (const parts of [1, 2, 3]) {
      for (const size of [700, 1000, 1024]) {
        const proxy = new Proxy(new Pull(), new Push());
        using push = new Push();
        using pull = new Pull({ receiveTimeout: 30_000 });
        push.connect(await proxy.frontEnd.bind(freshAddress(transport)));
        pull.connect(await proxy.backEnd.bind(freshAddress(transport)));
        const numbers = texts(100);
        await push.sendMany(numbers.map((text) => Array(parts).fill(text.padEnd(size))));
        await proxy.frontEnd.receive();
        await until(() => proxy.frontEnd.readable);
        const ended = proxy.run();
        await push.send("end");
        const received: string[][] = [];
        for await (const message of pull) {
          if (String(message[0]) === "end") break;
          received.push(message.map((part) => String(part).trim()));
        }
        assert.deepEqual(
          received,
          numbers.slice(1).map((text) => Array(parts).fill(text)),
          `${parts} parts of ${size} bytes`,
        );
        proxy.terminate();
        await ended;
      }
    }
  });
}

test("W1: Pull with a high-water mark of 1 takes one message for one receive()", async () => {
  using push = new Push({ sendHighWaterMark: 1, linger: 0 });
  using pull = new Pull({ receiveHighWaterMark: 1 });
  await link(pull, push, "inproc");
  assert.equal(fill(push, "0"), 2);
  for (let count = 0; count < 20; count++) {
    await pull.receive();
    assert.equal(fill(push, "more"), 1);
  }
});

test("W2: Pull with a high-water mark of 1 leaves the rest to those that come later", async () => {
  using push = new Push({ sendHighWaterMark: 1 });
  using first = new Pull({ receiveHighWaterMark: 1 });
  const endpoint = await link(push, first, "inproc");
  const sending = push.sendMany(texts(50));
  assert.deepEqual(await receiveTexts(first, 1), ["0"]);
  await until(() => !push.writable, "the first one to be full");
  using second = new Pull({ receiveHighWaterMark: 1 });
  second.connect(endpoint);
  // Two wait for the first one, in between the two sockets.
  const share = await receiveTexts(second, 47);
  assert.equal(await sending, 50);
  assert.equal(second.tryReceive(), undefined);
  const rest = await receiveTexts(first, 2);
  assert.equal(first.tryReceive(), undefined);
  assert.deepEqual(
    [...share, ...rest].sort((a, b) => Number(a) - Number(b)),
    texts(50).slice(1),
  );
});

test("W2: Pull reads ahead no more than a quarter of its high-water mark, or `readAhead`", async () => {
  // There is room for 401 messages, and new room when 201 of them were taken from libzmq.
  for (const [readAhead, most] of [
    [0, 1],
    [1, 1],
    [90, 90],
    [100, 100],
    [256, 100],
  ] as const) {
    using push = new Push({ sendHighWaterMark: 1, linger: 0 });
    using pull = new Pull({ receiveHighWaterMark: 400, readAhead });
    await link(pull, push, "inproc");
    assert.equal(fill(push, "x"), 401);
    let count = 0;
    for (; !push.writable; count++) await pull.receive();
    // A block of memory for small parts may end, and reading ahead with it.
    const isRight = count > 201 - most && count <= 201;
    assert.ok(isRight, `${count} receives made room, with readAhead ${readAhead}`);
  }
});

test("`readAhead` counts from when it is set", async () => {
  for (const [first, then, most] of [
    [256, 0, 1],
    [0, 90, 90],
  ] as const) {
    using push = new Push({ sendHighWaterMark: 1, linger: 0 });
    using pull = new Pull({ receiveHighWaterMark: 400, readAhead: first });
    await link(pull, push, "inproc");
    await push.send("one");
    await pull.receive();
    pull.readAhead = then;
    assert.equal(pull.readAhead, then);
    assert.equal(fill(push, "x"), 400);
    // One was taken before.
    let count = 1;
    for (; !push.writable; count++) await pull.receive();
    const isRight = count > 201 - most && count <= 201;
    assert.ok(isRight, `${count} receives made room, with readAhead ${then}`);
  }
});

test("W1: `receiveHighWaterMark` counts from when it is set", async () => {
  using before = new Push({ linger: 0 });
  using after = new Push({ sendHighWaterMark: 1, linger: 0 });
  using pull = new Pull();
  await link(pull, before, "inproc");
  await before.sendMany(["1", "2"]);
  assert.deepEqual(await receiveTexts(pull, 2), ["1", "2"]);
  pull.receiveHighWaterMark = 1;
  await link(pull, after, "inproc");
  assert.equal(fill(after, "0"), 2);
  for (let count = 0; count < 20; count++) {
    await pull.receive();
    assert.equal(fill(after, "more"), 1);
  }
});

test("P14: `conflate` gives the latest message of each peer", async () => {
  using pull = new Pull({ conflate: true });
  using one = new Push({ conflate: true });
  using two = new Push({ conflate: true });
  await link(pull, one, "inproc");
  await link(pull, two, "inproc");
  for (let round = 0; round < 20; round++) {
    await one.sendMany(["one old", "one"]);
    await two.sendMany(["two old", "two"]);
    const [first] = await receiveTexts(pull, 1);
    const [other, socket] = first === "one" ? ["two", two] : ["one", one];
    await socket.send(`${other} anew`);
    assert.deepEqual(await receiveTexts(pull, 1), [`${other} anew`]);
    assert.equal(pull.tryReceive(), undefined);
  }
});

/** Sends until there is no room. How many were taken. */
function fill(push: Push, message: string): number {
  let count = 0;
  // Lets it see what room there is.
  while (push.writable && push.trySend(message)) count++;
  return count;
}
