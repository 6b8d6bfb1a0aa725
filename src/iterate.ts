/*
 * The asynchronous iterators of sockets and observers.
 */

/** What can be iterated: it receives until it is closed. */
interface Source<T> {
  readonly closed: boolean;
  receive(): Promise<T>;
}

/**
 * Gives what `source` receives and ends when it is closed, or its context ended, also in the
 * middle of waiting. Leaving a loop early leaves the source open.
 */
export function iterate<T>(source: Source<T>): AsyncIterator<T, undefined> {
  const item = (value: T): IteratorResult<T, undefined> => ({ value, done: false });
  const end = (): IteratorResult<T, undefined> => ({ value: undefined, done: true });
  return {
    async next() {
      if (source.closed) return end();
      try {
        return item(await source.receive());
      } catch (error) {
        if (source.closed) return end();
        throw error;
      }
    },
  };
}
