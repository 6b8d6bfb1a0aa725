// What a result depends on besides the code: the machine and the versions.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { load, root } from "./contestants.mjs";

const require = createRequire(import.meta.url);

export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    // The rest of it names who built the kernel.
    system: `${type()} ${release().split(".", 2).join(".")}`,
  };
}

export function describeVersions() {
  return {
    node: process.version.slice(1),
    zmqx: readVersion(join(root, "package.json")),
    libzmq: load("zmqx").version,
    zeromq: readVersion(require.resolve("zeromq/package.json")),
    "libzmq of zeromq": load("zeromq").version,
    ws: readVersion(require.resolve("ws/package.json")),
  };
}

function readVersion(file) {
  return JSON.parse(readFileSync(file, "utf8")).version;
}
