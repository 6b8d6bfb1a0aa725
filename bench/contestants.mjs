// The libraries that are measured: those with the API of zeromq 6 are interchangeable modules here.

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const require = createRequire(import.meta.url);

/** What require() takes, by name; `before` is an older checkout of zmqx, where one was given. */
export const modules = {
  zmqx: join(root, "lib", "index.js"),
  zeromq: "zeromq",
  before: process.env.ZMQX_BENCH_BEFORE
    ? resolve(process.env.ZMQX_BENCH_BEFORE, "lib", "index.js")
    : undefined,
};

export const moduleNames = Object.keys(modules).filter((name) => modules[name]);

/** Those that may have what zeromq 6 has not. */
export const ourNames = moduleNames.filter((name) => name !== "zeromq");

export function load(name) {
  return require(modules[name]);
}

/** The file that load() reads. */
export function fileOf(name) {
  return require.resolve(modules[name]);
}

/** One contestant per name: `run(name)` measures it once. */
export function contest(names, run) {
  return Object.fromEntries(names.map((name) => [name, () => run(name)]));
}

/** Says in one line why a contestant cannot take part. */
export class Skip extends Error {}

export function requireMethod(zmq, type, method) {
  if (typeof zmq[type].prototype[method] === "function") return;
  throw new Skip(`${type} has no method ${method}()`);
}

/** Makes a socket with an option that an older build may not have, or has with another meaning. */
export function makeWith(zmq, type, options) {
  try {
    return new zmq[type](options);
  } catch (error) {
    throw new Skip(error.message);
  }
}
