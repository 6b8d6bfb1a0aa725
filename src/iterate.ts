/*
 * The asynchronous iterators of sockets and observers.
 */

import type { Handle } from "./handle.js";
import { settled } from "./turn.js";

/** What can be iterated: it receives until it is closed. */
interface Source<T> {
  readonly closed: boolean;
  receive(): Promise<T>;
}

export function item<T>(value: T): IteratorResult<T, undefined> {
  return { value, done: false };
}

export function end(): IteratorResult<never, undefined> {
  return { value: undefined, done: true };
}

/**
 * Gives what `source` receives and ends when it is closed, or its context ended, also in the
 * middle of waiting. Leaving a loop early leaves the source open.
 */
export function iterate<T>(source: Source<T>): AsyncIterator<T, undefined> {
  const failed = (error: unknown): IteratorResult<T, undefined> => {
    if (source.closed) return end();
    throw error;
  };
  return {
    next() {
      if (source.closed) return Promise.resolve(end());
      try {
        return Promise.resolve(source.receive()).then(item<T>, failed);
      } catch (error) {
        return Promise.reject(error).catch(failed);
      }
    },
  };
}

/** As {@link iterate}, of a socket itself: what it has read ahead costs one promise. */
export function iterateMessages(handle: Handle): AsyncIterator<unknown[], undefined> {
  return {
    next() {
      if (handle.closed) return Promise.resolve(end());
      const message = handle.takeAhead();
      return message === undefined ? handle.receive(undefined, true) : settled(item(message));
    },
  };
}
