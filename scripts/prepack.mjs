// Runs before `npm pack`: puts the Node-API headers where `npx zmqx build` finds them, and refuses to pack a
// tree that is not ready.

import { cpSync, existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { root } from "./program.mjs";

const needed = {
  "lib/zmqx.js": "npm run build",
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
rmSync(headers, { recursive: true, force: true });
cpSync(join(installed, "include"), headers, { recursive: true });
cpSync(join(installed, "LICENSE"), join(headers, "LICENSE"));
