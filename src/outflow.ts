/*
 * Outflow: handing messages over to libzmq, copied or lent.
 */

import { types } from "node:util";
import { protect, released } from "./loans.js";
import type { NativeSocket, Prepared } from "./native.js";
import { isMainThread } from "./threads.js";
import type { TuningOptions } from "./tuning.js";

/** Where a message goes: the routing id of a peer, or the name of a group. */
export type Target = number | string;

/** Sends, where nothing else waits to be sent. */
export class Outflow {
  readonly #native: NativeSocket;
  readonly #id: number;
  readonly #tuning: Readonly<TuningOptions>;
  // The memory of a worker may go at any time.
  readonly #lends = isMainThread();

  constructor(native: NativeSocket, id: number, tuning: Readonly<TuningOptions>) {
    this.#native = native;
    this.#id = id;
    this.#tuning = tuning;
    this.retune();
  }

  /** To be called when the tuning has changed. */
  retune(): void {
    this.#native.tune(this.#tuning.receiveCopyLimit, this.#tuning.sendCopyLimit, this.#lends);
  }

  /**
   * As `send()` and `sendPart()` in native/socket_io.cc; `loan` is 0 to copy all bytes, or the id of
   * a track.
   */
  send(
    message: unknown,
    target: Target | undefined,
    loan: number | undefined,
  ): undefined | number | Prepared {
    if (this.#lends && loan !== 0 && !protect(message, this.#tuning.sendCopyLimit)) {
      return this.send(message, target, noLoan(loan));
    }
    // Reading arrays there is slow.
    const part = Array.isArray(message) && message.length === 1 ? message[0] : message;
    if (!Array.isArray(part)) {
      return target === undefined && loan === undefined
        ? this.#native.sendPart(this.#id, part)
        : this.#native.send(this.#id, target, loan, part);
    }
    const m = message as unknown[];
    if (m.length === 2) return this.#native.send(this.#id, target, loan, m[0], m[1]);
    if (m.length === 3) return this.#native.send(this.#id, target, loan, m[0], m[1], m[2]);
    return this.#native.send(this.#id, target, loan, unproxied(m));
  }

  /** As `sendMany()` there. */
  sendMany(
    messages: readonly unknown[],
    from: number,
    most: number,
    loan: number | undefined,
  ): number {
    if (this.#lends && loan !== 0) {
      for (let index = from; index < from + most; index++) {
        if (protect(messages[index], this.#tuning.sendCopyLimit)) continue;
        return this.sendMany(messages, from, most, noLoan(loan));
      }
    }
    return this.#native.sendMany(messages, from, most, loan);
  }

  /** As `prepare()` there, which copies. */
  prepare(
    message: unknown,
    target: Target | undefined,
    loan: number | undefined,
  ): number | Prepared {
    noLoan(loan);
    return this.#native.prepare(unproxied(message), target);
  }
}

// In place of `loan`, for a message that is copied.
function noLoan(loan: number | undefined): number {
  if (loan) released(loan);
  return 0;
}

// Node-API does not take a Proxy of an array for one.
function unproxied(message: unknown): unknown {
  if (!Array.isArray(message) || !types.isProxy(message)) return message;
  const parts: unknown[] = [];
  for (let index = 0; index < message.length; index++) {
    parts.push(message[index]);
    // It is no message then, and may have holes without end.
    if (parts[index] === undefined) break;
  }
  return parts;
}
