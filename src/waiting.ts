/*
 * Waiting: the operations of one kind that wait on a socket, in the order of their calls, with
 * their timeouts and signals.
 */

import { setMaxListeners } from "node:events";
import type { WaitOptions } from "./arguments.js";
import { AbortError, busyError, timeoutError } from "./errors.js";
import { end, item } from "./iterate.js";
import { kindCode, type NativeSocket, type Prepared } from "./native.js";
import { settle } from "./turn.js";

export type Operation = "send" | "receive";

/** How many operations of one kind may wait on a socket; a further one rejects with a BusyError. */
const maxWaiting = 10_000;

const timeoutIds = { receive: 27, send: 28 };

/** Milliseconds, for an operation that has no timeout of its own. */
export function defaultTimeout(native: NativeSocket, operation: Operation): number {
  return (native.getOption(timeoutIds[operation], kindCode("i32")) as number | undefined) ?? -1;
}

/** One operation that waits: a link in the list of them, in both directions. */
interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** What waits to be sent. */
  readonly prepared: Prepared | undefined;
  /** Whether an iterator waits, to which a message is an item, and being closed is the end. */
  readonly iterates: boolean;
  before: Waiter | undefined;
  after: Waiter | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Stops listening to the signal. */
  unlisten: (() => void) | undefined;
}

/** Whose operations wait. */
interface Owner {
  readonly native: NativeSocket;
  readonly label: string;
  /** Called when an operation was aborted, or its time passed. */
  rest(): void;
}

/** The operations of one kind that wait on a socket. */
export class Waiting {
  readonly #owner: Owner;
  readonly operation: Operation;
  #first: Waiter | undefined;
  #last: Waiter | undefined;
  #size = 0;
  #timeout: number | undefined;
  #referenced = true;

  constructor(owner: Owner, operation: Operation) {
    this.#owner = owner;
    this.operation = operation;
  }

  /** To be called when an option of libzmq was set. */
  optionSet(): void {
    this.#timeout = undefined;
  }

  get size(): number {
    return this.#size;
  }

  /** The one that waits for the longest time. */
  get first(): Waiter | undefined {
    return this.#first;
  }

  /** Rejects at once where the operation may not wait at all. */
  add<T>(
    prepared: Prepared | undefined,
    options: WaitOptions | undefined,
    iterates: boolean,
  ): Promise<T> {
    if (this.#size >= maxWaiting) return Promise.reject(this.#tooMany());
    this.#timeout ??= defaultTimeout(this.#owner.native, this.operation);
    const timeout = options?.timeout ?? this.#timeout;
    if (timeout === 0) return Promise.reject(this.#inVain(timeout));
    return this.#wait(prepared, iterates, options?.signal, timeout);
  }

  resolveFirst(result: unknown): void {
    const first = this.#shift();
    if (first !== undefined) settle(first.resolve, first.iterates ? item(result) : result);
  }

  rejectFirst(error: Error): void {
    const first = this.#shift();
    if (first !== undefined) settle(first.reject, error);
  }

  /** Of the operation that was added last. */
  rejectLast(error: Error): void {
    if (this.#last !== undefined) this.#withdraw(this.#last, error);
  }

  /** Rejects all of them; iterators end if the socket is closed. */
  rejectAll(errorFor: (operation: Operation) => Error, closed: boolean): void {
    const all: Waiter[] = [];
    for (let waiter = this.#shift(); waiter !== undefined; waiter = this.#shift()) all.push(waiter);
    for (const { resolve, reject, iterates } of all) {
      if (iterates && closed) resolve(end());
      else reject(errorFor(this.operation));
    }
  }

  setReferenced(referenced: boolean): void {
    this.#referenced = referenced;
    for (let waiter = this.#first; waiter !== undefined; waiter = waiter.after) {
      if (referenced) waiter.timer?.ref();
      else waiter.timer?.unref();
    }
  }

  #wait<T>(
    prepared: Prepared | undefined,
    iterates: boolean,
    signal: AbortSignal | undefined,
    timeout: number,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiter: Waiter = {
        resolve: resolve as (value: unknown) => void,
        reject,
        prepared,
        iterates,
        before: undefined,
        after: undefined,
        timer: undefined,
        unlisten: undefined,
      };
      const isLimited = signal !== undefined || timeout > 0;
      // Last: what throws before, on a full stack, rejects an operation that must not get a message.
      if (!isLimited || this.#limit(waiter, signal, timeout)) this.#append(waiter);
    });
  }

  #shift(): Waiter | undefined {
    const first = this.#first;
    if (first !== undefined) this.#remove(first);
    return first;
  }

  #append(waiter: Waiter): void {
    waiter.before = this.#last;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.after = waiter;
    this.#last = waiter;
    this.#size++;
  }

  // Whether it may wait at all.
  #limit(waiter: Waiter, signal: AbortSignal | undefined, timeout: number): boolean {
    if (signal !== undefined && !this.#listen(waiter, signal)) return false;
    if (timeout > 0) {
      waiter.timer = setTimeout(() => this.#withdraw(waiter, this.#inVain(timeout)), timeout);
      if (!this.#referenced) waiter.timer.unref();
    }
    return true;
  }

  // Whether it may wait: a signal of the program may do anything here, throw, or call at once.
  #listen(waiter: Waiter, signal: AbortSignal): boolean {
    let mayWait = true;
    const withdraw = (error: Error): void => {
      mayWait = false;
      this.#withdraw(waiter, error);
    };
    const onAbort = (): void => withdraw(new AbortError(this.operation, signal.reason));
    waiter.unlisten = () => signal.removeEventListener("abort", onAbort);
    try {
      // A signal that ends many operations is no leak.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", onAbort, { once: true });
    } catch (error) {
      withdraw(error as Error);
    }
    return mayWait;
  }

  #inVain(timeout: number): Error {
    return timeoutError(this.operation, this.#owner.label, timeout);
  }

  #tooMany(): Error {
    const { operation, size } = this;
    const text = `Cannot ${operation} on ${this.#owner.label}: ${size} operations wait already`;
    return busyError(operation, text);
  }

  #withdraw(waiter: Waiter, error: Error): void {
    this.#remove(waiter);
    this.#owner.rest();
    waiter.reject(error);
  }

  // Does nothing when it was taken out already.
  #remove(waiter: Waiter): void {
    const { before, after } = waiter;
    if (before === undefined && this.#first !== waiter) return;
    waiter.before = undefined;
    waiter.after = undefined;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    this.#size--;
    if (waiter.timer !== undefined) clearTimeout(waiter.timer);
    waiter.unlisten?.();
  }
}
