/*
 * Fairness: operations that need not wait must not keep the event loop from everything else.
 */

/** How many operations may settle at once before timers and other I/O get their turn. */
const perTurn = 256;

let inThisTurn = 0;
// What settles in the next turn, in the order in which it was carried out.
let deferred: (() => void)[] = [];

/** The promise of an operation that succeeded at once. */
export function settled<T>(value: T): Promise<T> {
  if (deferred.length === 0 && ++inThisTurn < perTurn) return Promise.resolve(value);
  return new Promise((resolve) => settle(() => resolve(value)));
}

/** Settles an operation that waited, after those that were carried out before it. */
export function settle(operation: () => void): void {
  if (deferred.length === 0 && inThisTurn < perTurn) {
    operation();
    return;
  }
  if (deferred.length === 0) setImmediate(settleDeferred);
  deferred.push(operation);
}

function settleDeferred(): void {
  const operations = deferred;
  deferred = [];
  inThisTurn = 0;
  for (const operation of operations) operation();
}
