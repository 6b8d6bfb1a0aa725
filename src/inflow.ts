/*
 * Inflow: what a socket has received ahead of the program. One call into the addon brings many
 * messages, whose small parts are views of slabs that all sockets of the thread share.
 */

import * as threads from "node:worker_threads";
import { SocketType } from "./constants.js";
import { again } from "./errors.js";
import { kindCode, type NativeSocket } from "./native.js";
import { Prefixes } from "./prefixes.js";
import type { TuningOptions } from "./tuning.js";

const subscribeId = 6;
const unsubscribeId = 7;
const receiveHighWaterMarkId = 24;
const conflateId = 54;
const invertMatchingId = 74;
const int32 = kindCode("i32");

// They send and receive by turns.
const stepByStep = [SocketType.Request, SocketType.Reply];
// What they receive comes with its source, a message at a time.
const sourced = [SocketType.Server, SocketType.Dish];

// As in native/socket_drain.cc.
const more = 0x80000000;
const apart = 0x40000000;
const sizeMask = 0x3fffffff;
const slabFull = -0x10002;

/** What a small part that is kept may pin besides itself, in bytes. */
const slabSize = 8192;

let slab = freshSlab();
let used = 0;
const headers = new Uint32Array(512);
const buffers: Buffer[] = [];

function freshSlab(): Buffer {
  const fresh = Buffer.allocUnsafeSlow(slabSize);
  // Transferring one part to another thread would take all others along.
  threads.markAsUntransferable?.(fresh.buffer);
  return fresh;
}

/** Receives, and holds the messages that came and were not asked for yet. */
export class Inflow {
  readonly #native: NativeSocket;
  readonly #type: SocketType;
  readonly #tuning: Readonly<TuningOptions>;
  readonly #prefixes: Prefixes | undefined;
  /** How many messages to read at once; undefined when that is to be found out again. */
  #limit: number | undefined;
  // What was taken out is undefined, lest it is kept alive.
  #ready: (unknown[] | undefined)[] = [];
  #next = 0;
  #partial: Buffer[] | undefined;

  constructor(native: NativeSocket, type: SocketType, tuning: Readonly<TuningOptions>) {
    this.#native = native;
    this.#type = type;
    this.#tuning = tuning;
    if (type === SocketType.Subscriber) this.#prefixes = new Prefixes();
  }

  get isEmpty(): boolean {
    return this.#next === this.#ready.length;
  }

  /** The next message, or a negative status. */
  take(): unknown[] | number {
    if (this.isEmpty) {
      this.#limit ??= this.#findLimit();
      const status = this.#fill(this.#limit);
      if (status < 0) return status;
    }
    const message = this.#ready[this.#next] as unknown[];
    this.#ready[this.#next++] = undefined;
    return message;
  }

  /** One to `most` messages, or a negative status. */
  takeMany(most: number): unknown[][] | number {
    if (this.isEmpty) {
      const status = this.#fill(most);
      if (status < 0) return status;
    }
    const messages = this.#ready.slice(this.#next, this.#next + most);
    this.#ready.fill(undefined, this.#next, this.#next + most);
    this.#next += messages.length;
    return messages as unknown[][];
  }

  /** All messages that were read ahead, which stay. A last one that came in part is completed. */
  all(): unknown[][] {
    const messages = this.#ready.slice(this.#next);
    if (this.#partial !== undefined && this.#fill(1) === 0) messages.push(...this.#ready);
    this.#ready = messages;
    this.#next = 0;
    return [...messages] as unknown[][];
  }

  drop(): void {
    this.#clear();
    this.#partial = undefined;
  }

  /** To be called when the tuning has changed. */
  retune(): void {
    this.#limit = undefined;
  }

  /** To be called when an option of libzmq was set. */
  optionSet(id: number, value: unknown): void {
    if (id === receiveHighWaterMarkId || id === conflateId) this.retune();
    if (this.#prefixes === undefined || (id !== subscribeId && id !== unsubscribeId)) return;
    const prefix = Buffer.from((value ?? "") as string);
    if (id === subscribeId) this.#prefixes.add(prefix);
    else if (this.#prefixes.delete(prefix)) this.#filter(this.#prefixes);
  }

  // libzmq, too, asks for each message as it is received.
  #filter(prefixes: Prefixes): void {
    const inverted = this.#native.getOption(invertMatchingId, int32) === 1;
    const messages = this.#ready.slice(this.#next) as [Buffer][];
    this.#ready = messages.filter(([topic]) => prefixes.match(topic) !== inverted);
    this.#next = 0;
  }

  #findLimit(): number {
    const highWaterMark = this.#native.getOption(receiveHighWaterMarkId, int32);
    const conflates = this.#native.getOption(conflateId, int32) === 1;
    if (typeof highWaterMark !== "number" || conflates || stepByStep.includes(this.#type)) return 1;
    const { readAhead } = this.#tuning;
    const most = highWaterMark === 0 ? readAhead : Math.floor(highWaterMark / 4);
    return Math.max(1, Math.min(readAhead, most));
  }

  #clear(): void {
    this.#ready.length = 0;
    this.#next = 0;
  }

  // Until there is a whole message, or a status that says why not.
  #fill(limit: number): number {
    this.#clear();
    if (sourced.includes(this.#type)) {
      const message = this.#native.receive();
      if (typeof message === "number") return message;
      this.#ready.push(message);
    }
    while (this.#ready.length === 0) {
      const count = this.#native.drain(slab, used, headers, limit, buffers);
      if (count === slabFull) {
        slab = freshSlab();
        used = 0;
      } else if (count > 0) {
        this.#decode(count);
      } else {
        return count === 0 ? again : count;
      }
    }
    return 0;
  }

  #decode(count: number): void {
    const memory = slab.buffer;
    let parts = this.#partial;
    let taken = 0;
    for (let index = 0; index < count; index++) {
      const header = headers[index] as number;
      let part: Buffer;
      if ((header & apart) !== 0) {
        part = buffers[taken++] as Buffer;
      } else {
        const size = header & sizeMask;
        part = Buffer.from(memory, used, size);
        used += size;
      }
      if (parts === undefined) parts = [part];
      else parts.push(part);
      if ((header & more) !== 0) continue;
      this.#ready.push(parts);
      parts = undefined;
    }
    this.#partial = parts;
    buffers.length = 0;
  }
}
