// Brings the runtimes that pins.json names into build/runtimes/, from the npm packages that hold their
// programs. They are no dependencies of this package, and their install scripts do not run.

import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "../program.mjs";

export const pins = JSON.parse(readFileSync(new URL("pins.json", import.meta.url), "utf8"));

export const directory = join(root, "build", "runtimes");

const own = { os: process.platform, arch: process.arch };

/** Returns the path of the program, which is for this platform or another. */
export function fetchRuntime(id, { os, arch } = own) {
  const { version, packages, program } = pins[id];
  const platform = `${os}-${arch}`;
  const name = packages[platform];
  if (name === undefined) throw new Error(`Cannot fetch "${id}": there is no pin for ${platform}`);

  const place = join(directory, `${id}-${version}-${platform}`);
  const path = join(place, "node_modules", name, os === "win32" ? `${program}.exe` : program);
  if (existsSync(path)) return path;
  mkdirSync(place, { recursive: true });
  const flags = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  // npm refuses programs of other platforms.
  if (platform !== `${own.os}-${own.arch}`) flags.push("--force");
  const words = [
    "install",
    `--prefix=${place}`,
    `--os=${os}`,
    `--cpu=${arch}`,
    ...flags,
    `${name}@${version}`,
  ];
  if (run("npm", words) !== 0 || !existsSync(path)) {
    throw new Error(`Cannot fetch "${id}": npm did not bring "${program}" of ${name}@${version}`);
  }
  chmodSync(path, 0o755);
  return path;
}
