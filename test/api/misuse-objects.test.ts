/*
 * Misuse of contexts, proxies, observers and constructors, and values that libzmq itself refuses.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Context, type ContextSettings, Dealer, Observer, Proxy, Router, type Socket } from "zmqx";
import { freshAddress } from "../harness.js";
import { assertTalking, failureOf } from "./failures.js";
import { each, naming, type Subject, testMisuse } from "./misuse.js";

const bare: unknown = Object.create(null);
const noObjects = [null, 5, "5", true, 5n, Symbol("x"), () => 5];
const noNumbers = [null, "5", true, 5n, {}, [], bare, Symbol("x"), () => 5];
const noSockets = [undefined, null, 5, "dealer", true, {}, [], bare, Symbol("x"), () => 5, Dealer];

interface Pieces {
  context: Context;
  dealer: Dealer;
  router: Router;
}

async function pieces(): Promise<Subject<Pieces>> {
  const context = new Context();
  const [dealer, peer] = [new Dealer({ context }), new Dealer({ context })];
  const router = new Router({ context });
  dealer.connect(await peer.bind(freshAddress("inproc")));
  const sockets = [dealer, peer, router];
  return {
    subject: { context, dealer, router },
    works: () => assertTalking(dealer, peer),
    async close() {
      await Promise.all(sockets.map((socket) => socket.close({ linger: 0 })));
      await context.terminate();
    },
  };
}

const makeDealer = (_: Pieces, options: object) => new Dealer(options);
const makeContext = (_: Pieces, options: object) => new Context(options);

for (const [name, make] of [
  ["Dealer", makeDealer],
  ["Context", makeContext],
] as const) {
  testMisuse(`\`new ${name}()\``, pieces, [
    ...each(noObjects, "with the options", make, "TypeError", (value) => [
      "Cannot take ",
      naming(value),
      "as options: expected an object",
    ]),
    ...each([{ ipv66: true }, { ipV6: true }], "with", make, "TypeError", (value) => [
      `Cannot set "${Object.keys(value as object)}"`,
      `${name} has no such option, the nearest is "ipv6"`,
    ]),
    ...each([{ ipv6: 1 }, { ipv6: null }], "with", make, "TypeError", () => ['Cannot set "ipv6"']),
  ]);
}

testMisuse("`new Dealer()`", pieces, [
  ...each(
    [5, "context", {}, Context, bare],
    "with the context",
    (_: Pieces, context: Context) => new Dealer({ context }),
    "TypeError",
    () => ["Cannot create a Dealer ", "expected a Context"],
  ),
  ...each(
    ["type", "lastEndpoint", "closed", "events"],
    "with the read-only",
    (_: Pieces, option: string) => new Dealer({ [option]: 5 }),
    "TypeError",
    (option) => [`Cannot set "${option}": it is read-only`],
  ),
]);

const refusedByLibzmq: [name: string, value: number][] = [
  ["linger", -2],
  ["rate", 0],
  ["recoveryInterval", -1],
  ["reconnectInterval", -2],
  ["reconnectMaxInterval", -1],
  ["backlog", -1],
  ["sendHighWaterMark", -1],
  ["receiveHighWaterMark", -1],
  ["sendTimeout", -2],
  ["receiveTimeout", -2],
  ["multicastHops", 0],
  ["tcpKeepalive", 5],
  ["handshakeInterval", -1],
  ["heartbeatInterval", -1],
  ["heartbeatTimeToLive", 6_553_600],
];

for (const [name, value] of refusedByLibzmq) {
  testMisuse(`\`${name}\``, pieces, [
    ...each(
      [value],
      "set to",
      ({ dealer }: Pieces, value: number) => Object.assign(dealer, { [name]: value }),
      "EINVAL",
      () => [`Cannot set "${name}"`, String(value)],
    ),
    ...each(
      [value],
      "given as",
      (_: Pieces, value: number) => new Dealer({ [name]: value }),
      "EINVAL",
      () => [`Cannot set "${name}"`, String(value)],
    ),
  ]);
}

testMisuse("`new Context()`", pieces, [
  ...each(
    [{ maxMessageSize: -1 }],
    "with",
    (_: Pieces, options: ContextSettings) => new Context(options),
    "EINVAL",
    (options) => Object.entries(options as object).flatMap(([name, value]) => [name, `${value}`]),
  ),
  ...each(
    [{ maxSockets: 0 }, { maxSockets: -1 }, { maxSockets: 65_536 }],
    "with",
    (_: Pieces, options: ContextSettings) => new Context(options),
    "RangeError",
    (options) => Object.entries(options as object).flatMap(([name, value]) => [name, `${value}`]),
  ),
]);

testMisuse("`new Context()`", pieces, [
  ...each(
    [{ maxSockets: 0 }, { maxSockets: 65_536 }, { ioThreads: -1 }, { ioThreads: 257 }],
    "with",
    (_: Pieces, options: ContextSettings) => new Context(options),
    "RangeError",
    (options) => Object.entries(options as object).flatMap(([name, value]) => [name, `${value}`]),
  ),
]);

testMisuse("`Context.attach()`", pieces, [
  ...each(
    [undefined, ...noNumbers],
    "of",
    (_: Pieces, token: number) => Context.attach(token),
    "TypeError",
    (value) => ["Cannot attach context ", naming(value), "a number"],
  ),
  ...each(
    [0, -1, 1.5, Number.NaN, 2 ** 32, Number.POSITIVE_INFINITY],
    "of",
    (_: Pieces, token: number) => Context.attach(token),
    "RangeError",
    (value) => [`Cannot attach context ${value}`, "expected a token"],
  ),
]);

testMisuse("`terminate()`", pieces, [
  ...each(
    noObjects,
    "with the options",
    ({ context }: Pieces, options: object) => context.terminate(options),
    "TypeError",
    (value) => ["Cannot terminate", naming(value), "expected an object"],
  ),
  ...each(
    noNumbers,
    "with the timeout",
    ({ context }: Pieces, timeout: number) => context.terminate({ timeout }),
    "TypeError",
    (value) => ["Cannot terminate with the timeout ", naming(value), "milliseconds"],
  ),
  ...each(
    [Number.NaN, -5, 2 ** 31],
    "with the timeout",
    ({ context }: Pieces, timeout: number) => context.terminate({ timeout }),
    "RangeError",
    (value) => [`Cannot terminate with the timeout ${value}`, "milliseconds"],
  ),
]);

testMisuse("`new Proxy()`", pieces, [
  ...each(
    noSockets,
    "with the front end",
    ({ dealer }: Pieces, socket: Socket) => new Proxy(socket, dealer),
    "TypeError",
    (value) => ["front end of a proxy", "expected a socket", naming(value)],
  ),
  ...each(
    noSockets,
    "with the back end",
    ({ router }: Pieces, socket: Socket) => new Proxy(router, socket),
    "TypeError",
    (value) => ["back end of a proxy", "expected a socket", naming(value)],
  ),
]);

testMisuse("`new Observer()`", pieces, [
  ...each(
    noSockets,
    "of",
    (_: Pieces, socket: Socket) => new Observer(socket),
    "TypeError",
    (value) => ["Cannot observe", "expected a socket", naming(value)],
  ),
]);

test("`Proxy` keeps the ends that it was given", async () => {
  const { subject, works, close } = await pieces();
  const proxy = new Proxy(subject.router, subject.dealer);
  for (const end of ["frontEnd", "backEnd"]) {
    assert.throws(() => Object.assign(proxy, { [end]: subject.dealer }), TypeError);
  }
  assert.equal(proxy.frontEnd, subject.router);
  await works();
  await close();
});

test("`Observer.on()` and `off()` of what is no function give a TypeError, and change nothing", async () => {
  const { subject, works, close } = await pieces();
  const { events } = subject.dealer;
  for (const listener of [undefined, null, 5, "bind", {}]) {
    for (const method of ["on", "off"] as const) {
      const error = await failureOf(() => events[method]("bind", listener as never));
      assert.equal(error.name, "TypeError");
      assert.match(error.message, /function/);
    }
  }
  const next = events.receive();
  const endpoint = await subject.dealer.bind(freshAddress("tcp"));
  assert.deepEqual(await next, { type: "bind", address: endpoint });
  await works();
  await close();
});

test("`Observer.receive()` beside listeners gives a TypeError", async () => {
  const { subject, works, close } = await pieces();
  const { events } = subject.dealer;
  events.on("bind", () => undefined);
  const error = await failureOf(() => events.receive());
  assert.equal(error.name, "TypeError");
  assert.match(error.message, /^Cannot receive events: listeners/);
  await works();
  await close();
});

test("L8: what belongs to one thread cannot be posted to another one", async () => {
  const { subject, works, close } = await pieces();
  const proxy = new Proxy(subject.router, subject.dealer);
  for (const value of [subject.context, subject.dealer, subject.dealer.events, proxy]) {
    assert.throws(() => structuredClone(value), { name: "DataCloneError" });
    assert.throws(() => new MessageChannel().port1.postMessage({ value }), {
      name: "DataCloneError",
    });
  }
  await works();
  await close();
});
