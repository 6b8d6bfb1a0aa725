/*
 * Fairness: operations that need not wait must not keep the event loop from everything else.
 */

/** How many operations may settle at once before timers and other I/O get their turn. */
const perTurn = 256;
let inThisTurn = 0;

/** The promise of an operation that succeeded at once. */
export function settled<T>(value: T): Promise<T> {
  if (++inThisTurn < perTurn) return Promise.resolve(value);
  return new Promise((resolve) => {
    setImmediate(() => {
      inThisTurn = 0;
      resolve(value);
    });
  });
}
