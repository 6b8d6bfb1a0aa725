/*
 * The names that Router and Stream give to the peers they connect to.
 */

import { SocketType } from "./constants.js";
import { describe } from "./describe.js";
import { eInvalid } from "./errors.js";
import { socketParts } from "./parts.js";
import type { Socket } from "./socket.js";

// A STREAM does not tell which names it has.
const given = new WeakMap<Socket, Set<string>>();

/** Gives the name back when it is free: libzmq aborts the process where it is not. */
export function claimName(socket: Socket, address: string, name: string | Buffer): string | Buffer {
  const { handle } = socketParts(socket, "connect");
  const bytes =
    typeof name === "string" || Buffer.isBuffer(name) ? Buffer.from(name as string) : undefined;
  // What is no name is refused when it is set.
  if (bytes === undefined || handle.closed) return name;
  // Looking at the commands of peers first, so that one that has just come counts.
  handle.events();
  const names = given.get(socket) ?? new Set<string>();
  const key = bytes.toString("latin1");
  const taken = socket.type === SocketType.Stream ? names.has(key) : handle.native.hasPeer(bytes);
  if (taken) {
    throw eInvalid(
      "connect",
      `Cannot connect to ${describe(address)}: the routing id ${describe(name)} is in use`,
    );
  }
  given.set(socket, names.add(key));
  return name;
}
