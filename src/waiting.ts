/*
 * Waiting: the operations of one kind that wait on a socket, in the order of their calls, with
 * their timeouts and signals.
 */

import { setMaxListeners } from "node:events";
import { AbortError } from "./errors.js";
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
  timer?: NodeJS.Timeout;
  /** Stops listening to the signal. */
  unlisten?: () => void;
}

/** How one operation waits. */
export interface Terms {
  readonly prepared: Prepared | undefined;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds; -1 is for ever. */
  readonly timeout: number;
  /** The error for when its time has passed. */
  readonly inVain: () => Error;
  /** Called when it was aborted, or its time passed. */
  readonly withdrawn: () => void;
}

/** The operations of one kind that wait on a socket. */
export class Waiting {
  readonly #native: NativeSocket;
  readonly operation: Operation;
  #first: Entry | undefined;
  #last: Entry | undefined;
  #size = 0;
  #timeout: number | undefined;
  #referenced = true;

  constructor(native: NativeSocket, operation: Operation) {
    this.#native = native;
    this.operation = operation;
  }

  /** Milliseconds, for an operation that has no timeout of its own. */
  get defaultTimeout(): number {
    this.#timeout ??= defaultTimeout(this.#native, this.operation);
    return this.#timeout;
  }

  /** To be called when an option of libzmq was set. */
  optionSet(): void {
    this.#timeout = undefined;
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.size >= maxWaiting;
  }

  /** The one that waits for the longest time. */
  get first(): Waiter | undefined {
    return this.#first;
  }

  add<T>({ prepared, signal, timeout, inVain, withdrawn }: Terms): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const before = this.#last;
      const entry: Entry = { resolve, reject, prepared, before, after: undefined };
      const withdraw = (error: Error): void => {
        this.#remove(entry);
        withdrawn();
        reject(error);
      };
      if (signal !== undefined) {
        const onAbort = (): void => withdraw(new AbortError(this.operation, signal.reason));
        // A signal that ends many operations is no leak.
        setMaxListeners(0, signal);
        signal.addEventListener("abort", onAbort, { once: true });
        entry.unlisten = () => signal.removeEventListener("abort", onAbort);
      }
      if (timeout > 0) {
        entry.timer = setTimeout(() => withdraw(inVain()), timeout);
        if (!this.#referenced) entry.timer.unref();
      }
      if (before === undefined) this.#first = entry;
      else before.after = entry;
      this.#last = entry;
      this.#size++;
    });
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

  #remove(entry: Entry): void {
    const { before, after } = entry;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    this.#size--;
    if (entry.timer !== undefined) clearTimeout(entry.timer);
    entry.unlisten?.();
  }
}
