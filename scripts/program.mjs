// What every script here needs to be a program: the root of the repository, whether it was started or
// imported, and running another program to its end.

import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(fileURLToPath(import.meta.url), "../..");

export function isStarted(meta) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(meta.url);
}

/** Returns the exit code; what the program prints goes where ours does. */
export function run(command, words, options = {}) {
  const { status, signal, error } = spawnSync(command, words, {
    cwd: root,
    stdio: "inherit",
    ...options,
  });
  if (error) console.error(`Cannot run "${command}": ${error.message}`);
  if (signal) console.error(`"${command} ${words.join(" ")}" was ended by ${signal}`);
  return status ?? 1;
}

/** Like `run` with this Node, and ends this process if the program fails. */
export function runNodeOrExit(words, options) {
  const status = run(process.execPath, words, options);
  if (status !== 0) process.exit(status);
}
