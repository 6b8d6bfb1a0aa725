// Keeps the last result of each runtime and readiness backend in build/runtimes/, one file each.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { directory, pins } from "./fetch.mjs";

const pathOf = (id, backend) => join(directory, `${id}-${backend}.json`);

export function writeResult(id, backend, { passed, failed, skipped }) {
  const { runtime, version } = pins[id];
  const result = { id, runtime, version, backend, passed, failed: failed.length, skipped };
  writeFileSync(pathOf(id, backend), JSON.stringify(result));
}

/** In the order of the pins. A result of another version is none. */
export function readResults() {
  return Object.keys(pins).flatMap((id) =>
    ["uv", "thread"]
      .map((backend) => pathOf(id, backend))
      .filter((path) => existsSync(path))
      .map((path) => JSON.parse(readFileSync(path, "utf8")))
      .filter(({ version }) => version === pins[id].version),
  );
}
