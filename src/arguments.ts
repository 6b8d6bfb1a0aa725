/*
 * What programs pass to send() and receive(), checked: what is wrong with it, as an error.
 */

import { AbortError } from "./errors.js";
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

/** What is wrong with the options of an operation, if anything. */
export function refuse(operation: string, options: WaitOptions): Error | undefined {
  if (options === null || typeof options !== "object") {
    return new TypeError(
      `Cannot ${operation} with ${String(options)} as options: expected an object`,
    );
  }
  const { signal, timeout } = options;
  if (timeout !== undefined) {
    const wanted = "expected -1, 0 or a number of milliseconds up to 2147483647";
    const text = `Cannot ${operation} with the timeout ${String(timeout)}: ${wanted}`;
    if (typeof timeout !== "number") return new TypeError(text);
    if (!(timeout >= 0 || timeout === -1) || timeout > 2147483647) return new RangeError(text);
  }
  if (signal === undefined) return undefined;
  if (!(signal instanceof AbortSignal)) {
    return new TypeError(`Cannot ${operation} with the signal given: expected an AbortSignal`);
  }
  return signal.aborted ? new AbortError(operation, signal.reason) : undefined;
}

/** The TypeError for what native code refused to take for a message. */
export function messageProblem(status: number, message: unknown): TypeError | undefined {
  const wanted = "expected a Buffer, a view, an ArrayBuffer, a string, a number or null";
  if (status === noParts) return new TypeError(`Cannot send an empty array: ${wanted} in it`);
  if (status !== notAMessage) return undefined;
  if (!Array.isArray(message)) return new TypeError(`Cannot send ${kind(message)}: ${wanted}`);
  const index = message.findIndex((part) => !isFrame(part));
  return new TypeError(`Cannot send ${kind(message[index])} as part ${index}: ${wanted}`);
}

function isFrame(part: unknown): boolean {
  const bytes = ArrayBuffer.isView(part) || part instanceof ArrayBuffer;
  return bytes || part === null || typeof part === "string" || typeof part === "number";
}

function kind(value: unknown): string {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  return `an object (${value?.constructor?.name ?? "without a class"})`;
}
