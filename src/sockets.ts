/*
 * The stable socket types of ØMQ.
 */

import { socketAccess } from "./access.js";
import { defineOptions } from "./accessors.js";
import { checkOptions, checkPrefixes } from "./arguments.js";
import { SocketType } from "./constants.js";
import { describe } from "./describe.js";
import { type Abilities, addMethods } from "./methods.js";
import { claimName } from "./names.js";
import { type OptionsOf, type SocketName, socketOptions } from "./options.js";
import { Socket } from "./socket.js";
import type { Message, MessageLike, Receiver, Sender, SocketOptions } from "./traits.js";

/** How {@link Router.connect} names the peer. */
export interface RouterConnectOptions {
  /** 1 to 255 bytes, the first of them not zero. */
  routingId?: string | Buffer;
}

/** How {@link Stream.connect} names the connection. */
export type StreamConnectOptions = RouterConnectOptions;

/**
 * A `ZMQ_PAIR` socket talks to exactly one other Pair, with no routing and no filtering. Meant for
 * `inproc://` between two parts of a process: it does not reconnect over other transports.
 *
 * Send waits while there is no peer or its high-water mark is reached. Nothing is dropped.
 */
export class Pair extends Socket {
  constructor(options?: SocketOptions<Pair>) {
    super(SocketType.Pair, options);
  }
}

export interface Pair extends Receiver, Sender, OptionsOf<"pair"> {}

/**
 * A `ZMQ_PUB` socket sends each message to every {@link Subscriber} that subscribed to what it
 * starts with.
 *
 * Send never waits: a subscriber whose high-water mark is reached misses the message, unless
 * `noDrop` is set.
 */
export class Publisher extends Socket {
  constructor(options?: SocketOptions<Publisher>) {
    super(SocketType.Publisher, options);
  }
}

export interface Publisher extends Sender, OptionsOf<"publisher"> {}

/**
 * A `ZMQ_SUB` socket receives the messages of {@link Publisher}s that start with one of the
 * prefixes it subscribed to. Without a subscription it receives nothing.
 */
export class Subscriber extends Socket {
  constructor(options?: SocketOptions<Subscriber>) {
    super(SocketType.Subscriber, options);
  }

  /**
   * Subscribes to messages that start with any of the given prefixes (`ZMQ_SUBSCRIBE`), besides
   * those it subscribed to before; without any: to all messages. Takes effect once the publisher
   * has been told, which takes a moment.
   *
   * @throws TypeError for a prefix that is neither string nor Buffer.
   *
   * @example
   * ```ts
   * import { Subscriber } from "zmqx";
   *
   * const subscriber = new Subscriber();
   * subscriber.connect("tcp://127.0.0.1:5556");
   * subscriber.subscribe("weather.", "traffic.");
   * subscriber.close();
   * ```
   */
  subscribe(...prefixes: Array<Buffer | string>): void {
    for (const prefix of checkPrefixes("subscribe to", prefixes)) this.setStringOption(6, prefix);
  }

  /**
   * Takes back as many subscriptions (`ZMQ_UNSUBSCRIBE`); without any prefix: the one to all
   * messages.
   *
   * @throws TypeError for a prefix that is neither string nor Buffer.
   */
  unsubscribe(...prefixes: Array<Buffer | string>): void {
    for (const prefix of checkPrefixes("unsubscribe from", prefixes))
      this.setStringOption(7, prefix);
  }
}

export interface Subscriber extends Receiver, OptionsOf<"subscriber"> {}

/**
 * A `ZMQ_REQ` socket sends requests to {@link Reply} or {@link Router} sockets, in turn, and
 * receives their replies: strictly one send, one receive and so on, or StateError (`EFSM`), unless
 * `relaxed` is set.
 *
 * Send waits while there is no peer.
 */
export class Request extends Socket {
  constructor(options?: SocketOptions<Request>) {
    super(SocketType.Request, options);
  }
}

export interface Request extends Receiver, Sender, OptionsOf<"request"> {}

/**
 * A `ZMQ_REP` socket receives requests from {@link Request} or {@link Dealer} sockets and sends
 * the replies: strictly one receive, one send and so on, or StateError (`EFSM`). A reply to a
 * client that is gone is dropped.
 */
export class Reply extends Socket {
  constructor(options?: SocketOptions<Reply>) {
    super(SocketType.Reply, options);
  }
}

export interface Reply extends Receiver, Sender, OptionsOf<"reply"> {}

/**
 * A `ZMQ_DEALER` socket sends to its peers in turn and receives from all of them, in any order.
 * To talk to a {@link Reply}, put an empty part in front of each message.
 *
 * Send waits while no peer has room. Nothing is dropped.
 */
export class Dealer extends Socket {
  constructor(options?: SocketOptions<Dealer>) {
    super(SocketType.Dealer, options);
  }
}

export interface Dealer extends Receiver, Sender, OptionsOf<"dealer"> {}

/**
 * A `ZMQ_ROUTER` socket puts the routing id of the sender in front of each message it receives,
 * and sends each message to the peer that the first part names.
 *
 * A message for an unknown peer, or for one whose high-water mark is reached, is dropped; with
 * `mandatory`, send rejects with HostUnreachableError for the former and waits for the latter.
 */
export class Router extends Socket {
  constructor(options?: SocketOptions<Router>) {
    super(SocketType.Router, options);
  }

  /**
   * Connects to an endpoint, as {@link Socket.connect}.
   *
   * @param address - The endpoint.
   * @param options - `routingId`: the name to give this peer (`ZMQ_CONNECT_ROUTING_ID`), 1 to 255
   * bytes, the first of them not zero; so it can be sent to before it said anything. libzmq keeps
   * it for the next connection, also when this one is refused.
   * @throws RangeError for such an id, otherwise as {@link Socket.connect}.
   */
  override connect(address: string, options: RouterConnectOptions = {}): void {
    const { routingId = null } = checkOptions("connect", options);
    if (routingId !== null) this.connectRoutingId = claimName(this, address, routingId);
    super.connect(address);
  }
}

export interface Router extends Receiver, Sender, OptionsOf<"router"> {}

/**
 * A `ZMQ_PULL` socket receives from all {@link Push} sockets it is connected with, in turn.
 */
export class Pull extends Socket {
  constructor(options?: SocketOptions<Pull>) {
    super(SocketType.Pull, options);
  }
}

export interface Pull extends Receiver, OptionsOf<"pull"> {}

/**
 * A `ZMQ_PUSH` socket sends each message to one of its {@link Pull} sockets, in turn.
 *
 * Send waits while no peer has room, or there is none. Nothing is dropped.
 */
export class Push extends Socket {
  constructor(options?: SocketOptions<Push>) {
    super(SocketType.Push, options);
  }
}

export interface Push extends Sender, OptionsOf<"push"> {}

/**
 * A `ZMQ_XPUB` socket is a {@link Publisher} that also receives what its peers subscribe to: a
 * part that starts with the byte 1 (subscribe) or 0 (unsubscribe), followed by the prefix.
 */
export class XPublisher extends Socket {
  constructor(options?: SocketOptions<XPublisher>) {
    super(SocketType.XPublisher, options);
  }

  /**
   * Which subscriptions of peers are received, besides the first and the last of each prefix:
   * null for no others, `"allSubs"` for every subscription (`ZMQ_XPUB_VERBOSE`), `"allSubsUnsubs"`
   * for every unsubscription too (`ZMQ_XPUB_VERBOSER`). Default null.
   */
  set verbosity(value: null | "allSubs" | "allSubsUnsubs") {
    if (value !== null && value !== "allSubs" && value !== "allSubsUnsubs") {
      const wanted = 'expected null, "allSubs" or "allSubsUnsubs"';
      throw new TypeError(`Cannot set "verbosity" to ${describe(value)}: ${wanted}`);
    }
    this.setBoolOption(78, value === "allSubsUnsubs");
    if (value !== "allSubsUnsubs") this.setBoolOption(40, value === "allSubs");
  }
}

export interface XPublisher extends Receiver, Sender, OptionsOf<"xpublisher"> {}

/**
 * A `ZMQ_XSUB` socket is a {@link Subscriber} that subscribes by sending: a part that starts with
 * the byte 1 (subscribe) or 0 (unsubscribe), followed by the prefix.
 */
export class XSubscriber extends Socket {
  constructor(options?: SocketOptions<XSubscriber>) {
    super(SocketType.XSubscriber, options);
  }
}

export interface XSubscriber extends Receiver, Sender, OptionsOf<"xsubscriber"> {}

/**
 * A `ZMQ_STREAM` socket talks to plain TCP peers. Each message has two parts: the routing id of
 * the connection, and bytes. An empty second part tells that a connection was made or lost, and
 * sending one closes the connection.
 */
export class Stream extends Socket {
  constructor(options?: SocketOptions<Stream>) {
    super(SocketType.Stream, options);
  }

  /**
   * Connects to an endpoint, as {@link Socket.connect}.
   *
   * @param address - The endpoint.
   * @param options - `routingId`: the name to give this peer (`ZMQ_CONNECT_ROUTING_ID`), 1 to 255
   * bytes, the first of them not zero; so it can be sent to before it said anything. libzmq keeps
   * it for the next connection, also when this one is refused.
   * @throws RangeError for such an id, otherwise as {@link Socket.connect}.
   */
  override connect(address: string, options: StreamConnectOptions = {}): void {
    const { routingId = null } = checkOptions("connect", options);
    if (routingId !== null) this.connectRoutingId = claimName(this, address, routingId);
    super.connect(address);
  }
}

export interface Stream
  extends Receiver<[Message, Message]>,
    Sender<[MessageLike, MessageLike]>,
    OptionsOf<"stream"> {}

const both = { sends: true, receives: true } as const;
const classes: [Socket["constructor"], SocketName, Abilities][] = [
  [Pair, "pair", both],
  [Publisher, "publisher", { sends: true }],
  [Subscriber, "subscriber", { receives: true }],
  [Request, "request", both],
  [Reply, "reply", both],
  [Dealer, "dealer", both],
  [Router, "router", both],
  [Pull, "pull", { receives: true }],
  [Push, "push", { sends: true }],
  [XPublisher, "xpublisher", both],
  [XSubscriber, "xsubscriber", both],
  [Stream, "stream", { ...both, parts: 2 }],
];

for (const [{ prototype }, name, abilities] of classes) {
  addMethods(prototype, abilities);
  defineOptions(prototype, socketOptions, name, socketAccess);
}
