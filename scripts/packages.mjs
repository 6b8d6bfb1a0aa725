// Installs the npm packages of a clone. Other scripts call it first, so that each works on a fresh clone.

import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, runNodeOrExit } from "./program.mjs";

const lockfile = join(root, "package-lock.json");
const nodeModules = join(root, "node_modules");

/** Runs `npm ci` unless node_modules holds what the lockfile says. An installed zmqx has no lockfile. */
export function installPackages() {
  if (!existsSync(lockfile) || isInstalled()) return;

  const words = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const npm = process.env.npm_execpath;
  if (npm) {
    runNodeOrExit([npm, ...words]);
  } else {
    const status = run("npm", words, { shell: process.platform === "win32" });
    if (status !== 0) process.exit(status);
  }
}

function isInstalled() {
  // `npm ci` would empty the directory behind a link, which is another's.
  if (lstatSync(nodeModules, { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  const present = join(nodeModules, ".package-lock.json");
  if (!existsSync(present)) return false;
  const versions = packagesIn(present);
  return Object.entries(packagesIn(lockfile)).every(
    ([path, { version, optional }]) => !path || optional || versions[path]?.version === version,
  );
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}
