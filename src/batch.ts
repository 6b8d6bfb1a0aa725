/*
 * Sending and receiving many messages with few calls into the addon.
 */

import { checkMessage, checkOptions, checkWait, type WaitOptions } from "./arguments.js";
import { describe } from "./describe.js";
import { AbortError, closed } from "./errors.js";
import type { Handle } from "./handle.js";
import type { SendOptions } from "./traits.js";
import { settled } from "./turn.js";

/** How many messages to hand over before the event loop may go on. */
const perCall = 256;
const mostToTake = 65_536;
const usuallyTaken = 512;

/** Sends all messages in their order, and gives their number; see `sendMany()` in traits.ts. */
export async function sendMany(
  handle: Handle,
  messages: Iterable<unknown>,
  parts: number | undefined,
  target: number | string | undefined,
  options: SendOptions = {},
): Promise<number> {
  if (handle.closed) throw handle.error(closed, "send");
  const wait = checkWait("send", options);
  const loan = options.copy ? 0 : undefined;
  const list = listOf(messages);
  let sent = 0;
  try {
    while (sent < list.length) {
      if (wait.signal?.aborted) throw new AbortError("send", wait.signal.reason);
      const first = sent;
      const { ready, problem } = check(list, sent, parts);
      if (target === undefined) sent += handle.trySendMany(list, sent, ready - sent, loan);
      if (sent < ready) {
        await handle.send(list[sent], target, wait, loan);
        sent++;
      } else if (problem !== undefined) {
        throw problem;
      }
      await settled(undefined, sent - first);
    }
  } catch (error) {
    throw Object.assign(error as Error, { sent });
  }
  return sent;
}

// Some of the messages from an index on: up to where those end that can be sent, and why there.
function check(list: unknown[], from: number, parts: number | undefined) {
  const end = Math.min(from + perCall, list.length);
  let ready = from;
  try {
    for (; ready < end; ready++) list[ready] = checkMessage(list[ready], parts);
  } catch (problem) {
    return { ready, problem };
  }
  return { ready, problem: undefined };
}

// A copy, since the array of the program may change meanwhile.
function listOf(messages: unknown): unknown[] {
  const isOne = typeof messages === "string" || ArrayBuffer.isView(messages);
  if (!isOne && (messages as Iterable<unknown>)?.[Symbol.iterator] !== undefined) {
    return Array.from(messages as Iterable<unknown>);
  }
  const text = `Cannot send ${describe(messages)} as many messages`;
  throw new TypeError(`${text}: expected an array, or another iterable, of messages`);
}

/** Waits for one message, and takes up to `max` that are there. */
export async function receiveMany(
  handle: Handle,
  options: WaitOptions & { max?: number | undefined } = {},
): Promise<unknown[][]> {
  const wait = checkWait("receive", options);
  const most = checkMost(checkOptions("receive", options).max ?? usuallyTaken);
  if (wait.signal?.aborted) throw new AbortError("receive", wait.signal.reason);
  const messages = handle.tryReceive(most);
  if (messages.length > 0) return settled(messages, messages.length);
  const first = await handle.receive(wait);
  // No further look, which might fail now that there is something to return.
  return handle.inflow.isEmpty || most === 1 ? [first] : [first, ...handle.tryReceive(most - 1)];
}

function checkMost(max: unknown): number {
  const text = `Cannot receive ${describe(max)} messages: expected 1 to ${mostToTake}`;
  if (typeof max !== "number") throw new TypeError(text);
  if (!Number.isInteger(max) || max < 1 || max > mostToTake) throw new RangeError(text);
  return max;
}
