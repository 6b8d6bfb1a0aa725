/*
 * Context: the object that owns the I/O threads of its sockets, and may be shared by threads.
 */

import { applyOptions, checkValue, defineOptions, numberedRow } from "./accessors.js";
import { checkOptions, checkTimeout } from "./arguments.js";
import { describe } from "./describe.js";
import { againError, invalid, statusError, TimeoutError } from "./errors.js";
import "./exit.js";
import { addon, contextStarted, type NativeContext } from "./native.js";
import { type ContextProperties, type ContextSettings, contextOptions } from "./options.js";
import { Uncloneable } from "./uncloneable.js";

/** Where the native context of a wrapper comes from: see `open()` in native/context_js.cc. */
class Origin {
  constructor(readonly value: undefined | null | number) {}
}

/** The native context of a wrapper. */
export let nativeContext: (context: Context) => NativeContext;

/**
 * A ØMQ context (`zmq_ctx_new`). Sockets of one context can talk over `inproc://`, and share its
 * I/O threads.
 *
 * Most programs need none: sockets use the default {@link context}, which all worker threads of
 * the process share. A further one is for separate limits, or to end a group of sockets at once.
 *
 * @example
 * ```ts
 * import { Context, Pair } from "zmqx";
 *
 * const context = new Context({ ioThreads: 2 });
 * const pair = new Pair({ context });
 * pair.close();
 * await context.terminate();
 * ```
 */
export class Context extends Uncloneable {
  static {
    // The bundler renames the class: its own option to keep names makes every function slow to create.
    Object.defineProperty(Context, "name", { value: "Context" });
  }

  readonly #native: NativeContext;
  #terminated: Promise<void> | undefined;

  static {
    nativeContext = (context) => context.#native;
  }

  /**
   * @param options - Options to set, of those that the properties of this class describe.
   * @throws TypeError or RangeError for an unknown option or a wrong value.
   */
  constructor(options?: ContextSettings) {
    super();
    const given: unknown = options;
    const origin = given instanceof Origin ? given.value : null;
    this.#native = new addon.Context();
    const status = this.#native.open(origin);
    if (status < 0) {
      const action = origin === null ? "create a context" : `attach context ${origin}`;
      throw statusError(status, origin === null ? "context" : "attach", action);
    }
    if (!(given instanceof Origin)) applyOptions(this, options);
    Object.seal(this);
  }

  /**
   * The context with the given {@link token}, made by this thread or another one of the process.
   * It lives as long as one of its wrappers or sockets does.
   *
   * @throws ZmqError with code ENOENT when there is no such context, or not any more.
   *
   * @example
   * ```ts
   * import { Context } from "zmqx";
   *
   * const context = new Context();
   * // In a worker thread that was given context.token as its workerData:
   * const same = Context.attach(context.token);
   * console.log(same.token === context.token); // true
   * ```
   */
  static attach(token: number): Context {
    if (typeof token !== "number") {
      throw new TypeError(`Cannot attach context ${describe(token)}: expected its token, a number`);
    }
    if (!Number.isInteger(token) || token < 1 || token > 0xffffffff) {
      throw new RangeError(`Cannot attach context ${token}: expected a token that Context gave`);
    }
    return new Context(new Origin(token) as ContextSettings);
  }

  /** A number that stands for this context in the process: plain data, to pass to a worker. */
  get token(): number {
    return this.#native.token();
  }

  /**
   * Ends this context (`zmq_ctx_shutdown`): whatever waits on one of its sockets, in any thread,
   * rejects with a {@link ContextTerminatedError}, and the sockets close. New ones are refused.
   * Messages sent before still linger as their sockets say. Calling it again does nothing.
   */
  shutdown(): void {
    this.#native.shutdown();
  }

  /**
   * Shuts down, and waits until all sockets have closed in their threads and all messages that
   * linger are delivered or given up (`zmq_ctx_term`, on a thread of its own).
   *
   * @param options - `timeout`: milliseconds to wait, default -1, for ever. The context ends in
   * the background all the same.
   * @throws TimeoutError when it takes longer.
   */
  async terminate(options: { timeout?: number } = {}): Promise<void> {
    const { timeout = -1 } = checkOptions("terminate", options);
    checkTimeout("terminate", timeout);
    this.#terminated ??= new Promise((resolve) => {
      this.#native.onterminated = resolve;
      this.#native.terminate();
    });
    if (timeout < 0) return this.#terminated;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const text = `Cannot terminate the context within ${timeout} ms: sockets are open or messages linger`;
      timer = setTimeout(() => reject(againError(TimeoutError, "terminate", text)), timeout);
    });
    return Promise.race([this.#terminated, late]).finally(() => clearTimeout(timer));
  }

  /** Waits as {@link terminate} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.terminate();
  }

  /** Reads an option of kind bool by its number in zmq.h; for options without a property. */
  protected getBoolOption(id: number): boolean {
    return this.getInt32Option(id) !== 0;
  }

  /** Sets an option of kind bool by its number in zmq.h. */
  protected setBoolOption(id: number, value: boolean): void {
    this.setInt32Option(id, value ? 1 : 0);
  }

  /** Reads an option of kind int by its number in zmq.h. */
  protected getInt32Option(id: number): number {
    numberedRow(id, "i32");
    return readOption(this, id, false, `option ${describe(id)}`) as number;
  }

  /** Sets an option of kind int by its number in zmq.h. */
  protected setInt32Option(id: number, value: number): void {
    const row = numberedRow(id, "i32");
    writeOption(
      this,
      id,
      checkValue(`option ${describe(id)}`, row, value) as number,
      `option ${describe(id)}`,
    );
  }
}

export interface Context extends ContextProperties {}

function readOption(host: Context, id: number, isText: boolean, name: string): number | string {
  const value = nativeContext(host).getOption(id, isText);
  if (value === undefined) throw statusError(-addon.lastErrno(), "getsockopt", `get ${name}`);
  return value;
}

function writeOption(host: Context, id: number, value: number | string, name: string): void {
  const status = nativeContext(host).setOption(id, value);
  const given = status === invalid ? ` to ${describe(value)}` : "";
  if (status < 0) throw statusError(status, "setsockopt", `set ${name}${given}`);
  if (status === contextStarted) {
    process.emitWarning(
      `The context option ${name} was not set: it can only be before the first socket`,
      { code: "ZMQX_NO_EFFECT" },
    );
  }
}

defineOptions(Context.prototype, contextOptions, undefined, {
  get: (host, row, name) => readOption(host, row.id, row.kind === "string", `"${name}"`),
  set(host, row, value, name) {
    writeOption(host, row.id, value as number | string, `"${name}"`);
  },
});

/**
 * The default context: that of every socket that is not given another one, in all threads of the
 * process.
 */
export const context = new Context(new Origin(undefined) as ContextSettings);
