/*
 * Sending and receiving that block the thread, for workers.
 */

import { checkWait, type WaitOptions } from "./arguments.js";
import { now } from "./clock.js";
import { pollIn, pollOut } from "./constants.js";
import { busyError, eInvalid, timeoutError } from "./errors.js";
import type { Handle } from "./handle.js";
import { defaultTimeout, type Operation } from "./waiting.js";

/** Milliseconds after which the thread looks whether it is to end: a worker may be terminated. */
const slice = 20;

/** The next message; see `receiveSync()` in traits.ts. */
export function receiveSync(handle: Handle, options: WaitOptions = {}): unknown[] {
  return block(handle, "receive", options, pollIn, () => handle.tryReceive(1)[0]);
}

/** Hands over a message; see `sendSync()` in traits.ts. */
export function sendSync(
  handle: Handle,
  message: unknown,
  target: number | string | undefined,
  options: WaitOptions = {},
): void {
  block(handle, "send", options, pollOut, () => handle.trySend(message, target) || undefined);
}

function block<T>(
  handle: Handle,
  operation: Operation,
  options: WaitOptions,
  events: number,
  attempt: () => T | undefined,
): T {
  const { timeout = defaultTimeout(handle.native, operation) } = checkWait(operation, options);
  const action = `Cannot ${operation} on ${handle.label}`;
  if (!handle.tuning.allowBlocking) {
    const text = `${action}: it would block the main thread, set "allowBlocking" to allow that`;
    throw eInvalid(operation, text);
  }
  if (handle.waiting) {
    throw busyError(operation, `${action}: other operations wait, and would never end`);
  }
  const end = timeout === -1 ? Number.POSITIVE_INFINITY : now() + timeout;
  for (let wasReady = false; ; ) {
    const result = attempt();
    if (result !== undefined) return result;
    const left = end - now();
    if (left <= 0) throw timeoutError(operation, handle.label, timeout);
    // A ROUTER tells that it can send as soon as it can to anyone: no use to ask again at once.
    const wait: number = wasReady ? 1 : Math.min(Math.ceil(left), slice);
    wasReady = handle.native.poll(wasReady ? 0 : events, wait) > 0;
  }
}
