/*
 * Busy polling: trying again, in each turn of the event loop, in place of waiting for a wake-up.
 */

import { now } from "./clock.js";

/** Calls `attempt` until it gives true, or for the given time, in which case the last one is told. */
export function spin(microseconds: number, attempt: (isLast: boolean) => boolean): void {
  const end = now() + microseconds / 1000;
  const next = (): void => {
    setImmediate(() => {
      const isLast = now() >= end;
      if (!attempt(isLast) && !isLast) next();
    });
  };
  next();
}
