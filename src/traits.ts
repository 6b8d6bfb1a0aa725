/*
 * What socket types have in common, as interfaces: sending and receiving. The methods behind them
 * are in methods.ts.
 */

import type { WaitOptions } from "./arguments.js";
import type { Context } from "./context.js";
import type { Tracker } from "./loans.js";
import type { ConstructorOptions, OptionsOf } from "./options.js";
import type { Socket } from "./socket.js";
import type { TuningOptions } from "./tuning.js";

/** A received message part. */
export type Message = Buffer;

/** What can be sent as one message part; null is an empty one, a number goes as its digits. */
export type MessageLike =
  | ArrayBufferView
  | ArrayBuffer
  | SharedArrayBuffer
  | string
  | number
  | null;

/** What the constructor of the socket class `S` takes. */
export type SocketOptions<S extends Socket> = ConstructorOptions<S, "verbosity"> &
  Partial<TuningOptions> & {
    context?: Context;
  };

/** How many messages to take at once. */
export interface BatchOptions {
  /** The most, 1 to 65536; 512 by default. */
  max?: number | undefined;
}

/** How many messages to take, and how long to wait for the first of them. */
export type ManyOptions = WaitOptions & BatchOptions;

/** What `send()` takes. */
export interface SendOptions extends WaitOptions {
  /** Whether to copy all bytes, so that they may be changed at once; see `sendCopyLimit`. */
  copy?: boolean | undefined;
}

/** How long a call may block. */
export type BlockOptions = Pick<WaitOptions, "timeout">;

type SyncOptions<O extends object[]> = O extends [infer First]
  ? [options: First & BlockOptions]
  : [options?: BlockOptions];

type Options<O extends object[]> = O extends [infer First]
  ? [options: First & SendOptions]
  : [options?: SendOptions];

type SendOptionNames = "multicastHops" | "sendBufferSize" | "sendHighWaterMark" | "sendTimeout";
type ReceiveOptionNames = "receiveBufferSize" | "receiveHighWaterMark" | "receiveTimeout";

/** A socket that can send. */
export interface Writable<
  M extends MessageLike | MessageLike[] = MessageLike | MessageLike[],
  O extends [...object[]] = [],
> extends Pick<OptionsOf<"push">, SendOptionNames> {
  /**
   * Hands a message over to libzmq (`zmq_msg_send`), which sends it in the background. Parts of
   * more than `sendCopyLimit` bytes, 8192 by default, are not copied: they must not be changed
   * until they were sent, unless `copy` is set. Waits while the socket cannot take it, which
   * depends on its type. Calls wait in order.
   *
   * @param message - One part, or an array with all parts of a multipart message.
   * @param options - `signal` and `timeout`, `copy`, and for some types where to send it.
   * @returns Resolves when libzmq has the message: not yet when it is on the wire.
   * @throws As a rejection, always: TypeError for what is no message; TimeoutError and
   * HighWaterMarkError (`EAGAIN`); AbortError; StateError (`EFSM`); HostUnreachableError;
   * ClosedError; ContextTerminatedError; BusyError when 10000 sends wait already.
   *
   * @example
   * ```ts
   * import { Pair } from "zmqx";
   *
   * const [a, b] = [new Pair(), new Pair()];
   * await a.bind("inproc://send-example");
   * b.connect("inproc://send-example");
   * await a.send(["header", Buffer.from([1, 2, 3])], { timeout: 1000 });
   * console.log(String((await b.receive())[0])); // header
   * a.close();
   * b.close();
   * ```
   */
  send(message: M, ...options: Options<O>): Promise<void>;
}

/** All ways to send. */
export interface Sender<
  M extends MessageLike | MessageLike[] = MessageLike | MessageLike[],
  O extends [...object[]] = [],
> extends Writable<M, O> {
  /**
   * Sends, otherwise as {@link send}, and tells when the bytes of the message may be changed.
   *
   * @example
   * ```ts
   * import { Pull, Push } from "zmqx";
   *
   * const [push, pull] = [new Push(), new Pull()];
   * push.connect(await pull.bind("tcp://127.0.0.1:*"));
   * const bytes = Buffer.alloc(1_000_000);
   * const tracker = await push.sendTracked(bytes);
   * await tracker.done;
   * bytes.fill(1); // What arrives has zeros all the same.
   * await pull.receive();
   * await Promise.all([push.close(), pull.close()]);
   * ```
   */
  sendTracked(message: M, ...options: Options<O>): Promise<Tracker>;

  /**
   * Sends at once or not at all (`zmq_msg_send` with `ZMQ_DONTWAIT`).
   *
   * @param message - As for {@link send}.
   * @param options - Where to send it, for the types that want to know.
   * @returns Whether libzmq has the message. False while {@link send} would wait, or others do.
   * @throws What `send()` rejects with.
   */
  trySend(message: M, ...options: Options<O>): boolean;

  /**
   * Sends messages in their order, as fast as the peers take them: with less to do for each than
   * {@link send}. Others that send on the socket may come in between.
   *
   * @param messages - An array, or anything that can be iterated.
   * @param options - As for `send()`; `signal` and `timeout` end the wait for each message.
   * @returns How many messages were sent: all of them.
   * @throws As a rejection, what `send()` rejects with for one message. The error then has the
   * number of messages before that one, which were sent, as `sent`.
   *
   * @example
   * ```ts
   * import { Push } from "zmqx";
   *
   * const push = new Push();
   * push.connect("tcp://127.0.0.1:5557");
   * await push.sendMany(["1", "2", "3"], { timeout: 100 }).catch((error) => {
   *   console.log(`${error.sent} of 3 were sent`);
   * });
   * await push.close({ linger: 0 });
   * ```
   */
  sendMany(messages: Iterable<M>, ...options: Options<O>): Promise<number>;

  /**
   * The same as {@link send}, but blocks the thread until libzmq has the message. Meant for
   * workers: on the main thread it needs the socket's `allowBlocking`.
   *
   * @throws What `send()` rejects with; ContextTerminatedError when another thread ends the context.
   */
  sendSync(message: M, ...options: SyncOptions<O>): void;
}

type ReceiveType<T> = T extends { receive(options?: WaitOptions): Promise<infer U> } ? U : never;

/** A socket that can receive. */
export interface Readable<M extends object[] = Message[]>
  extends Pick<OptionsOf<"pull">, ReceiveOptionNames> {
  /**
   * Waits for a message and takes it (`zmq_msg_recv`). Calls wait in order. A call that is aborted
   * or times out takes none.
   *
   * @param options - `signal` and `timeout`.
   * @returns All parts of the message.
   * @throws As a rejection, always: TimeoutError (`EAGAIN`), AbortError, StateError (`EFSM`),
   * ClosedError, ContextTerminatedError, BusyError when 10000 receives wait already; ZmqError with code
   * EMSGSIZE for a message with a part that is longer than a Buffer can be, and ENOMEM for one that
   * does not fit into memory: it is lost then, see `maxMessageSize`.
   *
   * @example
   * ```ts
   * import { Pull, TimeoutError } from "zmqx";
   *
   * const pull = new Pull();
   * await pull.bind("tcp://127.0.0.1:*");
   * await pull.receive({ timeout: 10 }).catch((error) => {
   *   console.log(error instanceof TimeoutError); // true
   * });
   * pull.close();
   * ```
   */
  receive(options?: WaitOptions): Promise<M>;

  /**
   * Gives messages until the socket is closed; that ends the loop, also one that waits. So does
   * the end of the context.
   */
  [Symbol.asyncIterator](): AsyncIterator<ReceiveType<this>, undefined>;
}

/** All ways to receive. */
export interface Receiver<M extends object[] = Message[]> extends Readable<M> {
  /**
   * Takes a message that is there (`zmq_msg_recv` with `ZMQ_DONTWAIT`).
   *
   * @returns All parts of the message; undefined where there is none, or others wait for it.
   * @throws What {@link receive} rejects with.
   */
  tryReceive(): M | undefined;

  /**
   * Waits for a message and takes it, along with others that are there: with less to do for each
   * than {@link receive}.
   *
   * @param options - `max`, the most messages to take, 1 to 65536, by default 512; `signal` and
   * `timeout`.
   * @returns One message or more, in their order.
   * @throws As a rejection, what `receive()` rejects with.
   */
  receiveMany(options?: ManyOptions): Promise<M[]>;

  /**
   * Gives the messages as {@link receiveMany} does, until the socket is closed.
   *
   * @example
   * ```ts
   * import { Pull, Push } from "zmqx";
   *
   * const [push, pull] = [new Push(), new Pull()];
   * push.connect(await pull.bind("tcp://127.0.0.1:*"));
   * await push.sendMany(Array.from({ length: 1000 }, (_, number) => String(number)));
   * let count = 0;
   * for await (const messages of pull.batches({ max: 100 })) {
   *   count += messages.length;
   *   if (count === 1000) break;
   * }
   * await Promise.all([push.close(), pull.close()]);
   * ```
   */
  batches(options?: BatchOptions): AsyncIterable<M[]>;

  /**
   * The same as {@link receive}, but blocks the thread until a message comes. Meant for workers:
   * on the main thread it needs the socket's `allowBlocking`.
   *
   * @throws What `receive()` rejects with; ContextTerminatedError when another thread ends the
   * context.
   */
  receiveSync(options?: BlockOptions): M;
}
