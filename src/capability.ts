/*
 * What the libzmq inside can do.
 */

import { addon } from "./native.js";

/** The version of the libzmq inside (`zmq_version`), for example `"4.3.5"`. */
export const version: string = addon.version;

const names = [
  "ipc",
  "pgm",
  "tipc",
  "norm",
  "curve",
  "gssapi",
  "draft",
  "vmci",
  "ws",
  "wss",
] as const;

/**
 * What the libzmq inside was built with (`zmq_has`): transports (`ipc`, `pgm`, `tipc`, `norm`,
 * `vmci`, `ws`, `wss`), security mechanisms (`curve`, `gssapi`) and `draft` sockets. What is
 * missing is false.
 */
export const capability: Readonly<Record<(typeof names)[number], boolean>> = Object.freeze(
  Object.fromEntries(
    // libzmq knows some of them by their name in capitals.
    names.map((name) => [name, addon.has(name) || addon.has(name.toUpperCase())]),
  ),
) as Readonly<Record<(typeof names)[number], boolean>>;
