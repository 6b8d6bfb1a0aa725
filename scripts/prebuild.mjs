// Puts the addon, stripped, where src/load.ts looks for prebuilt ones; the layout is that of prebuildify.
// Usage: node scripts/prebuild.mjs [--no-build] [--cross=PLATFORM]. With --no-build, takes build/Release as it
// is; with --cross, compiles for a platform of scripts/cross/targets.mjs.

import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { targetOf } from "./cross/targets.mjs";
import { ownPlatform, prebuildPath } from "./platforms.mjs";
import { root, run } from "./program.mjs";
import { setUp } from "./setup.mjs";

const { values } = parseArgs({
  options: { "no-build": { type: "boolean" }, cross: { type: "string" } },
});
const cross = values.cross === undefined ? undefined : targetOf(values.cross);
const platform = cross?.platform ?? ownPlatform();
const addon = values["no-build"]
  ? join(root, "build", "Release", "zmqx.node")
  : await setUp({ cross });

const file = prebuildPath(platform);
mkdirSync(dirname(file), { recursive: true });
// Made beside its place, so that it is there whole or not at all.
const unfinished = `${file}.${process.pid}`;
copyFileSync(addon, unfinished);
strip(unfinished);
renameSync(unfinished, file);
console.log(`Made ${relative(root, file)}`);

// On Windows what would be stripped is in a file of its own.
function strip(path) {
  const command = cross?.strip ?? (process.platform === "win32" ? undefined : "strip");
  if (!command) return;
  const status = run(command, [platform.os === "darwin" ? "-x" : "--strip-all", path]);
  if (status !== 0) process.exit(status);
}
