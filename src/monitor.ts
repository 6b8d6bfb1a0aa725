/*
 * Observer: what happens to the connections of a socket, as events.
 */

import { EventEmitter } from "node:events";
import { describe } from "./describe.js";
import { Feed, type Reader } from "./feed.js";
import { iterate } from "./iterate.js";
import { socketParts } from "./parts.js";
import type { Socket } from "./socket.js";
import { Uncloneable } from "./uncloneable.js";

/** An error of the operating system or of libzmq. */
export interface ErrnoError extends Error {
  code: string;
  errno: number;
}

/** A refusal by the ZAP handler. */
export interface AuthError extends Error {
  status: 300 | 400 | 500;
}

/** A handshake that failed. */
export interface ProtoError extends Error {
  code:
    | "ERR_ZMTP_UNSPECIFIED"
    | "ERR_ZMTP_UNEXPECTED_COMMAND"
    | "ERR_ZMTP_INVALID_SEQUENCE"
    | "ERR_ZMTP_KEY_EXCHANGE"
    | "ERR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED"
    | "ERR_ZMTP_MALFORMED_COMMAND_MESSAGE"
    | "ERR_ZMTP_MALFORMED_COMMAND_HELLO"
    | "ERR_ZMTP_MALFORMED_COMMAND_INITIATE"
    | "ERR_ZMTP_MALFORMED_COMMAND_ERROR"
    | "ERR_ZMTP_MALFORMED_COMMAND_READY"
    | "ERR_ZMTP_MALFORMED_COMMAND_WELCOME"
    | "ERR_ZMTP_INVALID_METADATA"
    | "ERR_ZMTP_CRYPTOGRAPHIC"
    | "ERR_ZMTP_MECHANISM_MISMATCH"
    | "ERR_ZAP_UNSPECIFIED"
    | "ERR_ZAP_MALFORMED_REPLY"
    | "ERR_ZAP_BAD_REQUEST_ID"
    | "ERR_ZAP_BAD_VERSION"
    | "ERR_ZAP_INVALID_STATUS_CODE"
    | "ERR_ZAP_INVALID_METADATA";
}

/** The endpoint that an event is about. */
export interface EventAddress {
  address: string;
}

/** Milliseconds until the next attempt. */
export interface EventInterval {
  interval: number;
}

/** Why it failed. */
export interface EventError<E = ErrnoError> {
  error: E;
}

type Expand<T> = T extends infer O ? { [K in keyof O]: O[K] } : never;

/** An event of the type named `T`, with the properties of `D`. */
// biome-ignore lint/complexity/noBannedTypes: no further properties.
export type EventFor<T extends string, D = {}> = Expand<{ type: T } & D>;

/**
 * What an {@link Observer} tells, by its `type`:
 *
 * | type | constant of libzmq | what happened |
 * |---|---|---|
 * | `accept` | `ZMQ_EVENT_ACCEPTED` | a peer connected to a bound endpoint |
 * | `accept:error` | `ZMQ_EVENT_ACCEPT_FAILED` | a peer could not be accepted |
 * | `bind` | `ZMQ_EVENT_LISTENING` | the socket listens |
 * | `bind:error` | `ZMQ_EVENT_BIND_FAILED` | it could not |
 * | `connect` | `ZMQ_EVENT_CONNECTED` | a connection was made |
 * | `connect:delay` | `ZMQ_EVENT_CONNECT_DELAYED` | it takes time, and is under way |
 * | `connect:retry` | `ZMQ_EVENT_CONNECT_RETRIED` | it will be tried again in `interval` ms |
 * | `close` | `ZMQ_EVENT_CLOSED` | an endpoint or connection was closed by this side |
 * | `close:error` | `ZMQ_EVENT_CLOSE_FAILED` | that failed |
 * | `disconnect` | `ZMQ_EVENT_DISCONNECTED` | a connection was lost |
 * | `handshake` | `ZMQ_EVENT_HANDSHAKE_SUCCEEDED` | a connection can be used |
 * | `handshake:error:protocol` | `ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL` | `error.code` says why not |
 * | `handshake:error:auth` | `ZMQ_EVENT_HANDSHAKE_FAILED_AUTH` | refused, with `error.status` |
 * | `handshake:error:other` | `ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL` | failed for another reason |
 * | `end` | `ZMQ_EVENT_MONITOR_STOPPED` | the socket is gone: the last event |
 * | `unknown` | | an event that zmqx does not know |
 *
 * After `handshake:error:auth` or `handshake:error:protocol` libzmq gives the connection up: it is not tried
 * again, what waits for it is dropped, and a `send()` that has no other peer waits until the program connects anew.
 */
export type Event =
  | EventFor<"accept", EventAddress>
  | EventFor<"accept:error", EventAddress & EventError>
  | EventFor<"bind", EventAddress>
  | EventFor<"bind:error", EventAddress & EventError>
  | EventFor<"connect", EventAddress>
  | EventFor<"connect:delay", EventAddress>
  | EventFor<"connect:retry", EventAddress & EventInterval>
  | EventFor<"close", EventAddress>
  | EventFor<"close:error", EventAddress & EventError>
  | EventFor<"disconnect", EventAddress>
  | EventFor<"end">
  | EventFor<"handshake", EventAddress>
  | EventFor<"handshake:error:protocol", EventAddress & EventError<ProtoError>>
  | EventFor<"handshake:error:auth", EventAddress & EventError<AuthError>>
  | EventFor<"handshake:error:other", EventAddress & EventError>
  | EventFor<"unknown">;

/** The types of events. */
export type EventType = Event["type"];

/** The event of one type. */
export type EventOfType<E extends EventType = EventType> = Expand<
  Extract<Event, Event & EventFor<E>>
>;

/** Listens to events by their type. */
export interface EventSubscriber {
  on<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): EventSubscriber;
  off<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): EventSubscriber;
}

/**
 * Tells what happens to the connections of a socket (`zmq_socket_monitor`). Made by
 * {@link Socket.events}; read it with {@link receive}, in a loop, or with listeners: one of them.
 * It ends with the event `end` some time after its socket closed.
 *
 * @example
 * ```ts
 * import { Reply } from "zmqx";
 *
 * const reply = new Reply();
 * reply.events.on("accept", ({ address }) => console.log(`A client came to ${address}`));
 * await reply.bind("tcp://127.0.0.1:*");
 * reply.close();
 * ```
 */
export class Observer extends Uncloneable implements EventSubscriber {
  readonly #reader: Reader;
  #emitter: EventEmitter | undefined;

  /**
   * @param socket - The socket to observe. Better use its `events`.
   * @throws TypeError for anything else, ZmqError when the socket is closed.
   */
  constructor(socket: Socket) {
    super();
    const { handle, context } = socketParts(socket, "observe");
    this.#reader = Feed.of(handle, context).addReader();
  }

  /** Whether no event will come any more: closed, or the socket is gone. */
  get closed(): boolean {
    return this.#reader.ended;
  }

  /** Stops observing. What waits rejects with a ClosedError. */
  close(): void {
    this.#reader.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Waits for the next event.
   *
   * @throws ClosedError when the observer is closed, TypeError while listeners are used.
   */
  async receive(): Promise<Event> {
    if (this.#emitter !== undefined) {
      throw new TypeError("Cannot receive events: listeners that were added with on() get them");
    }
    return this.#next();
  }

  /** Calls `listener` for every event of the given type from now on. */
  on<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): EventSubscriber {
    checkListener(listener);
    if (this.#emitter === undefined) {
      this.#emitter = new EventEmitter();
      void this.#emit(this.#emitter);
    }
    this.#emitter.on(type, listener);
    return this;
  }

  /** Calls `listener` no longer. */
  off<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): EventSubscriber {
    checkListener(listener);
    this.#emitter?.off(type, listener);
    return this;
  }

  /** Gives every event, and ends when the observer is closed. */
  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return iterate(this);
  }

  async #next(): Promise<Event> {
    return (await this.#reader.next()) as Event;
  }

  async #emit(emitter: EventEmitter): Promise<void> {
    while (!this.closed) {
      const event = await this.#next().catch(() => undefined);
      if (event !== undefined) emitter.emit(event.type, event);
    }
  }
}

function checkListener(listener: unknown): void {
  if (typeof listener === "function") return;
  throw new TypeError(`Cannot listen with ${describe(listener)}: expected a function`);
}
