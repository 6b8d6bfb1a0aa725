/*
 * The only importer of the addon: declares what it exports. Methods of the addon give 0 or more, or
 * a negative errno; they throw only on misuse.
 */

import type { Kind, NativeValue } from "./accessors.js";
import { loadAddon } from "./load.js";

/** One ØMQ context, see native/context_js.cc. */
export interface NativeContext {
  open(origin?: null | number): number;
  token(): number;
  getOption(id: number, isText: boolean): number | string | undefined;
  setOption(id: number, value: number | string): number;
  shutdown(): number;
  terminate(): number;
  onterminated?: () => void;
}

/** A message that waits to be sent; only `resend()` knows what is in it. */
export type Prepared = object;

/** One ØMQ socket, see native/socket.cc, socket_io.cc and socket_options.cc. */
export interface NativeSocket {
  /** The socket's id, or a negative errno. */
  open(context: NativeContext, type: number, inlet: number, isPublic: boolean): number;
  tune(receiveCopyLimit: number, sendCopyLimit: number, lends: boolean): number;
  close(linger?: number): number;
  endpoint(operation: EndpointOperation, address: string): number;
  monitor(address: string | null, events?: number, reader?: NativeSocket): number;
  watch(id: number, wanted: boolean): number;
  reference(referenced: boolean): number;
  hasPeer(id: Uint8Array): boolean;
  events(prepared?: Prepared): number;
  poll(events: number, timeout: number): number;
  group(join: boolean, name: string): number;
  send(
    id: number,
    target: number | string | undefined,
    loan: number | undefined,
    message: unknown,
    ...others: unknown[]
  ): undefined | number | Prepared;
  sendPart(id: number, message: unknown): undefined | number | Prepared;
  sendMany(messages: readonly unknown[], from: number, limit: number, loan?: number): number;
  prepare(message: unknown, target?: number | string): number | Prepared;
  resend(prepared: Prepared): number;
  receive(): number | unknown[];
  drain(id: number, limit: number, apart: Buffer[], smallUsed: number, mediumUsed: number): number;
  getOption(id: number, kind: number): unknown;
  setOption(id: number, kind: number, value: NativeValue): number;
  handle?: {
    /** The socket may have become ready; it is watched no longer, unless that is asked for again. */
    ready(): void;
    close(options: undefined, end: "terminated"): void;
  };
}

/** A forwarding thread, see native/proxy.cc. */
export interface NativeProxy {
  run(
    front: NativeSocket,
    back: NativeSocket,
    frontAhead: unknown[][],
    backAhead: unknown[][],
  ): number;
  steer(state: number): number;
  onend?: (status: number) => void;
}

/** The argument of `endpoint()`. */
export enum EndpointOperation {
  bind = 0,
  unbind = 1,
  connect = 2,
  disconnect = 3,
}

/** The argument of `receiveInto()`. */
export enum ReceivePlace {
  headers = 0,
  small = 1,
  medium = 2,
}

/** The argument of `onready()` when the context of the socket has ended. */
const contextEnded = 1;

/** The status of a context's `setOption()` that came after the first socket. */
export const contextStarted = 1;

/** Statuses of `send()` and `prepare()` that are no errnos. */
export const notAMessage = -0x10000;
export const noParts = -0x10001;

interface Addon {
  readonly version: string;
  readonly Context: new () => NativeContext;
  readonly Socket: new () => NativeSocket;
  readonly Proxy: new () => NativeProxy;
  /** Native code calls `onready` on the socket that may have become ready. */
  startReadiness(
    name: string,
    onready: (this: NativeSocket, code: number) => void,
  ): string | undefined;
  /** A number that is another one only if the event loop has turned; the same where nobody knows. */
  turn(): number;
  errorName(errno: number): string | undefined;
  errorNumber(name: string): number;
  errorText(errno: number): string;
  lastErrno(): number;
  has(name: string): boolean;
  answerPeers(): void;
  openSockets(): number;
  /** Has the I/O threads poll too, in place of waiting for a wake-up, unless nobody shall: false. */
  pollFor(microseconds: number): boolean;
  /** Lets other threads have the processor. False: they took it for long, so that nobody shall poll. */
  giveWay(): boolean;
  noteExit(code: number): void;
  endAll(): void;
  /** The number of a place that sockets receive into, one for each copy of this library. */
  addInlet(longestBuffer: number): number;
  /** Where `drain()` writes to; whoever calls it keeps the memory. */
  receiveInto(inlet: number, place: ReceivePlace, memory: ArrayBufferLike): void;
  onreleased?: (track: number) => void;
  onforgotten?: (type: number) => void;
  /** What to call for each track that has not ended; see loans.ts. */
  tracks: Map<number, () => void>;
  curveKeyPair(): { publicKey: string; secretKey: string } | number;
}

const kinds: readonly Kind[] = ["bool", "i32", "i64", "u64", "bytes", "string", "key"];

/** The number by which native code knows a kind of option. */
export function kindCode(kind: Kind): number {
  return kinds.indexOf(kind);
}

export const addon = loadAddon() as Addon;

// Bun and Deno have libuv's functions by name only, and stop the process when they are called.
const foreign = process.versions.bun !== undefined || process.versions.deno !== undefined;
const wanted = foreign ? "thread" : process.env.ZMQX_READINESS || "uv";
function onready(this: NativeSocket, code: number): void {
  if (code === contextEnded) this.handle?.close(undefined, "terminated");
  else this.handle?.ready();
}
if (addon.startReadiness(wanted, onready) === undefined) {
  throw new Error("Cannot wait for sockets: the process is out of threads or file descriptors");
}
