// Checks that need no build: Biome, clang-format and the layering. With --fix, formats instead.

import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { checkLayers } from "./layers.mjs";
import { installPackages } from "./packages.mjs";
import { root, runNodeOrExit } from "./program.mjs";

installPackages();
const { resolve } = createRequire(import.meta.url);
const biome = resolve("@biomejs/biome/bin/biome");
const colors = `--colors=${process.stdout.isTTY ? "force" : "off"}`;
const clangFormat = resolve("clang-format/index.js");
const native = readdirSync(join(root, "native"))
  .filter((name) => /\.(cc|h)$/.test(name))
  .map((name) => join("native", name));

if (process.argv.includes("--fix")) {
  runNodeOrExit([biome, "check", "--write", colors, "."]);
  runNodeOrExit([clangFormat, "-i", ...native]);
} else {
  runNodeOrExit([biome, "ci", colors, "."]);
  runNodeOrExit([clangFormat, "--dry-run", "-Werror", ...native]);
  const violations = checkLayers();
  for (const violation of violations) console.error(violation);
  if (violations.length > 0) process.exit(1);
}
