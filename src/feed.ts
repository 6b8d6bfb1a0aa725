/*
 * Feed: the stream of events of one socket's monitor, decoded. Its readers are the socket's
 * Observer, and the socket itself where it has to know that an endpoint is really gone.
 */

import { allEvents, eventTypes, protocolErrors, SocketType } from "./constants.js";
import { closed, statusError, type ZmqError } from "./errors.js";
import { Handle } from "./handle.js";
import { kindCode, type NativeContext } from "./native.js";

/** A decoded event of whatever type; {@link Event} of monitor.ts is the public type. */
export interface RawEvent {
  type: string;
  address?: string;
  interval?: number;
  error?: Error;
}

const receiveHighWaterMarkId = 24;
const subscribeId = 6;
let count = 0;

const feeds = new WeakMap<Handle, Feed>();

export class Feed {
  readonly #socket: Handle;
  readonly #events: Handle;
  readonly #readers = new Set<Reader>();
  #reading: AbortController | undefined;

  /**
   * The feed of a socket, started when there is none.
   *
   * @throws ZmqError when the monitor cannot be started.
   */
  static of(socket: Handle, context: NativeContext): Feed {
    const feed = feeds.get(socket) ?? new Feed(socket, context);
    feeds.set(socket, feed);
    return feed;
  }

  /** Whether the socket has a feed, which then has a reader of its own. */
  static has(socket: Handle): boolean {
    return feeds.has(socket);
  }

  /**
   * The errno of the bind that has just failed, where telling the monitor of it has overwritten
   * it with EAGAIN.
   */
  static bindError(socket: Handle): number | undefined {
    const events = feeds.get(socket)?.readNow() ?? [];
    const failed = events.findLast(({ type }) => type === "bind:error");
    return (failed?.error as ZmqError | undefined)?.errno;
  }

  private constructor(socket: Handle, context: NativeContext) {
    const address = `inproc://zmqx.monitor.${process.pid}.${++count}.${Math.random()}`;
    this.#socket = socket;
    this.#events = new Handle(context, SocketType.Subscriber, "Observer", false);
    const { native } = this.#events;
    native.setOption(receiveHighWaterMarkId, kindCode("i32"), 0);
    native.setOption(subscribeId, kindCode("bytes"), "");
    const status = socket.native.monitor(address, allEvents, native);
    if (status >= 0) return;
    this.#events.close();
    throw statusError(status, "monitor", `observe the ${socket.label}`);
  }

  /** A reader gets all events from now on, whatever other readers do. */
  addReader(): Reader {
    const reader: Reader = new Reader({
      wanted: () => void this.#read(),
      left: () => this.#leave(reader),
    });
    this.#readers.add(reader);
    return reader;
  }

  /** What is there already, which readers get too. */
  readNow(): RawEvent[] {
    const events: RawEvent[] = [];
    for (;;) {
      const message = this.#events.inflow.take();
      if (typeof message === "number") break;
      events.push(this.#deliver(message));
    }
    this.#events.recheck();
    return events;
  }

  setReferenced(referenced: boolean): void {
    this.#events.setReferenced(referenced);
  }

  // Stops the monitor with the last reader, and waiting with the last one that waits.
  #leave(reader: Reader): void {
    this.#readers.delete(reader);
    if (!this.#isWanted) this.#reading?.abort();
    if (this.#readers.size > 0) return;
    feeds.delete(this.#socket);
    if (!this.#socket.closed) this.#socket.native.monitor(null);
    this.#events.close();
  }

  get #isWanted(): boolean {
    return [...this.#readers].some((reader) => reader.isWaiting);
  }

  #deliver(message: unknown[]): RawEvent {
    const event = decode(message as [Buffer, Buffer]);
    for (const reader of this.#readers) reader.push(event);
    if (event.type === "end") this.#events.close();
    return event;
  }

  async #read(): Promise<void> {
    if (this.#reading !== undefined) return;
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    try {
      while (this.#isWanted) {
        this.#deliver(await this.#events.receive({ signal }));
      }
    } catch (error) {
      if (!signal.aborted) for (const reader of this.#readers) reader.end(error as Error);
    } finally {
      this.#reading = undefined;
      // Somebody may have begun to wait while the last wait was being aborted.
      if (this.#isWanted) void this.#read();
    }
  }
}

/** Who wants to know what a reader does. */
interface Reading {
  wanted(): void;
  left(): void;
}

/** One of those who get the events of a feed: keeps them until they are asked for. */
export class Reader {
  readonly #feed: Reading;
  readonly #events: RawEvent[] = [];
  readonly #waiting: { resolve(event: RawEvent): void; reject(error: Error): void }[] = [];
  #end: Error | undefined;

  constructor(feed: Reading) {
    this.#feed = feed;
  }

  /** Whether no event is there, nor will come. */
  get ended(): boolean {
    return this.#end !== undefined && this.#events.length === 0;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  next(): Promise<RawEvent> {
    const event = this.#events.shift();
    if (event !== undefined) return Promise.resolve(event);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#feed.wanted();
    });
  }

  /** Waits for an event of one of the given types, or the end, and leaves the feed. */
  async until(...types: string[]): Promise<void> {
    try {
      while (!types.includes((await this.next()).type));
    } catch {
      // Nothing will come any more.
    } finally {
      this.close();
    }
  }

  push(event: RawEvent): void {
    const first = this.#waiting.shift();
    if (first !== undefined) first.resolve(event);
    else this.#events.push(event);
    if (event.type === "end") this.end(closedError());
  }

  /** What waits, and will wait, rejects. */
  end(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
  }

  close(): void {
    if (this.#end === undefined || this.#events.length > 0) {
      this.#events.length = 0;
      this.end(closedError());
    }
    this.#feed.left();
  }
}

function closedError(): Error {
  return statusError(closed, "receive", "receive on Observer");
}

// Two frames: the event as 16 bits and its value as 32 bits, in the byte order of the machine;
// and the endpoint.
function decode([numbers, endpoint]: [Buffer, Buffer]): RawEvent {
  const view = new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const known = eventTypes.get(view.getUint16(0, littleEndian));
  if (known === undefined) return { type: "unknown" };
  const [type, meaning] = known;
  if (type === "end") return { type };
  const address = endpoint.toString();
  const value = view.getUint32(2, littleEndian);
  switch (meaning) {
    case "error":
      return { type, address, error: systemError(value, type, address) };
    case "interval":
      return { type, address, interval: value };
    case "protocol":
      return { type, address, error: protocolError(value) };
    case "status":
      return { type, address, error: authenticationError(value) };
    default:
      return { type, address };
  }
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function systemError(errno: number, type: string, address: string): Error {
  const syscall = type.split(":", 1)[0] as string;
  return statusError(-errno, syscall, `${syscall} "${address}"`, address);
}

function protocolError(value: number): Error {
  const [code, text] = protocolErrors.get(value) ?? ["ERR_ZMTP_UNSPECIFIED", "unknown error"];
  return Object.assign(new Error(`Handshake failed: ${text}`), { code });
}

function authenticationError(status: number): Error {
  return Object.assign(new Error(`Authentication failed with status ${status}`), { status });
}
