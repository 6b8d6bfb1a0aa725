/*
 * Reading and writing the options of a socket through its handle.
 */

import {
  checkValue,
  type Kind,
  type NativeValue,
  numberedRow,
  type OptionAccess,
  readValue,
} from "./accessors.js";
import { describe } from "./describe.js";
import { goodbyeError, invalid } from "./errors.js";
import { addon, kindCode } from "./native.js";
import { socketOptions } from "./options.js";
import { type SocketParts, socketParts } from "./parts.js";

let warned = false;

function warnNoEffect(name: string): void {
  if (warned) return;
  warned = true;
  process.emitWarning(
    `The socket option ${name} was set on a socket that is bound or connected: it takes effect with the next bind() or connect()`,
    { code: "ZMQX_NO_EFFECT" },
  );
}

function getRaw({ handle }: SocketParts, id: number, kind: Kind, name: string): unknown {
  const raw = handle.native.getOption(id, kindCode(kind));
  handle.recheck();
  if (raw === undefined) throw handle.error(-addon.lastErrno(), "getsockopt", `get ${name}`);
  return raw;
}

function setRaw(
  { handle }: SocketParts,
  id: number,
  kind: Kind,
  value: NativeValue,
  name: string,
  secret = false,
): void {
  const status = handle.native.setOption(id, kindCode(kind), value);
  const given = secret || status !== invalid ? "" : ` to ${describe(value)}`;
  if (status < 0) throw handle.error(status, "setsockopt", `set ${name}${given}`);
  handle.optionSet(id, value);
}

/** How the properties made from the option table reach a socket. */
export const socketAccess: OptionAccess<object> = {
  get(host, row, name) {
    return getRaw(socketParts(host, `get "${name}"`), row.id, row.kind, `"${name}"`);
  },
  set(host, row, value, name) {
    const inside = socketParts(host, `set "${name}"`);
    if (row === socketOptions.disconnectMessage) {
      if (inside.usedInproc) throw goodbyeError(`set "${name}"`);
      inside.saysGoodbye = true;
    }
    setRaw(inside, row.id, row.kind, value, `"${name}"`, row.secret);
    if (!row.immediate && inside.endpoints > 0) warnNoEffect(`"${name}"`);
  },
};

/** Reads an option by its number. */
export function readOption(inside: SocketParts, id: number, kind: Kind, name: string): unknown {
  const row = numberedRow(id, kind);
  return readValue(row, getRaw(inside, id, kind, name));
}

/** Sets an option by its number. */
export function writeOption(
  inside: SocketParts,
  id: number,
  kind: Kind,
  value: unknown,
  name: string,
): void {
  const row = numberedRow(id, kind);
  setRaw(inside, id, kind, checkValue(name, row, value), name);
}
