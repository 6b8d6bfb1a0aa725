/*
 * The asynchronous iterators of sockets and observers.
 */

import { settled } from "./turn.js";

/** What can be iterated: it receives until it is closed. */
interface Source<T> {
  readonly closed: boolean;
  receive(): Promise<T>;
}

/**
 * Gives what `source` receives and ends when it is closed, or its context ended, also in the
 * middle of waiting. Leaving a loop early leaves the source open. What `takeAhead` gives has been
 * received already, and costs one promise.
 */
export function iterate<T>(
  source: Source<T>,
  takeAhead: () => T | undefined = () => undefined,
): AsyncIterator<T, undefined> {
  const item = (value: T): IteratorResult<T, undefined> => ({ value, done: false });
  const end = (): IteratorResult<T, undefined> => ({ value: undefined, done: true });
  const failed = (error: unknown): IteratorResult<T, undefined> => {
    if (source.closed) return end();
    throw error;
  };
  const receive = (): Promise<IteratorResult<T, undefined>> => {
    if (source.closed) return Promise.resolve(end());
    try {
      return Promise.resolve(source.receive()).then(item, failed);
    } catch (error) {
      return Promise.reject(error).catch(failed);
    }
  };
  return {
    next() {
      const value = takeAhead();
      return value === undefined ? receive() : settled(item(value));
    },
  };
}
