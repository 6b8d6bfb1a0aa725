/*
 * Outflow: handing messages over to libzmq, copied or lent.
 */

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

  /** As `send()` in native/socket_io.cc; `loan` is 0 to copy all bytes, or the id of a track. */
  send(
    message: unknown,
    target: Target | undefined,
    loan: number | undefined,
  ): undefined | number | Prepared {
    if (this.#lends && loan !== 0) protect(message, this.#tuning.sendCopyLimit);
    // Reading arrays there is slow.
    if (Array.isArray(message)) {
      const m = message;
      if (m.length === 1 && !Array.isArray(m[0])) {
        return this.#native.send(this.#id, target, loan, m[0]);
      }
      if (m.length === 2) return this.#native.send(this.#id, target, loan, m[0], m[1]);
      if (m.length === 3) return this.#native.send(this.#id, target, loan, m[0], m[1], m[2]);
    }
    return this.#native.send(this.#id, target, loan, message);
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
        protect(messages[index], this.#tuning.sendCopyLimit);
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
    if (loan) released(loan);
    return this.#native.prepare(message, target);
  }
}
