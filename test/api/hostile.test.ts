/*
 * Messages and options that are out to do harm: send() and receive() never throw, never crash, never
 * lose another message, and the socket works on.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { Dealer, type MessageLike, Push, type WaitOptions } from "zmqx";
import { assertEndedWell, freshAddress, runChild } from "../harness.js";
import { assertTalking, failureOf, withPeers, withSockets } from "./failures.js";

const now = { timeout: 0 };

/** What `receive()` gives for a message that is sent. */
async function afterSending(message: unknown): Promise<Buffer[]> {
  let received: Buffer[] = [];
  await withPeers(async (one, other) => {
    await one.send(message as MessageLike);
    received = await other.receive();
    await assertTalking(one, other);
  });
  return received;
}

const bytes = [1, 2, 3, 4, 5, 6, 7, 8];
const memory = Uint8Array.from(bytes).buffer;
type Resizable = new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
const resizable = (): ArrayBuffer & { resize(length: number): void } => {
  const buffer = new (ArrayBuffer as unknown as Resizable)(8, { maxByteLength: 64 });
  new Uint8Array(buffer).set(bytes);
  return buffer as ArrayBuffer & { resize(length: number): void };
};

function resized<T>(length: number, view: (buffer: ArrayBuffer) => T): T {
  const buffer = resizable();
  const result = view(buffer);
  buffer.resize(length);
  return result;
}

function detached<T>(view: (buffer: ArrayBuffer) => T): T {
  const buffer = Uint8Array.from(bytes).buffer;
  const result = view(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  return result;
}

const shared = new SharedArrayBuffer(3);
new Uint8Array(shared).set([7, 8, 9]);

class Words extends Array<string> {}
class Bytes extends Uint8Array {}

/** Odd values that are messages all the same. */
const odd: Record<string, [message: unknown, parts: (number[] | string)[]]> = {
  "a view in the middle of its memory": [new Uint8Array(memory, 2, 3), [[3, 4, 5]]],
  "a view of 16-bit numbers": [new Uint16Array(memory, 2, 2), [[3, 4, 5, 6]]],
  "a view of doubles": [new Float64Array(memory), [bytes]],
  "a DataView": [new DataView(memory, 6), [[7, 8]]],
  "a subclass of Uint8Array": [Bytes.from([5]), [[5]]],
  "an empty ArrayBuffer": [new ArrayBuffer(0), [""]],
  "a SharedArrayBuffer": [shared, [[7, 8, 9]]],
  "a view of shared memory": [new Uint8Array(shared, 1), [[8, 9]]],
  "shared memory among other parts": [
    ["a", shared, new Uint8Array(shared)],
    ["a", [7, 8, 9], [7, 8, 9]],
  ],
  "a resizable ArrayBuffer": [resizable(), [bytes]],
  "a resizable one that has shrunk": [resized(2, (buffer) => buffer), [[1, 2]]],
  "a resizable one that has grown": [resized(10, (buffer) => buffer), [[...bytes, 0, 0]]],
  "a view that follows its memory": [resized(3, (buffer) => new Uint8Array(buffer)), [[1, 2, 3]]],
  "a view whose memory has gone": [resized(3, (buffer) => new Uint8Array(buffer, 4, 4)), [""]],
  "a DataView whose memory has gone": [resized(3, (buffer) => new DataView(buffer, 4, 4)), [""]],
  "a detached ArrayBuffer": [detached((buffer) => buffer), [""]],
  "a view of a detached ArrayBuffer": [detached((buffer) => new Uint8Array(buffer, 2)), [""]],
  "an ArrayBuffer of another realm": [runInNewContext("new Uint8Array([1, 2]).buffer"), [[1, 2]]],
  "a view of another realm": [runInNewContext("new Uint8Array([1, 2])"), [[1, 2]]],
  "shared memory of another realm": [runInNewContext("new SharedArrayBuffer(2)"), [[0, 0]]],
  "an array of another realm": [runInNewContext("['a', 'b']"), ["a", "b"]],
  "a subclass of Array": [Words.of("a", "b"), ["a", "b"]],
  "a frozen array": [Object.freeze(["a", "b"]), ["a", "b"]],
  "numbers of all kinds": [
    [-0, 0.1, 1e21, Number.NaN, -Infinity],
    ["0", "0.1", "1e+21", "NaN", "-Infinity"],
  ],
  "half a character": ["a\ud83d", ["a\ufffd"]],
  "a NUL": ["a\0b", ["a\0b"]],
  "nothing, twice": [
    [null, ""],
    ["", ""],
  ],
};

for (const [what, [message, parts]] of Object.entries(odd)) {
  test(`\`send()\` takes ${what}`, async () => {
    const expected = parts.map((part) => Buffer.from(part as string));
    assert.deepEqual(
      (await afterSending(message)).map((part) => Buffer.from(part)),
      expected,
    );
  });
}

test("`send()` takes strings of every length, with characters of one to four bytes", () =>
  withPeers(async (one, other) => {
    for (const character of ["a", "é", "€", "😀"]) {
      const size = Buffer.byteLength(character);
      const lengths = [1024, 4096, 65_536].flatMap((around) =>
        Array.from({ length: 12 }, (_, index) => Math.floor(around / size) - 6 + index),
      );
      for (const length of lengths) {
        const text = `${"-".repeat(length % size)}${character.repeat(length)}`;
        await one.send(text);
        assert.equal(String((await other.receive())[0]), text);
      }
    }
  }));

/** An array whose second element comes from `get`. */
function trap(get: () => unknown): string[] {
  return Object.defineProperty(["a", "b", "c"], 1, { get });
}

const mine = new Error("Mine");
const fail = (): never => {
  throw mine;
};

const traps: Record<string, [message: unknown, options?: unknown]> = {
  "a part whose getter throws": [trap(fail)],
  "an array behind a proxy that throws": [new Proxy(["a"], { get: fail })],
  "an object whose constructor throws": [Object.defineProperty({}, "constructor", { get: fail })],
  "an object whose toString throws": [{ toString: fail, [Symbol.toPrimitive]: fail }],
  "options whose timeout throws": ["a", Object.defineProperty({}, "timeout", { get: fail })],
  "options whose signal throws": ["a", Object.defineProperty({}, "signal", { get: fail })],
  "options behind a proxy that throws": ["a", new Proxy({}, { get: fail })],
  "a timeout that cannot be shown": [
    "a",
    { timeout: { toString: fail, [Symbol.toPrimitive]: fail } },
  ],
  "a signal that is none": ["a", { signal: Object.create(AbortSignal.prototype) }],
};

for (const [what, [message, options]] of Object.entries(traps)) {
  test(`\`send()\` and \`receive()\` with ${what} reject, and lose nothing`, () =>
    withPeers(async (one, other) => {
      const operations = [one.send(message as string, options as WaitOptions)];
      if (options !== undefined) operations.push(one.receive(options as WaitOptions) as never);
      for (const operation of operations) {
        assert.ok(operation instanceof Promise);
        const error = await failureOf(() => operation);
        assert.ok(error === mine || error instanceof TypeError, String(error));
      }
      await assertTalking(one, other);
    }));
}

test("`send()` and `receive()` reject for a proxy that was revoked", () =>
  withPeers(async (one, other) => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    const results = [one.send(proxy), one.send("a", proxy as object), one.receive(proxy as object)];
    for (const result of results) assert.equal((await failureOf(() => result)).name, "TypeError");
    await assertTalking(one, other);
  }));

test("`send()` gives ClosedError when reading the message closes the socket", () =>
  withSockets([new Dealer(), new Dealer()], async (one, other) => {
    other.connect(await one.bind(freshAddress("inproc")));
    const error = await failureOf(() => one.send(trap(() => String(one.close()))));
    assert.equal(error.code, "EBADF");
    assert.equal((await failureOf(() => other.receive(now))).code, "EAGAIN");
  }));

test("`send()` sends whole messages when reading one sends another", () =>
  withPeers(async (one, other) => {
    const inner: Promise<void>[] = [];
    const message = trap(() => {
      inner.push(one.send(["x", "y"]));
      return "b";
    });
    await one.send(message);
    await Promise.all(inner);
    for (const _ of inner) assert.equal((await other.receive()).join(), "x,y");
    assert.equal((await other.receive()).join(), "a,b,c");
    await assertTalking(one, other);
  }));

test("`send()` of an array that shrinks or grows while it is read leaves the socket in order", () =>
  withPeers(async (one, other) => {
    for (const length of [1, 2, 5]) {
      const message: string[] = trap(() => {
        message.length = length;
        return "b";
      });
      const sent = await one.send(message).then(Boolean, (error) => error);
      if (sent instanceof Error) assert.equal(sent.name, "TypeError");
      else assert.equal((await other.receive())[0]?.toString(), "a");
      await assertTalking(one, other);
    }
  }));

test("`send()` rejects with AbortError when reading the message aborts it", () =>
  withSockets([new Push()], async (push) => {
    const controller = new AbortController();
    const message = trap(() => String(controller.abort()));
    const sent = push.send(message, { signal: controller.signal, timeout: 10_000 });
    assert.equal((await failureOf(() => sent)).name, "AbortError");
  }));

test("E5: `receive()` reads its options once: what they give later loses no message", () =>
  withPeers(async (one, other) => {
    let reads = 0;
    const { signal } = new AbortController();
    const changing = {
      get signal(): AbortSignal {
        return reads++ === 0 ? signal : ({} as AbortSignal);
      },
      timeout: 1,
    };
    assert.equal((await failureOf(() => one.receive(changing))).code, "EAGAIN");
    assert.equal(reads, 1);
    await assertTalking(one, other);
  }));

test("E5: `receive()` with a signal that cannot be listened to rejects, and loses no message", () =>
  withPeers(async (one, other) => {
    const { signal } = new AbortController();
    Object.defineProperty(signal, "addEventListener", { value: fail });
    assert.equal(await failureOf(() => one.receive({ signal })), mine);
    await assertTalking(one, other);
  }));

for (const [what, thenFail] of [
  ["calls its listener at once, and again", false],
  ["calls its listener and then throws", true],
] as const) {
  test(`E5: \`receive()\` with a signal that ${what} leaves others to wait`, () =>
    withPeers(async (one, other) => {
      const others = [one.receive(), one.receive()];
      const { signal } = new AbortController();
      const value = (_: string, listener: () => void) => {
        for (let call = 0; call < 2; call++) listener();
        if (thenFail) fail();
      };
      Object.defineProperty(signal, "addEventListener", { value });
      await assert.rejects(one.receive({ signal, timeout: 60_000 }), { name: "AbortError" });
      for (const text of ["a", "b", "c"]) await other.send(text);
      assert.deepEqual((await Promise.all([...others, one.receive()])).map(String), [
        "a",
        "b",
        "c",
      ]);
    }));
}

test("`send()` of an array with a length beyond all memory rejects at once", async () => {
  const ended = await runChild(`
    import { Dealer } from "zmqx";
    const dealer = new Dealer({ linger: 0 });
    const long = ["a"];
    long.length = 2 ** 32 - 1;
    for (const message of [new Array(2 ** 32 - 1), long, { length: 2 ** 53 - 1 }]) {
      await dealer.send(message).catch(({ name }) => console.log(name));
    }
    dealer.close();
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "TypeError\n".repeat(3));
});

test("`send()` takes a message of 100000 parts", () =>
  withPeers(async (one, other) => {
    const parts = Array.from({ length: 100_000 }, (_, index) => String(index));
    await one.send(parts);
    assert.deepEqual((await other.receive()).map(String), parts);
  }));
