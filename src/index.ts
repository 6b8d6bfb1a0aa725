/*
 * The public names of zmqx. Draft socket types are in draft.ts.
 */

export type { WaitOptions } from "./arguments.js";
export { capability, version } from "./capability.js";
export { SocketType } from "./constants.js";
export { Context, context } from "./context.js";
export { curveKeyPair } from "./curve.js";
export {
  AbortError,
  AddressInUseError,
  BusyError,
  ClosedError,
  ContextTerminatedError,
  HighWaterMarkError,
  HostUnreachableError,
  StateError,
  TimeoutError,
  ZmqError,
} from "./errors.js";
export type { Tracker } from "./loans.js";
export {
  type AuthError,
  type ErrnoError,
  type Event,
  type EventAddress,
  type EventError,
  type EventFor,
  type EventInterval,
  type EventOfType,
  type EventSubscriber,
  type EventType,
  Observer,
  type ProtoError,
} from "./monitor.js";
export type { ContextSettings } from "./options.js";
export { Proxy } from "./proxy.js";
export { Socket } from "./socket.js";
export {
  Dealer,
  Pair,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  type RouterConnectOptions,
  Stream,
  type StreamConnectOptions,
  Subscriber,
  XPublisher,
  XSubscriber,
} from "./sockets.js";
export type {
  BatchOptions,
  BlockOptions,
  ManyOptions,
  Message,
  MessageLike,
  Readable,
  Receiver,
  Sender,
  SendOptions,
  SocketOptions,
  Writable,
} from "./traits.js";
export type { TuningOptions } from "./tuning.js";
