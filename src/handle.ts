/*
 * Handle: a native socket and the operations that wait on it. Every operation is tried first and
 * waits only where libzmq would block. A waiting operation takes a message, or hands one over, in
 * the same step that settles its promise: so an abort or a timeout can never lose one.
 */

import { setMaxListeners } from "node:events";
import { checkWait, messageProblem, type WaitOptions } from "./arguments.js";
import { eterm, pollIn, pollOut, type SocketType } from "./constants.js";
import {
  AbortError,
  again,
  againError,
  busyError,
  ClosedError,
  closed,
  HighWaterMarkError,
  statusError,
  TimeoutError,
} from "./errors.js";
import { forgotten } from "./forgotten.js";
import {
  addon,
  contextEnded,
  kindCode,
  type NativeContext,
  type NativeSocket,
  type Prepared,
} from "./native.js";
import { settle, settled } from "./turn.js";

type Operation = "send" | "receive";

interface Waiter {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly prepared: Prepared | undefined;
  timer?: NodeJS.Timeout;
  /** Stops listening to the signal. */
  unlisten?: () => void;
}

const receiveTimeoutId = 27;
const sendTimeoutId = 28;
const int32 = kindCode("i32");

/** How many operations of one kind may wait on a socket; a further one rejects with a BusyError. */
export const maxWaiting = 10_000;

export class Handle {
  readonly native: NativeSocket = new addon.Socket();
  /** What error messages call the socket, for example `"Dealer"`. */
  readonly label: string;
  /** The proxy whose thread has the socket. */
  borrower: { readonly returned: Promise<void>; terminate(): void } | undefined;
  readonly #receives = new Set<Waiter>();
  readonly #sends = new Set<Waiter>();
  #watching = false;
  #referenced = true;
  #recheck = false;
  #later: NodeJS.Timeout | undefined;
  #end: "open" | "closed" | "terminated" = "open";

  constructor(context: NativeContext, type: SocketType, label: string) {
    this.label = label;
    const status = this.native.open(context, type);
    if (status < 0) throw statusError(status, "socket", `create a ${label}`);
    this.native.onready = (code) => (code === contextEnded ? this.#terminate() : this.#attempt());
  }

  /** Warns, once per process, when the collector closes this socket. */
  warnWhenForgotten(): void {
    forgotten.register(this, this.label, this);
  }

  get closed(): boolean {
    return this.#end !== "open";
  }

  /** Whether any operation waits. */
  get waiting(): boolean {
    return this.#receives.size + this.#sends.size > 0;
  }

  receive(options?: WaitOptions): Promise<unknown[]> {
    const wait = options === undefined ? undefined : checkWait("receive", options);
    if (wait?.signal?.aborted) return Promise.reject(new AbortError("receive", wait.signal.reason));
    if (this.#receives.size === 0) {
      const message = this.native.receive();
      if (this.#sends.size > 0) this.recheck();
      if (typeof message !== "number") return settled(message);
      if (message !== again) return Promise.reject(this.#failure(message, "receive"));
    }
    return this.#wait<unknown[]>("receive", wait, undefined);
  }

  send(message: unknown, target?: number | string, options?: WaitOptions): Promise<void> {
    const wait = options === undefined ? undefined : checkWait("send", options);
    if (wait?.signal?.aborted) return Promise.reject(new AbortError("send", wait.signal.reason));
    const sent =
      this.#sends.size === 0
        ? this.native.send(message, target)
        : this.native.prepare(message, target);
    if (this.#receives.size > 0) this.recheck();
    if (sent === 0) return settled(undefined);
    if (typeof sent === "number") {
      return Promise.reject(messageProblem(sent, message) ?? this.#failure(sent, "send"));
    }
    return this.#wait<void>("send", wait, sent);
  }

  /** `ZMQ_EVENTS`, or 0 when the socket is closed or in the hands of a proxy. */
  events(): number {
    const events = this.native.events();
    if (this.waiting) this.recheck();
    return Math.max(events, 0);
  }

  /**
   * To be called after anything that may have made libzmq look at the commands for this socket:
   * what they announced would otherwise wake nobody.
   */
  recheck(): void {
    if (this.#recheck || !this.waiting) return;
    this.#recheck = true;
    setImmediate(() => {
      this.#recheck = false;
      this.#attempt();
    });
  }

  setReferenced(referenced: boolean): void {
    this.#referenced = referenced;
    this.native.reference(referenced);
    for (const { timer } of [...this.#receives, ...this.#sends]) {
      if (referenced) timer?.ref();
      else timer?.unref();
    }
  }

  /** Rejects what waits with the given error, and closes. Does nothing when closed already. */
  close(linger?: number, reason: "closed" | "terminated" = "closed"): void {
    if (this.#end !== "open") return;
    this.#end = reason;
    forgotten.unregister(this);
    this.native.close(linger);
    this.#rejectAll((operation) => {
      if (reason === "terminated") return this.error(closed, operation);
      const text = `Cannot ${operation} on ${this.label}: socket was closed`;
      return againError(ClosedError, operation, text);
    });
  }

  /** The error for a status that an operation on this socket gave. */
  error(
    status: number,
    syscall: string,
    action = `${syscall} on ${this.label}`,
    endpoint?: string,
  ): Error {
    const shown = status === closed && this.#end === "terminated" ? -eterm : status;
    return statusError(shown, syscall, action, endpoint);
  }

  #failure(status: number, operation: Operation): Error {
    if (status === -eterm) this.#terminate();
    return this.error(status, operation);
  }

  #terminate(): void {
    this.close(undefined, "terminated");
  }

  #wait<T>(
    operation: Operation,
    wait: WaitOptions | undefined,
    prepared: Prepared | undefined,
  ): Promise<T> {
    const queue = operation === "send" ? this.#sends : this.#receives;
    if (queue.size >= maxWaiting) {
      const text = `Cannot ${operation} on ${this.label}: ${maxWaiting} operations wait already`;
      return Promise.reject(busyError(operation, text));
    }
    const timeout = wait?.timeout ?? this.#defaultTimeout(operation);
    if (timeout === 0) return Promise.reject(this.#timeoutError(operation, timeout));
    return new Promise<T>((resolve, reject) => {
      const waiter: Waiter = { resolve, reject, prepared };
      const withdraw = (error: Error): void => {
        queue.delete(waiter);
        this.#finish(waiter);
        this.#rest();
        reject(error);
      };
      const signal = wait?.signal;
      if (signal !== undefined) {
        const onAbort = (): void => withdraw(new AbortError(operation, signal.reason));
        // A signal that ends many operations is no leak.
        setMaxListeners(0, signal);
        signal.addEventListener("abort", onAbort, { once: true });
        waiter.unlisten = () => signal.removeEventListener("abort", onAbort);
      }
      if (timeout > 0) {
        waiter.timer = setTimeout(() => withdraw(this.#timeoutError(operation, timeout)), timeout);
        if (!this.#referenced) waiter.timer.unref();
      }
      queue.add(waiter);
      // Trying this operation may have used up the wake-up of one that waits for the other direction.
      if (this.#receives.size > 0 && this.#sends.size > 0) this.recheck();
      this.#watch();
    });
  }

  #rejectAll(errorFor: (operation: Operation) => Error): void {
    const waiting = { receive: [...this.#receives], send: [...this.#sends] };
    this.#receives.clear();
    this.#sends.clear();
    for (const operation of ["receive", "send"] as const) {
      for (const waiter of waiting[operation]) this.#finish(waiter).reject(errorFor(operation));
    }
  }

  #finish(waiter: Waiter): Waiter {
    clearTimeout(waiter.timer);
    waiter.unlisten?.();
    return waiter;
  }

  #watch(): void {
    this.#watching = true;
    const status = this.native.watch(true);
    if (status >= 0) return;
    this.#rejectAll((operation) => this.error(status, operation));
  }

  #rest(): void {
    if (!this.#watching || this.waiting) return;
    this.#watching = false;
    this.native.watch(false);
  }

  /** Settles every waiting operation that can be carried out now. */
  #attempt(): void {
    // Asking lets libzmq look at all commands, which a send may put off.
    this.native.events();
    for (let round = 0; ; round++) {
      this.#attemptAll(this.#receives, "receive", () => this.native.receive());
      this.#attemptAll(this.#sends, "send", (waiter) => {
        return this.native.resend(waiter.prepared as Prepared);
      });
      const [nextSend] = this.#sends;
      if (this.#receives.size === 0 || nextSend === undefined) break;
      // Trying one direction may have used up the wake-up of the other one.
      const events = this.native.events(nextSend.prepared);
      if ((events & (pollIn | pollOut)) === 0 || events < 0) break;
      if (round < 2) continue;
      // SERVER and STREAM tell that they can send whenever asked: no use to ask again at once.
      this.#later ??= setTimeout(() => {
        this.#later = undefined;
        this.recheck();
      }, 10).unref();
      break;
    }
    if (this.waiting) this.#watch();
    else this.#rest();
  }

  #attemptAll(
    queue: Set<Waiter>,
    operation: Operation,
    attempt: (waiter: Waiter) => unknown,
  ): void {
    for (const waiter of queue) {
      const result = attempt(waiter);
      if (result === again) return;
      if (result === -eterm) this.#terminate();
      if (this.closed) return;
      queue.delete(waiter);
      this.#finish(waiter);
      settle(() => {
        if (typeof result === "number" && result < 0) waiter.reject(this.error(result, operation));
        else waiter.resolve(result as never);
      });
    }
  }

  #defaultTimeout(operation: Operation): number {
    const id = operation === "send" ? sendTimeoutId : receiveTimeoutId;
    return (this.native.getOption(id, int32) as number | undefined) ?? -1;
  }

  #timeoutError(operation: Operation, timeout: number): Error {
    const action = `Cannot ${operation} on ${this.label}`;
    if (timeout > 0) {
      return againError(TimeoutError, operation, `${action}: timed out after ${timeout} ms`);
    }
    return operation === "send"
      ? againError(HighWaterMarkError, operation, `${action}: high-water mark reached or no peer`)
      : againError(TimeoutError, operation, `${action}: no message is there`);
  }
}
