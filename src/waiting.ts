/*
 * Waiting: the operations of one kind that wait on a socket, in the order of their calls, with
 * their timeouts and signals.
 */

import { setMaxListeners } from "node:events";
import type { WaitOptions } from "./arguments.js";
import { AbortError, busyError, timeoutError } from "./errors.js";
import { kindCode, type NativeSocket, type Prepared } from "./native.js";

export type Operation = "send" | "receive";

/** How many operations of one kind may wait on a socket; a further one rejects with a BusyError. */
const maxWaiting = 10_000;

const timeoutIds = { receive: 27, send: 28 };

/** Milliseconds, for an operation that has no timeout of its own. */
export function defaultTimeout(native: NativeSocket, operation: Operation): number {
  return (native.getOption(timeoutIds[operation], kindCode("i32")) as number | undefined) ?? -1;
}

/** One operation that waits. */
export interface Waiter {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  /** What waits to be sent. */
  readonly prepared: Prepared | undefined;
}

/** A link in the list of them, in both directions. */
interface Entry extends Waiter {
  before: Entry | undefined;
  after: Entry | undefined;
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
  #first: Entry | undefined;
  #last: Entry | undefined;
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
  add<T>(prepared: Prepared | undefined, options: WaitOptions | undefined): Promise<T> {
    if (this.#size >= maxWaiting) return Promise.reject(this.#tooMany());
    this.#timeout ??= defaultTimeout(this.#owner.native, this.operation);
    const timeout = options?.timeout ?? this.#timeout;
    if (timeout === 0) return Promise.reject(this.#inVain(timeout));
    return this.#wait(prepared, options?.signal, timeout);
  }

  /** Takes the first one out, to be settled. */
  shift(): Waiter | undefined {
    const first = this.#first;
    if (first !== undefined) this.#remove(first);
    return first;
  }

  /** Takes all of them out, to be settled. */
  clear(): Waiter[] {
    const all: Waiter[] = [];
    for (let entry = this.shift(); entry !== undefined; entry = this.shift()) all.push(entry);
    return all;
  }

  setReferenced(referenced: boolean): void {
    this.#referenced = referenced;
    for (let entry = this.#first; entry !== undefined; entry = entry.after) {
      if (referenced) entry.timer?.ref();
      else entry.timer?.unref();
    }
  }

  #wait<T>(
    prepared: Prepared | undefined,
    signal: AbortSignal | undefined,
    timeout: number,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry: Entry = {
        resolve,
        reject,
        prepared,
        before: undefined,
        after: undefined,
        timer: undefined,
        unlisten: undefined,
      };
      this.#append(entry);
      if (signal !== undefined || timeout > 0) this.#limit(entry, signal, timeout);
    });
  }

  #append(entry: Entry): void {
    entry.before = this.#last;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.after = entry;
    this.#last = entry;
    this.#size++;
  }

  #limit(entry: Entry, signal: AbortSignal | undefined, timeout: number): void {
    if (timeout > 0) {
      entry.timer = setTimeout(() => this.#withdraw(entry, this.#inVain(timeout)), timeout);
      if (!this.#referenced) entry.timer.unref();
    }
    if (signal === undefined) return;
    const onAbort = (): void => {
      this.#withdraw(entry, new AbortError(this.operation, signal.reason));
    };
    entry.unlisten = () => signal.removeEventListener("abort", onAbort);
    // A signal of the program may do anything here: throw, or call at once.
    try {
      // A signal that ends many operations is no leak.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", onAbort, { once: true });
    } catch (error) {
      this.#withdraw(entry, error as Error);
    }
  }

  #inVain(timeout: number): Error {
    return timeoutError(this.operation, this.#owner.label, timeout);
  }

  #tooMany(): Error {
    const { operation, size } = this;
    const text = `Cannot ${operation} on ${this.#owner.label}: ${size} operations wait already`;
    return busyError(operation, text);
  }

  #withdraw(entry: Entry, error: Error): void {
    this.#remove(entry);
    this.#owner.rest();
    entry.reject(error);
  }

  // Does nothing when it was taken out already.
  #remove(entry: Entry): void {
    const { before, after } = entry;
    if (before === undefined && this.#first !== entry) return;
    entry.before = undefined;
    entry.after = undefined;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    this.#size--;
    if (entry.timer !== undefined) clearTimeout(entry.timer);
    entry.unlisten?.();
  }
}
