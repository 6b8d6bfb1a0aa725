/*
 * Socket: the base class of all socket types: endpoints, options, closing. What a type can send
 * and receive is in sockets.ts and draft.ts.
 */

import { readOption, socketAccess, writeOption } from "./access.js";
import { applyOptions, defineOptions, type Kind } from "./accessors.js";
import { checkLinger, closeSocket } from "./closing.js";
import { pollIn, pollOut, type SocketType } from "./constants.js";
import { Context, context as defaultContext, nativeContext } from "./context.js";
import { describe } from "./describe.js";
import { changeEndpoint } from "./endpoints.js";
import { Feed } from "./feed.js";
import "./forgotten.js";
import { Handle } from "./handle.js";
import { Observer } from "./monitor.js";
import { type CommonOptions, socketOptions } from "./options.js";
import { registerSocket, type SocketParts } from "./parts.js";
import { defineTuning } from "./tuned.js";
import type { TuningOptions } from "./tuning.js";
import { Uncloneable } from "./uncloneable.js";

// Transports that tell when an endpoint is free again.
const hasListener = /^(tcp|ipc|wss?|tipc|vmci):/;

/**
 * A ØMQ socket (`zmq_socket`), of one of the types that derive from this class.
 *
 * Options can be given to the constructor, or set as properties; most of them count for the
 * endpoints bound or connected afterwards, and setting one later warns. A socket belongs to the
 * thread that made it: it cannot be posted to another one.
 *
 * @example
 * ```ts
 * import { Dealer } from "zmqx";
 *
 * using dealer = new Dealer({ linger: 0, sendHighWaterMark: 10 });
 * dealer.connect("tcp://127.0.0.1:5555");
 * ```
 */
export abstract class Socket extends Uncloneable {
  readonly #inside: SocketParts;

  protected constructor(type: SocketType, options?: { context?: Context }) {
    super();
    if (!Number.isInteger(type)) {
      throw new TypeError(
        `Cannot create a socket of type ${describe(type)}: use a class of its own`,
      );
    }
    const context = options?.context ?? defaultContext;
    if (!(context instanceof Context)) {
      const given = describe(context);
      throw new TypeError(
        `Cannot create a ${this.constructor.name} in ${given}: expected a Context`,
      );
    }
    const native = nativeContext(context);
    const handle = new Handle(native, type, this.constructor.name, true);
    this.#inside = {
      handle,
      context: native,
      owner: context,
      observer: undefined,
      closing: undefined,
      endpoints: 0,
      usedInproc: false,
      usedNetwork: false,
      saysGoodbye: false,
    };
    registerSocket(this, this.#inside);
    try {
      applyOptions(this, options, ["context"]);
    } catch (error) {
      handle.close();
      throw error;
    }
    Object.seal(this);
  }

  /** The context that this socket belongs to. */
  get context(): Context {
    return this.#inside.owner;
  }

  /** What happens to the connections of this socket; reading it starts the monitor. */
  get events(): Observer {
    this.#inside.observer ??= new Observer(this);
    return this.#inside.observer;
  }

  /** Whether the socket is closed. */
  get closed(): boolean {
    return this.#inside.handle.closed;
  }

  /** Whether a message is there (`ZMQ_POLLIN`): the next receive() gets it at once. */
  get readable(): boolean {
    return (this.#inside.handle.events() & pollIn) !== 0;
  }

  /** Whether the next send() does not have to wait (`ZMQ_POLLOUT`). */
  get writable(): boolean {
    return (this.#inside.handle.events() & pollOut) !== 0;
  }

  /**
   * Binds to an endpoint (`zmq_bind`): peers can connect to it from now on.
   *
   * @param address - Such as `tcp://127.0.0.1:5555`, `ipc:///tmp/socket` or `inproc://name`. `*`
   * stands for all interfaces, or, as the port, for any free one. IPv6 is enabled for this
   * endpoint where the address has an IPv6 literal.
   * @returns The real endpoint, with the port that was chosen.
   * @throws AddressInUseError, ClosedError, BusyError, or ZmqError with the code that libzmq gives.
   *
   * @example
   * ```ts
   * import { Pull } from "zmqx";
   *
   * const pull = new Pull();
   * const endpoint = await pull.bind("tcp://127.0.0.1:*");
   * console.log(endpoint); // tcp://127.0.0.1:49152
   * pull.close();
   * ```
   */
  async bind(address: string): Promise<string> {
    return this.bindSync(address);
  }

  /** The same as {@link bind}, at once, and throws. */
  bindSync(address: string): string {
    changeEndpoint(this.#inside, "bind", "bind to", address);
    // Over UDP there is no real endpoint to be had.
    return this.lastEndpoint?.includes("://") ? this.lastEndpoint : address;
  }

  /**
   * Unbinds from an endpoint (`zmq_unbind`), as {@link bind} returned it, and waits until it is
   * free for others.
   *
   * @throws ZmqError with code ENOENT when the socket is not bound to it.
   */
  async unbind(address: string): Promise<void> {
    const { handle, context } = this.#inside;
    const waits = typeof address === "string" && hasListener.test(address);
    if (handle.closed || !waits) return this.unbindSync(address);
    const reader = Feed.of(handle, context).addReader();
    try {
      this.unbindSync(address);
    } catch (error) {
      reader.close();
      throw error;
    }
    await reader.until("close", "close:error");
  }

  /** The same as {@link unbind}, without waiting, and throws. */
  unbindSync(address: string): void {
    changeEndpoint(this.#inside, "unbind", "unbind from", address);
  }

  /**
   * Connects to an endpoint (`zmq_connect`). That happens in the background, is repeated until it
   * succeeds, and done again when the connection is lost.
   *
   * @throws ClosedError, BusyError, or ZmqError with the code that libzmq gives.
   */
  connect(address: string): void {
    changeEndpoint(this.#inside, "connect", "connect to", address);
  }

  /**
   * Disconnects from an endpoint (`zmq_disconnect`). Messages that wait for it are dropped when
   * `linger` has passed.
   *
   * @throws ZmqError with code ENOENT when the socket is not connected to it.
   */
  disconnect(address: string): void {
    changeEndpoint(this.#inside, "disconnect", "disconnect from", address);
  }

  /**
   * Closes the socket (`zmq_close`) at once. Waiting operations reject with a ClosedError, loops
   * end. Messages that were sent linger in the background: that takes no part of the event loop.
   * Does nothing when the socket is closed already. While a proxy has the socket, it ends the
   * proxy.
   *
   * @param options - `linger`: milliseconds for this time, instead of the option `linger`.
   * @returns Resolves when the socket is gone: its messages are delivered or given up, its
   * endpoints free. With an endless linger that the program did not ask for here, it resolves
   * after a second at the latest. Awaiting it keeps the process alive; without, it does not.
   */
  close(options: { linger?: number } = {}): Promise<void> {
    const linger = checkLinger(options);
    const { borrower } = this.#inside.handle;
    borrower?.terminate();
    this.#inside.closing ??= borrower
      ? borrower.returned.then(() => closeSocket(this.#inside, linger))
      : closeSocket(this.#inside, linger);
    return this.#inside.closing;
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Undoes {@link unref}. */
  ref(): this {
    this.#inside.handle.setReferenced(true);
    return this;
  }

  /** From now on, an operation that waits on this socket does not keep the process alive. */
  unref(): this {
    this.#inside.handle.setReferenced(false);
    return this;
  }

  /** Reads an option of kind bool by its number in zmq.h; for options without a property. */
  protected getBoolOption(id: number): boolean {
    return Boolean(this.#get(id, "bool"));
  }

  /** Sets an option of kind bool by its number in zmq.h. */
  protected setBoolOption(id: number, value: boolean): void {
    this.#set(id, "bool", value);
  }

  /** Reads an option of kind int by its number in zmq.h. */
  protected getInt32Option(id: number): number {
    return this.#get(id, "i32") as number;
  }

  /** Sets an option of kind int by its number in zmq.h. */
  protected setInt32Option(id: number, value: number): void {
    this.#set(id, "i32", value);
  }

  /** Reads an option of kind int by its number in zmq.h, as an unsigned number. */
  protected getUint32Option(id: number): number {
    return this.getInt32Option(id) >>> 0;
  }

  /** Sets an option of kind int by its number in zmq.h, from an unsigned number. */
  protected setUint32Option(id: number, value: number): void {
    this.#set(id, "i32", value > 0x7fffffff && value <= 0xffffffff ? value | 0 : value);
  }

  /** Reads an option of kind int64_t by its number in zmq.h. */
  protected getInt64Option(id: number): number | bigint {
    return this.#get(id, "i64") as number | bigint;
  }

  /** Sets an option of kind int64_t by its number in zmq.h. */
  protected setInt64Option(id: number, value: number | bigint): void {
    this.#set(id, "i64", value);
  }

  /** Reads an option of kind uint64_t by its number in zmq.h. */
  protected getUint64Option(id: number): number | bigint {
    return this.#get(id, "u64") as number | bigint;
  }

  /** Sets an option of kind uint64_t by its number in zmq.h. */
  protected setUint64Option(id: number, value: number | bigint): void {
    this.#set(id, "u64", value);
  }

  /** Reads an option of kind string by its number in zmq.h. */
  protected getStringOption(id: number): string | null {
    return this.#get(id, "string") as string | null;
  }

  /** Sets an option of kind string, or of bytes, by its number in zmq.h. */
  protected setStringOption(id: number, value: string | Buffer | null): void {
    this.#set(id, "bytes", value);
  }

  #get(id: number, kind: Kind): unknown {
    return readOption(this.#inside, id, kind, `option ${describe(id)}`);
  }

  #set(id: number, kind: Kind, value: unknown): void {
    writeOption(this.#inside, id, kind, value, `option ${describe(id)}`);
  }
}

export interface Socket extends CommonOptions, TuningOptions {}

defineOptions(Socket.prototype, socketOptions, "all", socketAccess);
defineTuning(Socket.prototype);
