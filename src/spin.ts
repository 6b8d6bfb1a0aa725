/*
 * Busy polling: trying again, in each turn of the event loop, in place of waiting for a wake-up.
 */

import { performance } from "node:perf_hooks";

/** Calls `attempt` until it gives true, or for the given time, in which case the last one is told. */
export function spin(
  microseconds: number,
  referenced: boolean,
  attempt: (isLast: boolean) => boolean,
): void {
  const end = performance.now() + microseconds / 1000;
  const next = (): void => {
    const turn = setImmediate(() => {
      const isLast = performance.now() >= end;
      if (!attempt(isLast) && !isLast) next();
    });
    if (!referenced) turn.unref();
  };
  next();
}
