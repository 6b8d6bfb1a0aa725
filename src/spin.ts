/*
 * Busy polling: trying again, in each turn of the event loop, in place of waiting for a wake-up.
 */

import { now } from "./clock.js";
import { addon } from "./native.js";

/**
 * Calls `attempt` until it gives true, or for the given time; the last one is told. Less where others
 * want the processor, or not at all, which gives false.
 */
export function spin(microseconds: number, attempt: (isLast: boolean) => boolean): boolean {
  if (!addon.pollFor(microseconds)) return false;
  const end = now() + microseconds / 1000;
  const next = (): void => {
    setImmediate(() => {
      const isLast = !addon.giveWay() || now() >= end;
      if (!attempt(isLast) && !isLast) next();
    });
  };
  next();
  return true;
}
