/*
 * Misuse of what only some of the stable socket types have.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Dealer, type MessageLike, Router, Stream, Subscriber, XPublisher } from "zmqx";
import { freshAddress } from "../harness.js";
import { withSockets } from "./failures.js";
import { each, naming, type Subject, testMisuse } from "./misuse.js";

const bare: unknown = Object.create(null);
const noBytes = [5, true, 5n, {}, ["x"], Symbol("x"), bare, () => 5];
const noObjects = [null, 5, "peer", true, () => 5];
const patience = { timeout: 20_000 };

/** The next message, of which only the last part counts. */
const lastPart = async (socket: { receive(options: object): Promise<Buffer[]> }) =>
  String((await socket.receive(patience)).at(-1));

async function router(): Promise<Subject<Router>> {
  const [subject, peer] = [new Router({ linger: 0, mandatory: true }), new Dealer({ linger: 0 })];
  peer.routingId = "peer";
  peer.connect(await subject.bind(freshAddress("inproc")));
  return {
    subject,
    async works() {
      await peer.send("there", patience);
      assert.equal(await lastPart(subject), "there");
      await subject.send(["peer", "back"], patience);
      assert.equal(await lastPart(peer), "back");
    },
    close: () => Promise.all([subject.close(), peer.close()]),
  };
}

async function stream(): Promise<Subject<Stream>> {
  const [subject, peer] = [new Stream({ linger: 0 }), new Stream({ linger: 0 })];
  peer.connect(await subject.bind(freshAddress("tcp")));
  const [here] = await subject.receive(patience);
  const [there] = await peer.receive(patience);
  return {
    subject,
    async works() {
      await peer.send([there, "there"], patience);
      assert.equal(await lastPart(subject), "there");
      await subject.send([here, "back"], patience);
      assert.equal(await lastPart(peer), "back");
    },
    close: () => Promise.all([subject.close(), peer.close()]),
  };
}

async function publisherAndSubscriber() {
  const [publisher, subscriber] = [new XPublisher({ linger: 0 }), new Subscriber()];
  subscriber.connect(await publisher.bind(freshAddress("inproc")));
  subscriber.subscribe("a");
  await publisher.receive(patience);
  return {
    publisher,
    subscriber,
    async works() {
      await publisher.send("a1", patience);
      assert.equal(await lastPart(subscriber), "a1");
    },
    close: () => Promise.all([publisher.close(), subscriber.close()]),
  };
}

async function subscriber(): Promise<Subject<Subscriber>> {
  const { subscriber, ...rest } = await publisherAndSubscriber();
  return { subject: subscriber, ...rest };
}

async function xpublisher(): Promise<Subject<XPublisher>> {
  const { publisher, ...rest } = await publisherAndSubscriber();
  return { subject: publisher, ...rest };
}

const badIds = ["", "\0x", "x".repeat(256), Buffer.alloc(0), Buffer.from([0, 5])];

for (const [name, make] of [
  ["`Router.connect()`", router],
  ["`Stream.connect()`", stream],
] as const) {
  type Connecting = Subject<Pick<Router, "connect">>;
  testMisuse(`Q13: ${name}`, make as () => Promise<Connecting>, [
    ...each(
      noObjects,
      "with the options",
      (socket: Router, options: object) => socket.connect("tcp://127.0.0.1:1", options),
      "TypeError",
      (value) => ["Cannot connect", naming(value), "expected an object"],
    ),
    ...each(
      noBytes,
      "with the routingId",
      (socket: Router, routingId: string) => socket.connect("tcp://127.0.0.1:1", { routingId }),
      "TypeError",
      (value) => [/outingId/, naming(value), "expected a string"],
    ),
    ...each(
      badIds,
      "with the routingId",
      (socket: Router, routingId: string) => socket.connect("tcp://127.0.0.1:1", { routingId }),
      "RangeError",
      () => [/outingId/, "1 to 255 bytes"],
    ),
    ...each(
      ["nonsense"],
      "with a routingId to",
      (socket: Router, address: string) => socket.connect(address, { routingId: "x" }),
      "EINVAL",
      () => ['Cannot connect to "nonsense"'],
    ),
  ]);
}

const noStreamMessages = ["x", Buffer.from("x"), null, 5, ["x"], ["nobody", "x", "y"], []];

testMisuse("`Stream.send()`", stream, [
  ...each(
    noStreamMessages,
    "of",
    (socket: Stream, message: [MessageLike, MessageLike]) => socket.send(message, patience),
    "TypeError",
    () => ["Cannot send "],
  ),
  ...each(
    [["nobody", "x"]],
    "to",
    (socket: Stream, message: [MessageLike, MessageLike]) => socket.send(message, patience),
    "EHOSTUNREACH",
    () => ["Cannot send on Stream"],
  ),
]);

for (const [method, action] of [
  ["subscribe", "Cannot subscribe to "],
  ["unsubscribe", "Cannot unsubscribe from "],
] as const) {
  const call = (socket: Subscriber, prefix: string) => socket[method]("a", prefix);
  testMisuse(`\`${method}()\``, subscriber, [
    ...each([undefined, null, [], ...noBytes], "of", call, "TypeError", (value) => [
      action,
      naming(value),
      "expected a string or a Buffer",
    ]),
    ...each(
      [[new Uint8Array(2).buffer], [new Uint16Array(2)], [new DataView(new ArrayBuffer(2))]],
      "of",
      call,
      "TypeError",
      () => [action, "expected a string or a Buffer"],
    ),
    ...each(
      [Object.create(Uint8Array.prototype)],
      "of what only seems to be",
      call,
      "TypeError",
      () => [action, "expected a string or a Buffer"],
    ),
  ]);
}

testMisuse("`verbosity`", xpublisher, [
  ...each(
    [undefined, true, 1, "all", "allsubs", [], {}, Symbol("x"), bare, () => 5],
    "set to",
    (socket: XPublisher, value: null) => {
      socket.verbosity = value;
    },
    "TypeError",
    (value) => ['Cannot set "verbosity"', naming(value), '"allSubs"', '"allSubsUnsubs"'],
  ),
]);

test("`unsubscribe()` with something wrong among its prefixes takes none of them back", () =>
  withSockets([new XPublisher(), new Subscriber()], async (publisher, subscriber) => {
    subscriber.connect(await publisher.bind(freshAddress("inproc")));
    subscriber.subscribe("a");
    assert.deepEqual(await publisher.receive(patience), [Buffer.from("\x01a")]);
    assert.throws(() => subscriber.unsubscribe("a", 5 as never), TypeError);
    subscriber.subscribe("b");
    assert.deepEqual(await publisher.receive(patience), [Buffer.from("\x01b")]);
  }));
