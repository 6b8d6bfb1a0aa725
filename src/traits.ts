/*
 * What socket types have in common: sending and receiving, as interfaces and as the methods
 * behind them.
 */

import { checkMessage, type WaitOptions } from "./arguments.js";
import type { Context } from "./context.js";
import { iterate } from "./iterate.js";
import type { ConstructorOptions, OptionsOf } from "./options.js";
import { socketParts } from "./parts.js";
import type { Socket } from "./socket.js";

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
export type SocketOptions<S extends Socket> = ConstructorOptions<S, "verbosity"> & {
  context?: Context;
};

type Options<O extends object[]> = O extends [infer First]
  ? [options: First & WaitOptions]
  : [options?: WaitOptions];

type SendOptionNames = "multicastHops" | "sendBufferSize" | "sendHighWaterMark" | "sendTimeout";
type ReceiveOptionNames = "receiveBufferSize" | "receiveHighWaterMark" | "receiveTimeout";

/** A socket that can send. */
export interface Writable<
  M extends MessageLike | MessageLike[] = MessageLike | MessageLike[],
  O extends [...object[]] = [],
> extends Pick<OptionsOf<"push">, SendOptionNames> {
  /**
   * Hands a message over to libzmq (`zmq_msg_send`), which sends it in the background. The bytes
   * are copied: they may be changed at once. Waits while the socket cannot take it, which depends
   * on its type. Calls wait in order.
   *
   * @param message - One part, or an array with all parts of a multipart message.
   * @param options - `signal` and `timeout`, and for some types where to send it.
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
   * ClosedError, ContextTerminatedError, BusyError when 10000 receives wait already.
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

/** Sends with an optional target, see `send()` in native/socket_io.cc. */
export function sendTo(
  socket: object,
  message: unknown,
  target: number | string | undefined,
  options: WaitOptions | undefined,
  parts?: number,
): Promise<void> {
  try {
    const { handle } = socketParts(socket, "send");
    return handle.send(checkMessage(message, parts), target, options);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Receives the parts as native code gives them. */
export function receiveFrom(socket: object, options?: WaitOptions): Promise<unknown[]> {
  try {
    return socketParts(socket, "receive").handle.receive(options);
  } catch (error) {
    return Promise.reject(error);
  }
}

const sending = (parts?: number) => ({
  send(this: object, message: unknown, options?: WaitOptions): Promise<void> {
    return sendTo(this, message, undefined, options, parts);
  },
});

const receiving = {
  receive(this: object, options?: WaitOptions): Promise<unknown[]> {
    return receiveFrom(this, options);
  },
};

const iterating = {
  [Symbol.asyncIterator](this: Parameters<typeof iterate>[0]) {
    // A class of the program may receive in its own way.
    if (this.receive !== receiving.receive) return iterate(this);
    const { handle } = socketParts(this, "iterate over it");
    return iterate(this, () => handle.takeAhead());
  },
};

/** What a type of socket can do. */
export interface Abilities {
  receives?: true;
  sends?: true;
  /** How many parts each message that it sends has; any number otherwise. */
  parts?: number;
}

/** Gives the prototype of a socket class the methods for what it can do and does not define itself. */
export function addMethods(prototype: object, { receives, sends, parts }: Abilities): void {
  for (const methods of [sends && sending(parts), receives && receiving, receives && iterating]) {
    if (methods === undefined) continue;
    for (const name of Reflect.ownKeys(methods)) {
      if (Object.hasOwn(prototype, name)) continue;
      const value = Reflect.get(methods, name);
      Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
    }
  }
}
