/*
 * What stands behind a public Socket object, for the modules that work on it.
 */

import type { Context } from "./context.js";
import { describe } from "./describe.js";
import type { Handle } from "./handle.js";
import type { Observer } from "./monitor.js";
import type { NativeContext } from "./native.js";

/** The inside of a socket. */
export interface SocketParts {
  readonly handle: Handle;
  readonly context: NativeContext;
  readonly owner: Context;
  observer: Observer | undefined;
  closing: Promise<void> | undefined;
  /** How many endpoints it is bound and connected to. */
  endpoints: number;
  /** Whether it ever was, over inproc, and over another transport. */
  usedInproc: boolean;
  usedNetwork: boolean;
  /** Whether it has a disconnectMessage. */
  saysGoodbye: boolean;
}

const parts = new WeakMap<object, SocketParts>();

/** Makes `inside` known as the inside of `socket`. */
export function registerSocket(socket: object, inside: SocketParts): void {
  parts.set(socket, inside);
}

/** The inside of a socket. Throws a TypeError that names `action` for any other value. */
export function socketParts(socket: object, action: string): SocketParts {
  const inside = parts.get(socket);
  if (inside !== undefined) return inside;
  throw new TypeError(`Cannot ${action}: expected a socket, got ${describe(socket)}`);
}
