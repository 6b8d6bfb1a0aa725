/*
 * Exchanges: the pairs of socket types that may talk to each other, and how each pair does so. What
 * the sides have in common is sending and receiving parts, so that either may be ours.
 */

import { setImmediate as turn } from "node:timers/promises";
import {
  Dealer,
  HostUnreachableError,
  Pair,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  type Socket,
  Subscriber,
  XPublisher,
  XSubscriber,
} from "zmqx";
import { until } from "../harness.js";
import { assertSame, type RemoteSocket } from "./peer.js";

type Parts = (Buffer | string)[];

export interface Side {
  send(parts: Parts): Promise<void>;
  receive(): Promise<Buffer[]>;
}

/** What is set on the peers' sockets goes by the number of the option. */
export const Option = {
  routingId: 5,
  subscribe: 6,
  unsubscribe: 7,
  reconnectInterval: 18,
  mandatory: 33,
  plainServer: 44,
  plainUsername: 45,
  plainPassword: 46,
  curveServer: 47,
  curvePublicKey: 48,
  curveSecretKey: 49,
  curveServerKey: 50,
  zapDomain: 55,
  heartbeatInterval: 75,
  heartbeatTimeToLive: 76,
  heartbeatTimeout: 77,
} as const;

const bytes = (size: number): Buffer =>
  Buffer.from(Array.from({ length: size }, (_, index) => (index * 7) % 256));

/** 255 is the last size of a short frame, 256 the first of a long one. */
export const shapes: readonly Buffer[][] = [
  [bytes(0)],
  [bytes(1)],
  [bytes(255)],
  [bytes(256)],
  [bytes(0), bytes(0)],
  [bytes(0), bytes(255), bytes(0), bytes(256), bytes(0)],
  [bytes(3), bytes(0), bytes(70_000)],
  Array.from({ length: 300 }, (_, index) => bytes(index)),
];

export interface Pairing {
  ours: string;
  theirs: string;
  open(): Socket;
  exchange(ours: Side, theirs: RemoteSocket): Promise<void>;
}

/** Both ways, with what each side puts before the message: `there` is set up by the first one. */
async function duplex(ours: Side, theirs: Side, there: Parts = [], back: Parts = there) {
  for (const shape of shapes) {
    await ours.send([...there, ...shape]);
    assertSame(await theirs.receive(), [...there, ...shape]);
    await theirs.send([...back, ...shape]);
    assertSame(await ours.receive(), [...back, ...shape]);
  }
}

/** The one side asks; the other one is a router, which gets and gives the routing id first. */
async function routed(asking: Side, router: Side, delimiter: Parts, isHidden: boolean) {
  const visible = isHidden ? [] : delimiter;
  for (const shape of shapes) {
    await asking.send([...visible, ...shape]);
    const [id, ...rest] = await router.receive();
    assertSame(rest, [...delimiter, ...shape]);
    await router.send([id as Buffer, ...rest]);
    assertSame(await asking.receive(), [...visible, ...shape]);
  }
}

async function replied(asking: Side, replying: Side, delimiter: Parts) {
  for (const shape of shapes) {
    await asking.send([...delimiter, ...shape]);
    assertSame(await replying.receive(), shape);
    await replying.send(shape);
    assertSame(await asking.receive(), [...delimiter, ...shape]);
  }
}

async function routers(ours: Side, theirs: RemoteSocket) {
  // The connection is there as soon as the other one can be reached.
  await until(async () => {
    try {
      await ours.send(["theirs", "hello"]);
      return true;
    } catch (error) {
      if (error instanceof HostUnreachableError) return false;
      throw error;
    }
  }, "the other router");
  assertSame(await theirs.receive(), ["ours", "hello"]);
  for (const shape of shapes) {
    await theirs.send(["ours", ...shape]);
    assertSame(await ours.receive(), ["theirs", ...shape]);
    await ours.send(["theirs", ...shape]);
    assertSame(await theirs.receive(), ["ours", ...shape]);
  }
}

async function oneWay(from: Side, to: Side) {
  for (const shape of shapes) await from.send(shape);
  for (const shape of shapes) assertSame(await to.receive(), shape);
}

/** Publishes marks until one has come; the others are between it and what is sent next. */
export async function arrived(publisher: Side, subscriber: Side, mark = "mark"): Promise<void> {
  let hasCome = false;
  const first = subscriber.receive().then((parts) => {
    assertSame(parts, [mark]);
    hasCome = true;
  });
  // What is awaited last must not be an unhandled rejection until then.
  first.catch(() => undefined);
  while (!hasCome) {
    await publisher.send([mark]);
    await Promise.race([first, turn()]);
  }
  await publisher.send([mark, "last"]);
  for (let parts: Buffer[] = []; parts.length < 2; ) parts = await subscriber.receive();
}

async function published(publisher: Side, subscriber: Side, subscribe: () => Promise<void>) {
  await subscribe();
  await arrived(publisher, subscriber);
  await oneWay(publisher, subscriber);
}

async function publishedOnRequest(xpub: Side, subscriber: Side, subscribe: () => Promise<void>) {
  await subscribe();
  const publishing = async (): Promise<void> => {
    assertSame(await xpub.receive(), ["\x01"]);
    await xpub.send(["first"]);
  };
  // A bound subscriber takes up its connections, and subscribes, when it is received from.
  const [first] = await Promise.all([subscriber.receive(), publishing()]);
  assertSame(first, ["first"]);
  await oneWay(xpub, subscriber);
}

const ourSubscription = (ours: Side) => async () => (ours as unknown as Subscriber).subscribe();
const theirSubscription = (theirs: RemoteSocket) => () =>
  theirs.set(Option.subscribe, Buffer.alloc(0));
const rawSubscription = (side: Side) => () => side.send(["\x01"]);

function pairing(
  ours: string,
  theirs: string,
  open: () => Socket,
  exchange: Pairing["exchange"],
): Pairing {
  return { ours, theirs, open, exchange };
}

const linger = 0;
const request = () => new Request({ linger });
const reply = () => new Reply({ linger });
const dealer = () => new Dealer({ linger });
const router = () => new Router({ linger });
const namedRouter = () => new Router({ linger, mandatory: true, routingId: "ours" });
// Nothing is dropped at a mark while a slow peer starts to read.
const publisher = () => new Publisher({ linger, sendHighWaterMark: 0 });
const subscriber = () => new Subscriber({ linger });
const xpublisher = () => new XPublisher({ linger });
const xsubscriber = () => new XSubscriber({ linger });

export const pairings: readonly Pairing[] = [
  pairing("REQ", "REP", request, (ours, theirs) => replied(ours, theirs, [])),
  pairing("REP", "REQ", reply, (ours, theirs) => replied(theirs, ours, [])),
  pairing("REQ", "ROUTER", request, (ours, theirs) => routed(ours, theirs, [""], true)),
  pairing("ROUTER", "REQ", router, (ours, theirs) => routed(theirs, ours, [""], true)),
  pairing("DEALER", "REP", dealer, (ours, theirs) => replied(ours, theirs, [""])),
  pairing("REP", "DEALER", reply, (ours, theirs) => replied(theirs, ours, [""])),
  pairing("DEALER", "ROUTER", dealer, (ours, theirs) => routed(ours, theirs, [], false)),
  pairing("ROUTER", "DEALER", router, (ours, theirs) => routed(theirs, ours, [], false)),
  pairing("DEALER", "DEALER", dealer, (ours, theirs) => duplex(ours, theirs)),
  pairing("ROUTER", "ROUTER", namedRouter, routers),
  pairing("PUSH", "PULL", () => new Push({ linger }), oneWay),
  pairing(
    "PULL",
    "PUSH",
    () => new Pull(),
    (ours, theirs) => oneWay(theirs, ours),
  ),
  pairing("PUB", "SUB", publisher, (ours, theirs) =>
    published(ours, theirs, theirSubscription(theirs)),
  ),
  pairing("SUB", "PUB", subscriber, (ours, theirs) =>
    published(theirs, ours, ourSubscription(ours)),
  ),
  pairing("PUB", "XSUB", publisher, (ours, theirs) =>
    published(ours, theirs, rawSubscription(theirs)),
  ),
  pairing("XSUB", "PUB", xsubscriber, (ours, theirs) =>
    published(theirs, ours, rawSubscription(ours)),
  ),
  pairing("XPUB", "SUB", xpublisher, (ours, theirs) =>
    publishedOnRequest(ours, theirs, theirSubscription(theirs)),
  ),
  pairing("SUB", "XPUB", subscriber, (ours, theirs) =>
    publishedOnRequest(theirs, ours, ourSubscription(ours)),
  ),
  pairing("XPUB", "XSUB", xpublisher, (ours, theirs) =>
    publishedOnRequest(ours, theirs, rawSubscription(theirs)),
  ),
  pairing("XSUB", "XPUB", xsubscriber, (ours, theirs) =>
    publishedOnRequest(theirs, ours, rawSubscription(ours)),
  ),
  pairing(
    "PAIR",
    "PAIR",
    () => new Pair({ linger }),
    (ours, theirs) => duplex(ours, theirs),
  ),
];
