/*
 * Error classes, and the one place where a status from native code becomes an error.
 */

import { addon } from "./native.js";

/** What went wrong, for the constructors of the classes below. */
export interface ErrorDetails {
  /** The name of the errno, for example `"EADDRINUSE"`. */
  code: string;
  /** The errno of libzmq, a positive number. */
  errno: number;
  /** The operation that failed, for example `"bind"`. */
  syscall: string;
  /** The endpoint that it was about. */
  endpoint?: string | undefined;
  /** What led to it. */
  cause?: unknown;
}

/**
 * A failed operation of ØMQ, with what the operating system or libzmq said. Conditions that
 * programs handle have a class of their own, below.
 *
 * @example
 * ```ts
 * import { Push, ZmqError } from "zmqx";
 *
 * const push = new Push();
 * await push.bind("tcp://nowhere:1").catch((error: ZmqError) => {
 *   console.log(error.code, error.endpoint); // ENODEV tcp://nowhere:1
 * });
 * push.close();
 * ```
 */
export class ZmqError extends Error {
  override name = "ZmqError";
  /** The name of the errno, for example `"EADDRINUSE"`. */
  readonly code: string;
  /** The errno of libzmq, a positive number. */
  readonly errno: number;
  /** The operation that failed, for example `"bind"`. */
  readonly syscall: string;
  /** The endpoint that it was about. */
  declare readonly endpoint?: string;
  /** The same as `endpoint`, under the name of `zeromq` version 6. */
  declare readonly address?: string;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.errno = details.errno;
    this.syscall = details.syscall;
    if (details.endpoint !== undefined) {
      this.endpoint = details.endpoint;
      this.address = details.endpoint;
    }
  }
}

/** The time allowed has passed. `code` is `"EAGAIN"`. */
export class TimeoutError extends ZmqError {
  override name = "TimeoutError";
}

/**
 * A send that may not wait (`sendTimeout` or `timeout` 0) found the high-water mark reached, or no
 * peer. `code` is `"EAGAIN"`.
 */
export class HighWaterMarkError extends ZmqError {
  override name = "HighWaterMarkError";
}

/**
 * The socket is closed: `code` is `"EBADF"`. Or it was closed while the operation waited: `code`
 * is then `"EAGAIN"`, as in `zeromq` version 6.
 */
export class ClosedError extends ZmqError {
  override name = "ClosedError";
}

/** The context was shut down or terminated (`ETERM`). */
export class ContextTerminatedError extends ZmqError {
  override name = "ContextTerminatedError";
}

/** A message has no way to its peer (`EHOSTUNREACH`). */
export class HostUnreachableError extends ZmqError {
  override name = "HostUnreachableError";
}

/** Not the turn of this operation (`EFSM`): for example two sends in a row on a Request. */
export class StateError extends ZmqError {
  override name = "StateError";
}

/** Somebody else is bound to the endpoint (`EADDRINUSE`). */
export class AddressInUseError extends ZmqError {
  override name = "AddressInUseError";
}

/** The socket is in the hands of a proxy, or too many operations wait already (`EBUSY`). */
export class BusyError extends ZmqError {
  override name = "BusyError";
}

/** The operation was aborted by its signal, whose reason is the `cause`. */
export class AbortError extends Error {
  override name = "AbortError";
  readonly code = "ABORT_ERR";

  constructor(syscall: string, reason: unknown) {
    super(`Aborted while waiting to ${syscall}`, { cause: reason });
  }
}

type ErrorClass = new (message: string, details: ErrorDetails) => ZmqError;

const classes = new Map<string, ErrorClass>([
  ["EBADF", ClosedError],
  ["ETERM", ContextTerminatedError],
  ["EHOSTUNREACH", HostUnreachableError],
  ["EFSM", StateError],
  ["EADDRINUSE", AddressInUseError],
  ["EBUSY", BusyError],
]);

// What libzmq says is often too general to act upon.
const malformed = 'malformed endpoint, expected for example "tcp://127.0.0.1:5555"';
const texts: Record<string, string> = {
  EBADF: "socket is closed",
  EBUSY: "socket is in use by a proxy",
  ETERM: "context was terminated",
  EHOSTUNREACH: "no route to the peer",
  EPROTONOSUPPORT: "the transport is unknown or not supported",
  ENOCOMPATPROTO: "the transport cannot be used with this type of socket",
  ENODEV: "no such network interface",
  EMFILE: "too many open sockets or file descriptors",
  "EFSM send": "not its turn, receive first",
  "EFSM receive": "not its turn, send first",
  "EINVAL bind": malformed,
  "EINVAL connect": malformed,
  "EINVAL unbind": malformed,
  "EINVAL disconnect": malformed,
  "ENOENT unbind": "not bound to it",
  "ENOENT disconnect": "not connected to it",
  "ENOENT attach": "there is no such context in this process, or not any more",
};

/** `EAGAIN` as native code gives it. */
export const again = -addon.errorNumber("EAGAIN");
/** `EBADF` as native code gives it. */
export const closed = -addon.errorNumber("EBADF");

/** `EINVAL` as native code gives it. */
export const invalid = -addon.errorNumber("EINVAL");

/** The name of an errno. */
export function codeOf(errno: number): string {
  return addon.errorName(errno) ?? `E${errno}`;
}

/**
 * The error for a negative status from native code. `action` completes the message, as in
 * `Cannot ${action}: address already in use`.
 */
export function statusError(
  status: number,
  syscall: string,
  action: string,
  endpoint?: string,
): ZmqError {
  const errno = -status;
  const code = codeOf(errno);
  const text = texts[`${code} ${syscall}`] ?? texts[code] ?? plain(addon.errorText(errno));
  const Class = classes.get(code) ?? ZmqError;
  return new Class(`Cannot ${action}: ${text}`, { code, errno, syscall, endpoint });
}

/** The error for the one combination that libzmq does not survive. */
export function goodbyeError(action: string): ZmqError {
  const text = `Cannot ${action}: disconnectMessage and inproc do not go together`;
  const errno = addon.errorNumber("ENOTSUP");
  return new ZmqError(text, { code: "ENOTSUP", errno, syscall: "setsockopt" });
}

/** An error with the code EINVAL, for what libzmq would not refuse by itself. */
export function eInvalid(syscall: string, message: string): ZmqError {
  return new ZmqError(message, { code: "EINVAL", errno: -invalid, syscall });
}

/** An error of the given class with the code EAGAIN. */
export function againError(Class: ErrorClass, syscall: string, message: string): ZmqError {
  return new Class(message, { code: "EAGAIN", errno: -again, syscall });
}

/** The error for an operation that found nothing in its time, which may be none. */
export function timeoutError(
  operation: "send" | "receive",
  label: string,
  timeout: number,
): ZmqError {
  const action = `Cannot ${operation} on ${label}`;
  if (timeout > 0) {
    return againError(TimeoutError, operation, `${action}: timed out after ${timeout} ms`);
  }
  return operation === "send"
    ? againError(HighWaterMarkError, operation, `${action}: high-water mark reached or no peer`)
    : againError(TimeoutError, operation, `${action}: no message is there`);
}

/** An error with the code EBUSY. */
export function busyError(syscall: string, message: string): BusyError {
  return new BusyError(message, { code: "EBUSY", errno: addon.errorNumber("EBUSY"), syscall });
}

// libzmq writes sentences, as in "Address already in use".
function plain(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
