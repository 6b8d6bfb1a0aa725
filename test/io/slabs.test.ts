/*
 * The memory that received parts share: whole, in order, and safe from what is done to other parts.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { Pair, Pull, Push } from "zmqx";
import { assertEndedWell, fullStack, link, runChild, transports } from "../harness.js";
import { randomIntegers } from "./random.js";

/** The most that a part of up to some length may keep alive, itself included. */
const mostOf = [
  { longest: 1024, most: 8192 },
  { longest: 4096, most: 32_768 },
];

// Around what goes into shared memory, has memory of its own, or is memory of libzmq.
const sizes = [0, 1, 1023, 1024, 1025, 4095, 4096, 4097, 32_767, 32_768, 32_769];

/** Bytes that tell where in which message they belong. */
function pattern(size: number, message: number, part: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0; index < size; index++) bytes[index] = message * 31 + part * 7 + index;
  return bytes;
}

function makeMessage(number: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, part) => {
    return pattern(sizes[(part * 5 + number) % sizes.length] as number, number, part);
  });
}

function assertWhole(message: Buffer[], number: number, count: number): void {
  assert.equal(message.length, count, `parts of message ${number}`);
  for (const [part, expected] of makeMessage(number, count).entries()) {
    assert.ok(message[part]?.equals(expected), `part ${part} of message ${number} is different`);
  }
}

const ways: Record<string, (pull: Pull) => Promise<Buffer[][]>> = {
  "receive()": async (pull) => [await pull.receive()],
  "receiveMany()": (pull) => pull.receiveMany(),
  "receiveSync()": async (pull) => [pull.receiveSync()],
  "a loop": async (pull) => {
    for await (const message of pull) return [message];
    return [];
  },
};

for (const transport of transports) {
  test(`sockets that take turns each get their messages whole (${transport})`, async () => {
    const random = randomIntegers(4);
    // Mostly so short that one call into the addon brings many.
    const anySize = () => (random(20) > 0 ? random(20) : (sizes[random(sizes.length)] as number));
    const pairs = await Promise.all(
      [0, 1, 2, 3].map(async (index) => {
        const [push, pull] = [new Push(), new Pull()];
        await link(pull, push, transport);
        const sent = Array.from({ length: 2000 }, (_, number) =>
          Array.from({ length: 1 + random(3) }, (_, part) => pattern(anySize(), number, part)),
        );
        const received: Buffer[][] = [];
        return { push, pull, sent, received, most: index === 0 ? 50 : sent.length };
      }),
    );
    const sendings = pairs.map(({ push, sent }) => push.sendMany(sent).catch(() => undefined));
    const open = [...pairs];
    while (open.length > 0) {
      const pair = open[random(open.length)] as (typeof pairs)[number];
      const { push, pull, received, most } = pair;
      const max = random(30);
      if (max > 20) {
        received.push(...(await pull.receiveMany({ max })));
      } else {
        const message = max % 2 === 0 ? await pull.receive() : pull.tryReceive();
        if (message !== undefined) received.push(message);
      }
      if (received.length < most) continue;
      // The first one leaves behind what it has read ahead.
      open.splice(open.indexOf(pair), 1);
      push.close({ linger: 0 });
      pull.close();
    }
    await Promise.all(sendings);
    // Also that nothing has been written over what came first.
    for (const { sent, received } of pairs) {
      assert.deepEqual(received, sent.slice(0, received.length));
    }
  });
}

for (const transport of transports) {
  for (const [name, receive] of Object.entries(ways)) {
    test(`M2: messages of many parts arrive whole by ${name} (${transport})`, async () => {
      using push = new Push();
      using pull = new Pull({ allowBlocking: true });
      await link(pull, push, transport);
      // One call into the addon takes 512 parts at most.
      const counts = [1, 3, 100, 511, 512, 513, 700, 1100, 2, 97, 97, 97, 97, 97, 97, 97];
      const sending = push.sendMany(counts.map((count, number) => makeMessage(number, count)));
      const messages: Buffer[][] = [];
      while (messages.length < counts.length) messages.push(...(await receive(pull)));
      await sending;
      for (const [number, count] of counts.entries()) {
        assertWhole(messages[number] as Buffer[], number, count);
      }
      assert.equal(pull.tryReceive(), undefined);
    });
  }

  test(`M6: small messages keep their bytes whatever comes after them (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    const kept: Buffer[] = [];
    const sending = push.sendMany(Array.from({ length: 3000 }, (_, number) => part(number)));
    while (kept.length < 3000) kept.push((await pull.receive())[0] as Buffer);
    await sending;
    for (const [number, bytes] of kept.entries()) {
      assert.ok(bytes.equals(part(number)), `message ${number} is different`);
    }
  });
}

const part = (number: number) => pattern((number * 37) % 4110, number, 0);

test("M6: a small part that is kept pins one block at most", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  for (let round = 0; round < 50; round++) {
    for (const size of [0, 1, 100, 1024, 1025, 4095, 4096]) {
      const most = mostOf.find(({ longest }) => size <= longest)?.most as number;
      await push.send(Buffer.alloc(size));
      const [bytes] = await pull.receive();
      assert.equal(bytes?.length, size);
      const pinned = bytes.buffer.byteLength;
      assert.ok(pinned <= most, `${size} bytes pin ${pinned}`);
    }
  }
});

test("M6: parts that are written to leave all others alone", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  await push.sendMany(Array.from({ length: 100 }, (_, number) => [part(number), "end"]));
  for (let number = 0; number < 100; number++) {
    const [bytes, end] = (await pull.receive()) as [Buffer, Buffer];
    assert.ok(bytes.equals(part(number)), `message ${number} is different`);
    bytes.fill(0xff);
    assert.equal(String(end), "end");
  }
});

function post(value: unknown, memory: ArrayBuffer): void {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(value, [memory]);
  } finally {
    port1.close();
    port2.close();
  }
}

const thefts: Record<string, (memory: ArrayBuffer) => void> = {
  "structuredClone()": (memory) => void structuredClone(memory, { transfer: [memory] }),
  "postMessage()": (memory) => post(memory, memory),
  "postMessage() of something else": (memory) => post("text", memory),
};

for (const [name, take] of Object.entries(thefts)) {
  test(`M6: \`${name}\` cannot take the memory of a small part away from the others`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, "inproc");
    const kept: Buffer[] = [];
    let attempts = 0;
    for (let number = 0; number < 200; number++) {
      await push.send(part(number));
      const bytes = (await pull.receive())[0] as Buffer;
      const { buffer } = bytes;
      const isShared = kept.some((other) => other.buffer === buffer);
      kept.push(bytes);
      // What a part has to itself is its own affair.
      if (!isShared) continue;
      attempts++;
      try {
        take(buffer as ArrayBuffer);
      } catch (error) {
        assert.match((error as Error).name, /^(DataClone|Type)Error$/);
      }
    }
    assert.ok(attempts > 100, `${attempts} attempts`);
    for (const [number, bytes] of kept.entries()) {
      assert.ok(bytes.equals(part(number)), `message ${number} is different`);
    }
  });
}

test("M6: sockets go on when a program detaches the memory of a small part", async () => {
  // Node 20 has the method only when asked, and only in contexts that are made later.
  const ended = await runChild(`
    import { setFlagsFromString } from "node:v8";
    import { runInNewContext } from "node:vm";
    import { Pull, Push } from "zmqx";
    if (!ArrayBuffer.prototype.transfer) setFlagsFromString("--harmony-rab-gsab-transfer");
    const transfer = runInNewContext("ArrayBuffer.prototype.transfer");
    const [push, pull] = [new Push(), new Pull()];
    push.connect(await pull.bind("inproc://transfer"));
    const texts = [];
    for (let count = 0; count < 20; count++) {
      await push.sendMany([String(count), "next"]);
      const [part] = await pull.receive();
      texts.push(String(part));
      try {
        transfer.call(part.buffer);
      } catch (error) {
        // Some runtimes refuse, which is just as good.
        if (error.name !== "TypeError") throw error;
      }
      texts.push((await pull.receive())[0].length);
    }
    await Promise.all([push.close(), pull.close()]);
    process.stdout.write(JSON.stringify(texts));
  `);
  assertEndedWell(ended);
  const texts = JSON.parse(ended.stdout);
  const numbers = Array.from({ length: 20 }, (_, number) => String(number));
  assert.deepEqual(
    texts.filter((_: unknown, index: number) => index % 2 === 0),
    numbers,
  );
});

test("M6: parts of more than 1 KiB have bytes and memory of their own", async () => {
  const longer = [...sizes, 65_535, 65_536, 65_537, 500_000];
  for (const receiveCopyLimit of [0, 4097, 8192, 65_536, 0x7fffffff]) {
    using a = new Pair();
    using b = new Pair({ receiveCopyLimit });
    await link(a, b, "tcp");
    await a.sendMany(longer.map((size, number) => pattern(size, number, 0)));
    const memories = new Set<ArrayBufferLike>();
    for (const [number, size] of longer.entries()) {
      const [bytes] = (await b.receive()) as [Buffer];
      assert.ok(bytes.equals(pattern(size, number, 0)), `${size} bytes are different`);
      if (size > 4096) memories.add(bytes.buffer);
    }
    assert.equal(memories.size, longer.filter((size) => size > 4096).length);
  }
});

test("M6: no message is lost to a call that finds the stack full", async () => {
  const ended = await runChild(`
    import { Pull, Push } from "zmqx";
    ${fullStack}
    const [push, pull] = [new Push(), new Pull()];
    push.connect(await pull.bind("inproc://deep"));
    // Calls nothing else, which could find the stack full in its turn.
    const all = [];
    let count = 0;
    const take = () => {
      all[count] = pull.tryReceive();
      return all[count] !== undefined && ++count > 0;
    };
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < 40; i++) await push.send([String(round), "x".repeat(i)]);
      atFullStack(round, take);
      while (take());
    }
    await Promise.all([push.close(), pull.close()]);
    process.stdout.write(JSON.stringify(all.slice(0, count).map(String)));
  `);
  assertEndedWell(ended);
  const rounds = Array.from({ length: 200 }, (_, round) => round);
  const expected = rounds.flatMap((round) =>
    Array.from({ length: 40 }, (_, i) => `${round},${"x".repeat(i)}`),
  );
  assert.deepEqual(JSON.parse(ended.stdout), expected);
});
