/*
 * Feed: the stream of events of one socket's monitor, decoded. Its readers are the socket's
 * Observer, and the socket itself where it has to know that an endpoint is really gone.
 */

import { allEvents, eventTypes, protocolErrors, SocketType } from "./constants.js";
import { statusError } from "./errors.js";
import { Handle } from "./handle.js";
import { EndpointOperation, kindCode, type NativeContext } from "./native.js";

/** A decoded event of whatever type; {@link Event} of monitor.ts is the public type. */
export interface RawEvent {
  type: string;
  address?: string;
  interval?: number;
  error?: Error;
}

const receiveHighWaterMarkId = 24;
const int32 = kindCode("i32");
let count = 0;

const feeds = new WeakMap<Handle, Feed>();

export class Feed {
  readonly #socket: Handle;
  readonly #pair: Handle;
  readonly #unread: RawEvent[] = [];
  readonly #listeners = new Set<(event: RawEvent) => void>();

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

  private constructor(socket: Handle, context: NativeContext) {
    const address = `inproc://zmqx.monitor.${process.pid}.${++count}.${Math.random()}`;
    this.#socket = socket;
    this.#pair = new Handle(context, SocketType.Pair, "Observer");
    // libzmq blocks where a monitor is full, and with it all traffic of the I/O thread.
    this.#pair.native.setOption(receiveHighWaterMarkId, int32, 0);
    let status = socket.native.monitor(address, allEvents);
    if (status >= 0) status = this.#pair.native.endpoint(EndpointOperation.connect, address);
    if (status >= 0) return;
    this.#pair.close();
    throw statusError(status, "monitor", `observe the ${socket.label}`);
  }

  /** Whether no event will come any more. */
  get ended(): boolean {
    return this.#pair.closed && this.#unread.length === 0;
  }

  /** The next event, which no other reader gets. */
  async next(signal?: AbortSignal): Promise<RawEvent> {
    return this.#unread.shift() ?? (await this.#receive(signal));
  }

  /** Waits for an event that `matches`, or the end, and keeps what it passes for next(). */
  async until(matches: (event: RawEvent) => boolean): Promise<void> {
    const found = new AbortController();
    const listener = (event: RawEvent): void => {
      if (matches(event)) found.abort();
    };
    this.#listeners.add(listener);
    try {
      while (!found.signal.aborted) this.#unread.push(await this.#receive(found.signal));
    } catch {
      // Aborted since another reader got it, or closed.
    } finally {
      this.#listeners.delete(listener);
    }
  }

  setReferenced(referenced: boolean): void {
    this.#pair.setReferenced(referenced);
  }

  /** Stops the monitor. */
  stop(): void {
    feeds.delete(this.#socket);
    if (!this.#socket.closed) this.#socket.native.monitor(null);
    this.#unread.length = 0;
    this.#pair.close();
  }

  async #receive(signal?: AbortSignal): Promise<RawEvent> {
    const event = decode((await this.#pair.receive({ signal })) as [Buffer, Buffer]);
    if (event.type === "end") this.#pair.close();
    for (const listener of this.#listeners) listener(event);
    return event;
  }
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
