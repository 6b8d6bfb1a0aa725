// Installs the npm packages of a clone. Other scripts call it first, so that each works on a fresh clone.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { root, run, runNodeOrExit } from "./program.mjs";

/** Runs `npm ci` unless node_modules is newer than the lockfile. An installed zmqx has no lockfile. */
export function installPackages() {
  const lockfile = join(root, "package-lock.json");
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(lockfile)) return;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return;

  const words = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const npm = process.env.npm_execpath;
  if (npm) {
    runNodeOrExit([npm, ...words]);
  } else {
    const status = run("npm", words, { shell: process.platform === "win32" });
    if (status !== 0) process.exit(status);
  }
}
