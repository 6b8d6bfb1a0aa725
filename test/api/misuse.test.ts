/*
 * Misuse of what every socket has: endpoints, what send() and receive() may wait for, closing, and
 * the accessors for options without a name.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Dealer, type MessageLike, Socket } from "zmqx";
import { freshAddress } from "../harness.js";
import { assertTalking, failureOf } from "./failures.js";
import { each, naming, type Subject, testMisuse } from "./misuse.js";

async function dealers(): Promise<Subject<Dealer>> {
  const [subject, peer] = [new Dealer({ linger: 0 }), new Dealer({ linger: 0 })];
  peer.connect(await subject.bind(freshAddress("inproc")));
  return {
    subject,
    works: () => assertTalking(subject, peer),
    close: () => Promise.all([subject.close(), peer.close()]),
  };
}

const bare: unknown = Object.create(null);
const noStrings = [
  undefined,
  null,
  5,
  true,
  5n,
  {},
  [],
  ["inproc://x"],
  Symbol("x"),
  bare,
  () => 5,
];
const noObjects = [null, 5, "5", true, 5n, Symbol("x"), () => 5];
const noNumbers = [null, "5", true, 5n, {}, [], bare, Symbol("x"), () => 5];

const operations = [
  ["bind", "bind to"],
  ["bindSync", "bind to"],
  ["unbind", "unbind from"],
  ["unbindSync", "unbind from"],
  ["connect", "connect to"],
  ["disconnect", "disconnect from"],
] as const;

for (const [operation, action] of operations) {
  const call = (dealer: Dealer, address: string) => dealer[operation](address);
  const malformed = ["", "nonsense", "tcp", "://", "tcp://", "inproc://", "ipc://"];
  testMisuse(`\`${operation}()\``, dealers, [
    ...each(noStrings, "of", call, "TypeError", (value) => [
      `Cannot ${action} `,
      naming(value),
      /expected .*a string/,
    ]),
    ...each(malformed, "of", call, "EINVAL", (value) => [
      `Cannot ${action} "${value}"`,
      'expected for example "tcp://',
    ]),
    ...each(["inproc://a\0b"], "of", call, "TypeError", () => ["NUL"]),
    ...each(["smtp://x"], "of", call, "EPROTONOSUPPORT", () => [`${action} "smtp://x"`]),
    ...each(["udp://127.0.0.1:5"], "of", call, "ENOCOMPATPROTO", () => ["type of socket"]),
  ]);
}

const noPorts = ["tcp://127.0.0.1", "tcp://127.0.0.1:x", "tcp://127.0.0.1:99999"];

testMisuse("`bind()`", dealers, [
  ...each(
    noPorts,
    "of",
    (dealer: Dealer, address: string) => dealer.bind(address),
    "EINVAL",
    (value) => [`"${value}"`, "malformed endpoint"],
  ),
]);

testMisuse("C8: `connect()`", dealers, [
  ...each(
    [...noPorts, "tcp://*:5555"],
    "of",
    (dealer: Dealer, address: string) => dealer.connect(address),
    "EINVAL",
    (value) => [`"${value}"`, "malformed endpoint"],
  ),
]);

const methods = [...operations.map(([operation]) => operation), "close", "ref", "unref"] as const;

for (const method of methods) {
  test(`\`${method}()\` taken off its socket gives a TypeError, and changes nothing`, async () => {
    const { subject, works, close } = await dealers();
    for (const self of [undefined, null, {}, Dealer]) {
      const error = await failureOf(() => Reflect.apply(subject[method], self, ["inproc://x"]));
      assert.equal(error.name, "TypeError");
      assert.notEqual(error.message, "");
    }
    await works();
    await close();
  });
}

for (const [operation, start] of [
  ["send", (dealer: Dealer, options: object) => dealer.send("lost", options)],
  ["receive", (dealer: Dealer, options: object) => dealer.receive(options)],
] as const) {
  const withTimeout = (dealer: Dealer, timeout: number) => start(dealer, { timeout });
  const withSignal = (dealer: Dealer, signal: AbortSignal) => start(dealer, { signal });
  const noTimeouts = [Number.NaN, Number.POSITIVE_INFINITY, -2, -0.5, 2 ** 31];
  const noSignals = [null, 5, "x", true, {}, { aborted: false }, new AbortController(), bare];
  testMisuse(`\`${operation}()\``, dealers, [
    ...each(noObjects, "with the options", start, "TypeError", (value) => [
      `Cannot ${operation} with `,
      naming(value),
      "expected an object",
    ]),
    ...each(noNumbers, "with the timeout", withTimeout, "TypeError", (value) => [
      `Cannot ${operation} with the timeout `,
      naming(value),
      "milliseconds",
    ]),
    ...each(noTimeouts, "with the timeout", withTimeout, "RangeError", (value) => [
      `Cannot ${operation} with the timeout ${String(value)}`,
      "2147483647",
    ]),
    ...each(noSignals, "with the signal", withSignal, "TypeError", () => [
      `Cannot ${operation} with `,
      "signal",
      "expected an AbortSignal",
    ]),
    {
      what: "taken off its socket",
      call: (dealer) => Reflect.apply(dealer[operation], undefined, ["lost"]),
      gives: "TypeError",
      says: ["expected a socket", "undefined"],
    },
    {
      what: "on another object",
      call: (dealer) => Reflect.apply(dealer[operation], {}, ["lost"]),
      gives: "TypeError",
      says: ["expected a socket", "object"],
    },
  ]);
}

const closeWith = (dealer: Dealer, linger: number) => dealer.close({ linger });

testMisuse("`close()`", dealers, [
  ...each(noNumbers, "with the linger", closeWith, "TypeError", (value) => [
    "Cannot close with the linger ",
    naming(value),
    "milliseconds",
  ]),
  ...each([-2, 1.5, Number.NaN, 2 ** 31], "with the linger", closeWith, "RangeError", (value) => [
    `linger ${String(value)}`,
    "milliseconds",
  ]),
]);

class Open extends Dealer {
  get(id: unknown): unknown {
    return this.getInt32Option(id as number);
  }
  set(id: unknown, value: unknown): void {
    this.setInt32Option(id as number, value as number);
  }
}

async function open(): Promise<Subject<Open>> {
  const [subject, peer] = [new Open({ linger: 0 }), new Dealer({ linger: 0 })];
  peer.connect(await subject.bind(freshAddress("inproc")));
  return {
    subject,
    works: () => assertTalking(subject, peer),
    close: () => Promise.all([subject.close(), peer.close()]),
  };
}

const linger = 17;
const mentioningOption = (value: unknown) => [/[Oo]ption/, naming(value)];

testMisuse("`getInt32Option()`", open, [
  ...each(noNumbers, "of", (socket: Open, id) => socket.get(id), "TypeError", mentioningOption),
  ...each([9999, -1], "of", (socket: Open, id) => socket.get(id), "EINVAL", mentioningOption),
]);

testMisuse("`setInt32Option()`", open, [
  ...each(noNumbers, "of", (socket: Open, id) => socket.set(id, 1), "TypeError", mentioningOption),
  ...each([9999, -1], "of", (socket: Open, id) => socket.set(id, 1), "EINVAL", mentioningOption),
  ...each(
    noNumbers,
    "to",
    (socket: Open, value) => socket.set(linger, value),
    "TypeError",
    naming17,
  ),
  ...each(
    [1.5, 2 ** 40],
    "to",
    (socket: Open, value) => socket.set(linger, value),
    "RangeError",
    naming17,
  ),
]);

function naming17(value: unknown) {
  return ["option 17", naming(value)];
}

class Raw extends Socket {
  constructor(type: unknown) {
    super(type as number);
  }
}

testMisuse("`Socket` of a type", dealers, [
  ...each([undefined, ...noNumbers], "of", makeRaw, "TypeError", (value) => [naming(value)]),
  ...each([99, -1], "of", makeRaw, "EINVAL", () => ["Cannot create a Raw"]),
  ...each([5.5, Number.NaN], "of", makeRaw, "argument", (value) => [naming(value)]),
]);

function makeRaw(_: Dealer, type: unknown): Socket {
  return new Raw(type);
}

// Of so many holes, the first one is enough.
function readsNoFurther(parts: unknown[], key: string | symbol): unknown {
  assert.notEqual(key, "1");
  return Reflect.get(parts, key);
}

// A message is refused as a whole, with what is wrong about it.
const noMessages: [value: unknown, shown: string | RegExp][] = [
  [undefined, "undefined"],
  [true, "true"],
  [5n, "5n"],
  [Symbol("x"), /ymbol/],
  [() => 5, "function"],
  [{}, "object"],
  [bare, "object"],
  [new Date(0), "object"],
  [new Map(), "object"],
  [new Set(["x"]), "object"],
  [Promise.resolve("a forgotten await"), "object"],
  [new String("x"), "object"],
  [{ length: 1, 0: "x" }, "object"],
  [new (class Parcel {})(), "object"],
  [Object.create(Uint8Array.prototype), ""],
  [{ constructor: { name: Symbol("x") } }, "object"],
  [[], "empty array"],
  [[["x"]], "part 0"],
  [["x", undefined], "part 1"],
  [["x", "y", {}], "part 2"],
  [Array(3), "part 0"],
  // biome-ignore lint/suspicious/noSparseArray: a hole is what it is about.
  [["x", , "y"], "part 1"],
  [new Proxy([["x"]], {}), "part 0"],
  [new Proxy(Array(2 ** 32 - 1), { get: readsNoFurther }), "part 0"],
  [new Proxy(Buffer.from("x"), {}), ""],
];

testMisuse(
  "`send()`",
  dealers,
  noMessages.flatMap(([message, shown]) =>
    each(
      [message],
      "of",
      (dealer: Dealer, value: MessageLike) => dealer.send(value),
      "TypeError",
      () => ["Cannot send ", shown, "expected a Buffer"],
    ),
  ),
);
