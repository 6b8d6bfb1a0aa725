/*
 * Reading and writing the options of a socket through its handle.
 */

import {
  checkValue,
  type Kind,
  type NativeValue,
  type OptionAccess,
  type Row,
  readValue,
} from "./accessors.js";
import { addon, kindCode } from "./native.js";
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
): void {
  const status = handle.native.setOption(id, kindCode(kind), value);
  if (status < 0) throw handle.error(status, "setsockopt", `set ${name}`);
}

/** How the properties made from the option table reach a socket. */
export const socketAccess: OptionAccess<object> = {
  get(host, row, name) {
    return getRaw(socketParts(host, `get "${name}"`), row.id, row.kind, `"${name}"`);
  },
  set(host, row, value, name) {
    const inside = socketParts(host, `set "${name}"`);
    setRaw(inside, row.id, row.kind, value, `"${name}"`);
    if (!row.immediate && inside.endpoints > 0) warnNoEffect(`"${name}"`);
  },
};

function bare(id: number, kind: Kind): Row {
  return {
    constant: "",
    id,
    kind,
    access: "rw",
    holders: [],
    immediate: true,
    secret: false,
    routing: false,
  };
}

/** Reads an option by its number. */
export function readOption(inside: SocketParts, id: number, kind: Kind, name: string): unknown {
  return readValue(bare(id, kind), getRaw(inside, id, kind, name));
}

/** Sets an option by its number. */
export function writeOption(
  inside: SocketParts,
  id: number,
  kind: Kind,
  value: unknown,
  name: string,
): void {
  setRaw(inside, id, kind, checkValue(name, bare(id, kind), value), name);
}
