/*
 * Tuning: what a socket may trade between speed, memory and processor time. None of it changes
 * what arrives, nor in which order.
 */

import { describe } from "./describe.js";
import { isMainThread } from "./threads.js";

/** The properties of a socket that tune it; each can be given to the constructor. */
export interface TuningOptions {
  /**
   * How many messages may be taken from libzmq before the program asks for them, 0 to 256. The
   * default is 64. It is never more than a quarter of `receiveHighWaterMark`, and nothing is
   * read ahead by sockets that go step by step (Request, Reply), that `conflate`, or that a proxy
   * has.
   */
  readAhead: number;
  /**
   * Bytes up to which a received message part is copied into memory of JavaScript; a longer one is
   * a Buffer over the memory of libzmq. The default is 65536. For a socket that used inproc, a
   * sixteenth of it counts. Parts up to 4096 bytes are always copied, into blocks that they share: one
   * of up to 1024 bytes that is kept pins up to 8 KiB, a longer one up to 32 KiB.
   */
  receiveCopyLimit: number;
  /**
   * Bytes up to which a message part is copied when it is sent; a longer one is lent to libzmq,
   * which reads it in the background: its bytes must not change until it was sent (see `copy` of
   * `send()`, and `sendTracked()`), and its ArrayBuffer cannot be transferred to another thread any more.
   * The default is 8192. For a socket that used inproc, four times it counts. In workers and by draft
   * types everything is copied, and over inproc by `sendTracked()`.
   */
  sendCopyLimit: number;
  /**
   * Microseconds for which a receive that finds nothing tries again before it waits for a
   * wake-up, once a message has come; 0, the default, is off. On Linux the I/O threads of the process
   * poll as well then. Shortens round trips and costs processor time, which others may have: it
   * pauses while they want much. An idle socket costs nothing.
   */
  busyPoll: number;
  /**
   * Whether `receiveSync()` and `sendSync()` may block this thread: by default they may in workers
   * and may not on the main thread, where they keep everything else from running.
   */
  allowBlocking: boolean;
}

type NumberName = "readAhead" | "receiveCopyLimit" | "sendCopyLimit" | "busyPoll";

const most: Record<NumberName, number> = {
  readAhead: 256,
  receiveCopyLimit: 0x7fffffff,
  sendCopyLimit: 0x7fffffff,
  busyPoll: 1_000_000,
};

/** What sockets start with. `ZMQX_TUNING`, such as `readAhead=0,busyPoll=50`, changes it. */
export const defaults: Readonly<TuningOptions> = {
  readAhead: 64,
  receiveCopyLimit: 65_536,
  sendCopyLimit: 8192,
  busyPoll: 0,
  get allowBlocking() {
    return !isMainThread();
  },
  ...fromEnvironment(process.env.ZMQX_TUNING ?? ""),
};

let initial: TuningOptions | undefined;

/** The defaults for one socket. */
export function initialTuning(): TuningOptions {
  // With its getter, an object takes much longer to be copied.
  initial ??= { ...defaults };
  return { ...initial };
}

function fromEnvironment(text: string): Partial<TuningOptions> {
  const words = text.split(",").filter((word) => word !== "");
  return Object.fromEntries(words.map(readWord));
}

function readWord(word: string): [name: string, value: number] {
  const [, name = "", value] = /^(\w+)=(\d+)$/.exec(word) ?? [];
  if (Object.hasOwn(most, name)) return [name, checkTuning(name as NumberName, Number(value))];
  const names = Object.keys(most).join(", ");
  const text = `Cannot use "${word}" of ZMQX_TUNING: expected NAME=NUMBER of ${names}`;
  throw new TypeError(text);
}

/** A value for a number of the tuning. Throws a TypeError or RangeError. */
export function checkTuning(name: NumberName, value: unknown): number {
  const text = `Cannot set "${name}" to ${describe(value)}: expected 0 to ${most[name]}`;
  if (typeof value !== "number") throw new TypeError(text);
  if (!Number.isInteger(value) || value < 0 || value > most[name]) throw new RangeError(text);
  return value;
}
