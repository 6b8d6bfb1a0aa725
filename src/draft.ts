/*
 * The socket types that are still drafts in libzmq: they may change.
 */

import { types } from "node:util";
import { socketAccess } from "./access.js";
import { defineOptions } from "./accessors.js";
import { SocketType } from "./constants.js";
import { describe } from "./describe.js";
import { type Abilities, addMethods } from "./methods.js";
import { type OptionsOf, type SocketName, socketOptions } from "./options.js";
import { socketParts } from "./parts.js";
import { Socket } from "./socket.js";
import type { Message, MessageLike, Receiver, Sender, SocketOptions } from "./traits.js";

/** Which client a {@link Server} talks to. */
export interface ServerRoutingOptions {
  /** As received with a message of that client: an unsigned 32-bit number. */
  routingId: number;
}

/** Where a {@link Radio} sends to. */
export interface RadioGroupOptions {
  /** The name of the group, 1 to 15 bytes. */
  group: Buffer | string;
}

/** Where a message for a {@link Dish} was sent to. */
export interface DishGroupOptions {
  /** The name of the group. */
  group: Buffer;
}

/**
 * A `ZMQ_SERVER` socket talks to {@link Client} sockets: each message comes with the routing id of
 * its client, and is sent to the client with the given one. Messages have one part.
 */
export class Server extends Socket {
  constructor(options?: SocketOptions<Server>) {
    super(SocketType.Server, options);
  }
}

export interface Server
  extends Receiver<[Message, ServerRoutingOptions]>,
    Sender<MessageLike, [ServerRoutingOptions]>,
    OptionsOf<"server"> {}

/** A `ZMQ_CLIENT` socket talks to one or more {@link Server} sockets. Messages have one part. */
export class Client extends Socket {
  constructor(options?: SocketOptions<Client>) {
    super(SocketType.Client, options);
  }
}

export interface Client extends Receiver<[Message]>, Sender<MessageLike>, OptionsOf<"client"> {}

/** A `ZMQ_RADIO` socket sends messages of one part to the {@link Dish} sockets of a group. */
export class Radio extends Socket {
  constructor(options?: SocketOptions<Radio>) {
    super(SocketType.Radio, options);
  }
}

export interface Radio extends Sender<MessageLike, [RadioGroupOptions]>, OptionsOf<"radio"> {}

/** A `ZMQ_DISH` socket receives messages of the groups that it joined. */
export class Dish extends Socket {
  constructor(options?: SocketOptions<Dish>) {
    super(SocketType.Dish, options);
  }

  /**
   * Joins groups (`zmq_join`).
   *
   * @throws TypeError or RangeError for what is no name of a group, ZmqError with code EINVAL for a
   * group it is in already.
   */
  join(...values: Array<Buffer | string>): void {
    for (const value of values) this.#group(true, "join", value);
  }

  /**
   * Leaves groups (`zmq_leave`).
   *
   * @throws TypeError or RangeError for what is no name of a group, ZmqError with code EINVAL for a
   * group it is not in.
   */
  leave(...values: Array<Buffer | string>): void {
    for (const value of values) this.#group(false, "leave", value);
  }

  #group(join: boolean, action: string, value: Buffer | string): void {
    const name = checkGroup(action, value);
    const { handle } = socketParts(this, action);
    const status = handle.native.group(join, name);
    handle.recheck();
    if (status < 0) throw handle.error(status, action, `${action} group "${name}"`);
  }
}

export interface Dish extends Receiver<[Message, DishGroupOptions]>, OptionsOf<"dish"> {}

/** A `ZMQ_GATHER` socket receives messages of one part from {@link Scatter} sockets. */
export class Gather extends Socket {
  constructor(options?: SocketOptions<Gather>) {
    super(SocketType.Gather, options);
  }
}

export interface Gather extends Receiver<[Message]>, OptionsOf<"gather"> {}

/** A `ZMQ_SCATTER` socket sends messages of one part to its {@link Gather} sockets, in turn. */
export class Scatter extends Socket {
  constructor(options?: SocketOptions<Scatter>) {
    super(SocketType.Scatter, options);
  }
}

export interface Scatter extends Sender<MessageLike>, OptionsOf<"scatter"> {}

/**
 * A `ZMQ_DGRAM` socket sends and receives UDP datagrams, over `udp://` only: the first part is the
 * address of the peer, such as `127.0.0.1:5555`, the second one the datagram.
 */
export class Datagram extends Socket {
  constructor(options?: SocketOptions<Datagram>) {
    super(SocketType.Datagram, options);
  }
}

export interface Datagram
  extends Receiver<[Message, Message]>,
    Sender<[MessageLike, MessageLike]>,
    OptionsOf<"datagram"> {}

function clientIn(options: object | undefined): number {
  const id = (options as Partial<ServerRoutingOptions> | undefined)?.routingId as unknown;
  if (typeof id === "number" && Number.isInteger(id) && id >= 1 && id <= 0xffffffff) return id;
  const Class = typeof id === "number" ? RangeError : TypeError;
  const wanted = "expected the number that came with a message";
  throw new Class(`Cannot send to the routing id ${describe(id)}: ${wanted}`);
}

function groupIn(options: object | undefined): string {
  return checkGroup("send to", (options as Partial<RadioGroupOptions> | undefined)?.group);
}

const both = { sends: true, receives: true } as const;
const classes: [Socket["constructor"], SocketName, Abilities][] = [
  [
    Server,
    "server",
    {
      ...both,
      parts: 1,
      target: clientIn,
      unpack: ([message, routingId]) => [message, { routingId }],
    },
  ],
  [Client, "client", { ...both, parts: 1 }],
  [Radio, "radio", { sends: true, parts: 1, target: groupIn }],
  [Dish, "dish", { receives: true, unpack: ([message, group]) => [message, { group }] }],
  [Gather, "gather", { receives: true }],
  [Scatter, "scatter", { sends: true, parts: 1 }],
  [Datagram, "datagram", { ...both, parts: 2 }],
];

for (const [{ prototype }, name, abilities] of classes) {
  addMethods(prototype, abilities);
  defineOptions(prototype, socketOptions, name, socketAccess);
}

function checkGroup(action: string, group: unknown): string {
  if (typeof group !== "string" && !types.isUint8Array(group)) {
    throw new TypeError(`Cannot ${action} group ${describe(group)}: expected a string or a Buffer`);
  }
  const bytes = Buffer.from(group as string);
  if (bytes.length > 0 && bytes.length <= 15 && !bytes.includes(0)) return bytes.toString();
  throw new RangeError(
    `Cannot ${action} group ${describe(String(bytes))}: expected 1 to 15 bytes without a NUL`,
  );
}
