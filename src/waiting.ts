/*
 * Waiting: the operations of one kind that wait on a socket, in the order of their calls, with
 * their timeouts and signals.
 */

import { setMaxListeners } from "node:events";
import { AbortError } from "./errors.js";
import type { Prepared } from "./native.js";

/** One operation that waits. */
export interface Waiter {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  /** What waits to be sent. */
  readonly prepared: Prepared | undefined;
}

interface Entry extends Waiter {
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
  readonly timeoutError: () => Error;
  /** Called when it was aborted, or its time passed. */
  readonly withdrawn: () => void;
}

/** The operations of one kind that wait on a socket. */
export class Waiting {
  readonly #operation: "send" | "receive";
  readonly #entries = new Set<Entry>();
  #referenced = true;

  constructor(operation: "send" | "receive") {
    this.#operation = operation;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The one that waits for the longest time. */
  get first(): Waiter | undefined {
    const [first] = this.#entries;
    return first;
  }

  add<T>({ prepared, signal, timeout, timeoutError, withdrawn }: Terms): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry: Entry = { resolve, reject, prepared };
      const withdraw = (error: Error): void => {
        this.#remove(entry);
        withdrawn();
        reject(error);
      };
      if (signal !== undefined) {
        const onAbort = (): void => withdraw(new AbortError(this.#operation, signal.reason));
        // A signal that ends many operations is no leak.
        setMaxListeners(0, signal);
        signal.addEventListener("abort", onAbort, { once: true });
        entry.unlisten = () => signal.removeEventListener("abort", onAbort);
      }
      if (timeout > 0) {
        entry.timer = setTimeout(() => withdraw(timeoutError()), timeout);
        if (!this.#referenced) entry.timer.unref();
      }
      this.#entries.add(entry);
    });
  }

  /** Takes the first one out, to be settled. */
  shift(): Waiter | undefined {
    const [first] = this.#entries;
    if (first !== undefined) this.#remove(first);
    return first;
  }

  /** Takes all of them out, to be settled. */
  clear(): Waiter[] {
    const entries = [...this.#entries];
    for (const entry of entries) this.#remove(entry);
    return entries;
  }

  setReferenced(referenced: boolean): void {
    this.#referenced = referenced;
    for (const { timer } of this.#entries) {
      if (referenced) timer?.ref();
      else timer?.unref();
    }
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry);
    clearTimeout(entry.timer);
    entry.unlisten?.();
  }
}
