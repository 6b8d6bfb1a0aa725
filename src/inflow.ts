/*
 * Inflow: what a socket has received ahead of the program. One call into the addon brings many
 * messages, whose small parts are views of slabs that all sockets of the thread share.
 */

import { SocketType } from "./constants.js";
import { again } from "./errors.js";
import { addon, kindCode, type NativeSocket, ReceivePlace } from "./native.js";
import { Prefixes } from "./prefixes.js";
import { inlet, Slab } from "./slab.js";
import type { TuningOptions } from "./tuning.js";

const subscribeId = 6;
const unsubscribeId = 7;
const receiveHighWaterMarkId = 24;
const conflateId = 54;
const invertMatchingId = 74;
const int32 = kindCode("i32");

// What they receive comes with its source, a message at a time.
const sourced = [SocketType.Server, SocketType.Dish];
// The others of these send and receive by turns.
const oneByOne = [SocketType.Request, SocketType.Reply, ...sourced];

// As in native/socket_drain.cc.
const more = 0x80000000;
const apart = 0x40000000;
const sizeMask = 0x3fffffff;

// As in native/socket_drain.cc.
const small = new Slab(ReceivePlace.small, 1024, 8192);
const medium = new Slab(ReceivePlace.medium, 4096, 32768);
const headers = new Uint32Array(512);
addon.receiveInto(inlet, ReceivePlace.headers, headers.buffer);
const buffers: Buffer[] = [];

// A socket's parts that are in there. They are made into Buffers a message at a time: what waits outlasts
// collections of garbage, for which V8 would let its memory grow. A socket that nobody holds goes.
let owner: WeakRef<Inflow> | undefined;
let count = 0;
let decoded = 0;
let taken = 0;

/** How many bytes may come outside the slabs until V8 is asked to look after them. */
const mostUnseen = 4 * 1024 * 1024;
let unseen = 0;

// V8 counts the memory of Buffers that it did not allocate, but starts no quick collection for it:
// only full ones, many per second. Any allocation of its own makes it see how much there is.
function see(size: number): void {
  unseen += size;
  if (unseen < mostUnseen) return;
  unseen = 0;
  new ArrayBuffer(1);
}

function forget(): void {
  owner = undefined;
  count = 0;
  decoded = 0;
  taken = 0;
  if (buffers.length > 0) buffers.length = 0;
}

function isLastWhole(): boolean {
  return ((headers[count - 1] as number) & more) === 0;
}

function prefixOf(value: unknown): Buffer {
  return Buffer.from((value ?? "") as string);
}

/** Receives, and holds the messages that came and were not asked for yet. */
export class Inflow {
  readonly #weak = new WeakRef(this);
  readonly #native: NativeSocket;
  readonly id: number;
  readonly #isSourced: boolean;
  readonly #isOneByOne: boolean;
  readonly #tuning: Readonly<TuningOptions>;
  readonly #prefixes: Prefixes | undefined;
  /** How many messages to read at once; undefined when that is to be found out again. */
  #limit: number | undefined;
  // From #next to #end, before what is not decoded yet; the rest is undefined, lest it is kept alive.
  // Never shrinks: that costs more than it spares.
  #ready: (unknown[] | undefined)[] = [];
  #next = 0;
  #end = 0;
  /** Why a message was lost that came after others, which were given first. */
  #untold = 0;

  constructor(native: NativeSocket, id: number, type: SocketType, tuning: Readonly<TuningOptions>) {
    this.#native = native;
    this.id = id;
    this.#isSourced = sourced.includes(type);
    this.#isOneByOne = oneByOne.includes(type);
    this.#tuning = tuning;
    if (type === SocketType.Subscriber) this.#prefixes = new Prefixes();
  }

  get isEmpty(): boolean {
    return this.#next === this.#end && owner !== this.#weak;
  }

  /** The next of the messages that were read ahead. */
  takeAhead(): unknown[] | undefined {
    if (this.#next === this.#end) return owner === this.#weak ? this.#decode() : undefined;
    const message = this.#ready[this.#next];
    this.#ready[this.#next++] = undefined;
    return message;
  }

  /** The next message, or a negative status. */
  take(): unknown[] | number {
    const ahead = this.takeAhead();
    if (ahead !== undefined) return ahead;
    this.#limit ??= this.#findLimit();
    const status = this.#read(this.#limit);
    return status < 0 ? status : (this.takeAhead() as unknown[]);
  }

  /** One to `most` messages, or a negative status. */
  takeMany(most: number): unknown[][] | number {
    const messages: unknown[][] = [];
    while (messages.length < most) {
      const message = this.takeAhead();
      if (message !== undefined) {
        messages.push(message);
        continue;
      }
      const status = this.#read(most - messages.length);
      if (status < 0) return messages.length > 0 ? this.#tellLater(status, messages) : status;
    }
    return messages;
  }

  /** All messages that were read ahead, which stay. */
  all(): unknown[][] {
    this.#decodeAll();
    return this.#ready.slice(this.#next, this.#end) as unknown[][];
  }

  drop(): void {
    if (owner === this.#weak) forget();
    this.#keep([]);
  }

  #keep(messages: unknown[][]): void {
    this.#ready = messages;
    this.#next = 0;
    this.#end = messages.length;
  }

  /** To be called when the tuning has changed. */
  retune(): void {
    this.#limit = undefined;
  }

  /** To be called when an option of libzmq was set. */
  optionSet(id: number, value: unknown): void {
    if (id === receiveHighWaterMarkId || id === conflateId) this.retune();
    if (this.#prefixes === undefined) return;
    if (id === subscribeId) this.#prefixes.add(prefixOf(value));
    else if (id === unsubscribeId) this.#prefixes.delete(prefixOf(value));
    else if (id !== invertMatchingId) return;
    if (!this.isEmpty) this.#filter(this.#prefixes);
  }

  // libzmq, too, asks for each message as it is received.
  #filter(prefixes: Prefixes): void {
    const inverted = this.#native.getOption(invertMatchingId, int32) === 1;
    const messages = this.all() as [Buffer][];
    this.#keep(messages.filter(([topic]) => prefixes.match(topic) !== inverted));
  }

  #findLimit(): number {
    const highWaterMark = this.#native.getOption(receiveHighWaterMarkId, int32);
    const conflates = this.#native.getOption(conflateId, int32) === 1;
    if (typeof highWaterMark !== "number" || conflates || this.#isOneByOne) return 1;
    const { readAhead } = this.#tuning;
    const most = highWaterMark === 0 ? readAhead : Math.floor(highWaterMark / 4);
    return Math.max(1, Math.min(readAhead, most));
  }

  // Where it is empty, reads one to `limit` messages, or gives a negative status.
  #read(limit: number): number {
    const untold = this.#untold;
    this.#untold = 0;
    if (untold < 0) return untold;
    this.#next = 0;
    this.#end = 0;
    if (this.#isSourced) return this.#readOneByOne(limit);
    const other = owner?.deref();
    if (other !== undefined) other.#decodeAll();
    else forget();
    let parts: Buffer[] | undefined;
    do {
      small.ready();
      medium.ready();
      const status = this.#native.drain(this.id, limit, buffers, small.used, medium.used);
      if (status <= 0) return status === 0 ? again : status;
      owner = this.#weak;
      count = status;
      if (parts !== undefined || !isLastWhole()) parts = this.#decodeAll(parts);
    } while (parts !== undefined);
    return 0;
  }

  // The call has something else to give.
  #tellLater<T>(status: number, given: T): T {
    if (status !== again) this.#untold = status;
    return given;
  }

  #readOneByOne(limit: number): number {
    while (this.#end < limit) {
      const message = this.#native.receive();
      if (typeof message === "number") return this.isEmpty ? message : this.#tellLater(message, 0);
      this.#ready[this.#end++] = message;
    }
    return 0;
  }

  // The parts of a message of what was read, after those that came `before`. They are all of them if
  // anything is left, or if the last header says so.
  #decode(before?: Buffer[]): Buffer[] {
    const toDecode = decoded;
    const toTake = taken;
    const smallUsed = small.used;
    const mediumUsed = medium.used;
    try {
      let parts = before;
      let header: number;
      do {
        header = headers[decoded++] as number;
        const size = header & sizeMask;
        const slab = size <= small.longest ? small : medium;
        let part: Buffer;
        if ((header & apart) === 0) {
          part = slab.take(size);
        } else {
          part = buffers[taken++] as Buffer;
          if (size > slab.longest) see(size);
        }
        if (parts === undefined) parts = [part];
        else parts.push(part);
      } while ((header & more) !== 0 && decoded < count);
      if (decoded === count) forget();
      return parts;
    } catch (error) {
      // The stack is full: a later call gives the message.
      decoded = toDecode;
      taken = toTake;
      small.used = smallUsed;
      medium.used = mediumUsed;
      throw error;
    }
  }

  // Takes up a message whose first parts came before, and gives one whose last parts are to come.
  #decodeAll(before?: Buffer[]): Buffer[] | undefined {
    if (owner !== this.#weak) return before;
    const isWhole = isLastWhole();
    let parts = before;
    while (owner === this.#weak) {
      parts = this.#decode(parts);
      if (owner === undefined && !isWhole) return parts;
      this.#ready[this.#end++] = parts;
      parts = undefined;
    }
    return undefined;
  }
}
