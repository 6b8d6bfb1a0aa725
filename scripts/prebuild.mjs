// Puts the addon, stripped, where src/load.ts looks for prebuilt ones; the layout is that of prebuildify.
// Usage: node scripts/prebuild.mjs [--no-build]. With --no-build, takes build/Release as it is.

import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ownPlatform, prebuildPath } from "./platforms.mjs";
import { root, run } from "./program.mjs";
import { setUp } from "./setup.mjs";

const addon = process.argv.includes("--no-build")
  ? join(root, "build", "Release", "zmqx.node")
  : await setUp({});
const file = prebuildPath(ownPlatform());
mkdirSync(dirname(file), { recursive: true });
// Made beside its place, so that it is there whole or not at all.
const unfinished = `${file}.${process.pid}`;
copyFileSync(addon, unfinished);
strip(unfinished);
renameSync(unfinished, file);
console.log(`Made ${relative(root, file)}`);

function strip(path) {
  const words = { linux: ["--strip-all"], darwin: ["-x"] }[process.platform];
  if (!words) return;
  const status = run("strip", [...words, path]);
  if (status !== 0) process.exit(status);
}
