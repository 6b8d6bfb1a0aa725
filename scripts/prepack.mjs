// Runs before `npm pack`: puts the Node-API headers where `npx zmqx build` finds them, and refuses to pack a
// tree that is not ready.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { root } from "./program.mjs";

const needed = {
  "lib/index.js": "npm run build",
  "vendor/libzmq/src": "npm run vendor",
  "vendor/libsodium/src": "npm run vendor",
  prebuilds: "npm run prebuilds",
};
for (const [path, command] of Object.entries(needed)) {
  if (existsSync(join(root, path))) continue;
  console.error(`Cannot pack: there is no "${path}", run "${command}" first`);
  process.exit(1);
}

const installed = dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json"));
const headers = join(root, "vendor", "node-api");
mkdirSync(headers, { recursive: true });
const names = readdirSync(join(installed, "include")).map((name) => join("include", name));
for (const name of [...names, "LICENSE"]) {
  const content = readFileSync(join(installed, name));
  const copy = join(headers, basename(name));
  // Not touched when it is right, because another `npm pack` may be reading it.
  if (!existsSync(copy) || !content.equals(readFileSync(copy))) writeFileSync(copy, content);
}
