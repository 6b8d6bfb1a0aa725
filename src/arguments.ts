/*
 * What programs pass to operations, checked: what is wrong with it, as an error.
 */

import { types } from "node:util";
import { describe } from "./describe.js";
import { noParts, notAMessage } from "./native.js";

/** How long an operation may wait. */
export interface WaitOptions {
  /** Aborting it rejects the operation with an {@link AbortError}; no message is lost. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds, instead of the socket's `sendTimeout` or `receiveTimeout`; -1 waits for ever, 0
   * does not wait. When it passes, the operation rejects with a {@link TimeoutError}.
   */
  timeout?: number | undefined;
}

/** The longest time that timers know, in milliseconds. */
const longest = 0x7fffffff;

/** Gives the options of an object once it is sure to be one. Throws a TypeError. */
export function checkOptions<T extends object>(action: string, options: T): T {
  if (options !== null && typeof options === "object") return options;
  throw new TypeError(`Cannot ${action} with ${describe(options)} as options: expected an object`);
}

/** Throws a TypeError or RangeError for what is no time to wait. */
export function checkTimeout(action: string, timeout: unknown): void {
  if (timeout === -1) return;
  const wanted = `expected -1 or 0 to ${longest} milliseconds`;
  const text = `Cannot ${action} with the timeout ${describe(timeout)}: ${wanted}`;
  if (typeof timeout !== "number") throw new TypeError(text);
  if (!(timeout >= 0 && timeout <= longest)) throw new RangeError(text);
}

/**
 * Reads the options of an operation: once, since they may change. Throws a TypeError or RangeError
 * for wrong ones.
 */
export function checkWait(operation: string, options: WaitOptions): WaitOptions {
  const { signal, timeout } = checkOptions(operation, options);
  if (timeout !== undefined) checkTimeout(operation, timeout);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    const wanted = "expected an AbortSignal";
    throw new TypeError(`Cannot ${operation} with the signal ${describe(signal)}: ${wanted}`);
  }
  return { signal, timeout };
}

const frames = "expected a Buffer, a view, an ArrayBuffer, a string, a number or null";

/** The TypeError for what native code refused to take for a message. */
export function messageProblem(status: number, message: unknown): TypeError | undefined {
  if (status === noParts) return new TypeError(`Cannot send an empty array: ${frames} in it`);
  if (status !== notAMessage) return undefined;
  if (!Array.isArray(message)) return new TypeError(`Cannot send ${describe(message)}: ${frames}`);
  for (let index = 0; index < message.length; index++) {
    const part = message[index];
    if (isFrame(part)) continue;
    return new TypeError(`Cannot send ${describe(part)} as part ${index}: ${frames}`);
  }
  return new TypeError(`Cannot send an array that changes: ${frames} in it`);
}

/** The message in a form that native code takes, with as many parts as the type of socket wants. */
export function checkMessage(message: unknown, parts: number | undefined): unknown {
  if (parts === undefined && (typeof message === "string" || ArrayBuffer.isView(message))) {
    return message;
  }
  const count = Array.isArray(message) ? message.length : 1;
  if (parts !== undefined && count !== parts) {
    const given = count === 1 ? "1 part" : `${count} parts`;
    throw new TypeError(`Cannot send ${given}: this type of socket sends ${parts}`);
  }
  if (!Array.isArray(message)) return shareable(message);
  for (let index = 0; index < count; index++) {
    if (isFrame(message[index])) continue;
    if (types.isSharedArrayBuffer(message[index])) return message.map(shareable);
    // Native code refuses it; going on could take for ever in an array of mere holes.
    return message;
  }
  return message;
}

// Node-API does not know shared memory, but a view of it.
function shareable(part: unknown): unknown {
  return types.isSharedArrayBuffer(part) ? Buffer.from(part) : part;
}

function isFrame(part: unknown): boolean {
  if (ArrayBuffer.isView(part) || typeof part === "string" || typeof part === "number") return true;
  return part === null || types.isArrayBuffer(part);
}

/** The prefixes to subscribe to: none stands for the empty one. Throws a TypeError. */
export function checkPrefixes(action: string, prefixes: unknown[]): (Buffer | string)[] {
  for (const prefix of prefixes) {
    if (typeof prefix === "string" || types.isUint8Array(prefix)) continue;
    throw new TypeError(`Cannot ${action} ${describe(prefix)}: expected a string or a Buffer`);
  }
  return prefixes.length === 0 ? [""] : (prefixes as (Buffer | string)[]);
}
