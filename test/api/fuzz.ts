/*
 * Calls every function with random values, for fuzz.test.ts: as a program of its own, since a crash is
 * what it looks for. Everything comes from a seed, so that what went wrong can be had again:
 * `node fuzz.js SEED ROUNDS log` prints each call before it is made.
 */

import { writeSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import * as zmq from "zmqx";
import * as draft from "zmqx/draft";
import { socketOptions } from "#lib/options.js";

type Target = Record<PropertyKey, unknown>;
type Class = new (...values: unknown[]) => Target;

const [seed = "1", rounds = "1000", log] = process.argv.slice(2);
const directory = process.env.FUZZ_DIRECTORY ?? "";

let state = Number(seed);
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const below = (limit: number): number => Math.floor(random() * limit);
const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;

const classes = Object.values({ ...zmq, ...draft }).filter(
  (value) => typeof value === "function" && value.prototype instanceof zmq.Socket,
) as unknown[] as Class[];

let contexts: zmq.Context[] = [];
let hubs: zmq.Dealer[] = [];
let sockets: Target[] = [];
let others: Target[] = [];

const throwing = Object.defineProperty({}, "timeout", {
  get() {
    throw new Error("Thrown by the program");
  },
});

const endpoints = [
  "tcp://127.0.0.1:*",
  "tcp://127.0.0.1:1",
  "tcp://[::1]:*",
  "udp://127.0.0.1:9",
  "ws://127.0.0.1:*",
  `ipc://${directory}/a`,
  `ipc://${directory}/b`,
  "ipc://*",
  "tcp://",
  "tcp://*:*:*",
  "tcp://127.0.0.1:99999",
  "inproc://",
  "x://y",
  "",
  "\0",
];

/**
 * Each context has a socket bound to this, and inproc:// is for that alone: libzmq crashes when it
 * gives up a connection to a name that nobody has bound, and when a Dish, a Stream or a socket that
 * is thread-safe meets some of the other types there.
 */
const hubName = "inproc://hub";
const strangers = ["Stream", ...Object.keys(draft)];

function contextWithHub(options: object): zmq.Context {
  const context = new zmq.Context(options);
  const hub = new zmq.Dealer({ linger: 0, context });
  hub.bindSync(hubName);
  hubs.push(hub);
  return context;
}

function endpointFor(target: Target): string {
  const isStranger = strangers.includes(target.constructor.name);
  return isStranger || random() < 0.5 ? pick(endpoints) : hubName;
}

const numbers = [0, 1, -1, 2, 5, 17, 100, 255, 65_536, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53];
const oddNumbers = [0.5, -0, Number.NaN, Number.POSITIVE_INFINITY, 1n, -1n, 2n ** 64n];

const makers: (() => unknown)[] = [
  () => pick([undefined, null, true, false, Symbol("x"), () => undefined, class {}]),
  () => pick(numbers),
  () => pick(oddNumbers),
  () => pick(endpoints),
  () => pick(["", "x", "a\0b", "é".repeat(200), "x".repeat(70_000), "\ud800", "news"]),
  () => pick([{}, Object.create(null), throwing, new Date(0), new Map(), new Error("x"), /x/]),
  () => Buffer.alloc(pick([0, 1, 2, 255, 256, 70_000]), below(256)),
  () => pick([new Uint16Array(3), new DataView(new ArrayBuffer(5)), new SharedArrayBuffer(3)]),
  () => Array.from({ length: below(4) }, () => value()),
  () => Array.from({ length: below(4) }, () => pick(["x", Buffer.from("y"), 5, null])),
  () => pick(sockets),
  () => pick([...contexts, ...others]),
  waiting,
  options,
];

function value(): unknown {
  return pick(makers)();
}

/** Short, so that most operations end. */
function waiting(): object {
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  return {
    timeout: pick([0, 1, 2, -1, undefined, value()]),
    signal: pick([undefined, controller.signal, AbortSignal.abort(), value()]),
    routingId: pick([undefined, 1, 5, "peer", value()]),
    group: pick([undefined, "news", value()]),
  };
}

// Setting a descriptor hands it over to libzmq, which trusts it.
const trusted = ["useFd"];

/** An option, which makes a socket that closes linger for a moment at most. */
function setting(names: readonly string[]): [name: string, value: unknown] {
  const name = pick(names.filter((name) => !trusted.includes(name)));
  return [name, name === "linger" ? pick([0, 1, 5, "x", null]) : value()];
}

function options(): object {
  const names = Object.keys(socketOptions);
  const entries = Array.from({ length: below(4) }, () => setting(names));
  return { linger: 0, ...Object.fromEntries(entries), ...pick([{}, { lingr: 1 }]) };
}

/** The names of all methods and accessors of an object. */
function members(target: Target): PropertyKey[] {
  const keys: PropertyKey[] = [];
  for (let level = target; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    keys.push(...Reflect.ownKeys(level));
  }
  return keys;
}

// What sets options by their number leaves it to the program which values are wise.
const left = /^(constructor|set\w+Option)$/;

const message = () => Array.from({ length: 1 + below(3) }, () => pick(["x", Buffer.from("y"), 5]));

/** For methods that would hardly ever be given what they take. */
const likely: Record<string, (target: Target) => unknown[]> = {
  bind: (target) => [endpointFor(target)],
  bindSync: (target) => [endpointFor(target)],
  unbind: (target) => [endpointFor(target)],
  connect: (target) => [endpointFor(target), pick([undefined, waiting()])],
  disconnect: (target) => [endpointFor(target)],
  send: () => [pick(["x", message(), value()]), waiting()],
  receive: () => [waiting()],
  join: () => ["news", value()],
  subscribe: () => ["x", value()],
  on: () => [pick(["bind", "connect", "end", value()]), () => undefined],
  close: () => [pick([{ linger: 0 }, { linger: 1 }, { linger: "x" }])],
  terminate: () => [{ timeout: pick([0, 1, value()]) }],
};

/** One random use of one random member. */
function use(target: Target): () => unknown {
  const keys = members(target).filter((key) => !left.test(String(key)));
  const known = keys.filter((key) => String(key) in likely);
  const key = pick(known.length > 0 && random() < 0.6 ? known : keys);
  const isOwn = /bind|connect/.test(String(key)) || random() < 0.8;
  const self = isOwn ? target : value();
  const [, given] = setting([String(key)]);
  const isLikely = key === "close" || random() < 0.8;
  const args =
    (isLikely && likely[String(key)]?.(target)) || Array.from({ length: below(4) }, value);
  note(`${target.constructor?.name}.${String(key)}`);
  return () => {
    const member = target[key];
    if (typeof member === "function") return Reflect.apply(member, self, args);
    if (!trusted.includes(String(key)) && random() < 0.5) target[key] = given;
    return member;
  };
}

const socketOr = () => pick([pick(sockets), pick(sockets), pick(sockets), value()]);

const actions: (() => () => unknown)[] = [
  () => () => sockets.push(new (pick(classes))({ linger: 0, context: pick(contexts) })),
  () => () => new (pick(classes))(pick([options(), value()])),
  () => () => contexts.push(contextWithHub(pick([{}, { ioThreads: below(3) }, { ipv6: true }]))),
  () => () => zmq.Context.attach(pick([value(), pick(contexts).token]) as number),
  () => () => others.push(new zmq.Proxy(socketOr() as never, socketOr() as never) as never),
  () => () => others.push(pick(sockets).events as Target),
  () => () => new zmq.Observer(socketOr() as never),
  () => () => Reflect.apply(zmq.curveKeyPair, value(), [value(), value()]),
  () => use(pick(others.length > 0 ? others : sockets)),
  () => use(pick(contexts) as unknown as Target),
  ...Array.from({ length: 20 }, () => () => use(pick(sockets))),
];

function note(text: string): void {
  if (log) writeSync(2, `${text}\n`);
}

function check(error: unknown): void {
  if (error instanceof Error && error.message !== "") return;
  console.log(`Seed ${seed}: no error with a message: ${String(error)}`);
  process.exit(1);
}

process.on("unhandledRejection", check);

for (let round = 0; round < Number(rounds); round++) {
  while (contexts.length < 2) contexts.push(contextWithHub({}));
  while (sockets.length < 6) {
    sockets.push(new (pick(classes))({ linger: 0, context: pick(contexts) }));
  }
  try {
    const result = pick(actions)()();
    if (result instanceof Promise) result.catch(check);
    if (result instanceof zmq.Socket) await result.close({ linger: 0 });
  } catch (error) {
    check(error);
  }
  if (round % 10 === 0) await turn();
  if (round % 200 === 199) await replace();
}

/** Closes everything, and starts again with fresh ones. */
async function replace(): Promise<void> {
  note("replace");
  for (const proxy of others) if (proxy instanceof zmq.Proxy) proxy.terminate();
  const open = [...(sockets as unknown[] as zmq.Socket[]), ...hubs];
  const closed = open.map((socket) => socket.close({ linger: 0 }));
  for (const context of contexts) context.shutdown();
  await Promise.all(closed);
  [contexts, hubs, sockets, others] = [[], [], [], []];
}

await replace();
const [one, other] = [new zmq.Pair(), new zmq.Pair()];
one.connect(await other.bind("inproc://alive"));
await one.send("alive");
console.log(String(await other.receive()));
await Promise.all([one.close(), other.close()]);
process.exit();
