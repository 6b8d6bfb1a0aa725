/*
 * Busy polling: trying again, in each turn of the event loop, in place of waiting for a wake-up.
 */

import { now } from "./clock.js";

/** How often all who spin try, together, in one turn: a turn takes longer than a try. */
const triesPerTurn = 16;
let spinning = 0;

/** Calls `attempt` until it gives true, or for the given time, in which case the last one is told. */
export function spin(microseconds: number, attempt: (isLast: boolean) => boolean): void {
  const end = now() + microseconds / 1000;
  const next = (): void => {
    setImmediate(turn);
    spinning += 1;
  };
  const turn = (): void => {
    for (let left = triesPerTurn / spinning--; left > 1; left -= 1) {
      if (attempt(false)) return;
    }
    const isLast = now() >= end;
    if (!attempt(isLast) && !isLast) next();
  };
  next();
}
