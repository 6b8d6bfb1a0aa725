// Tries out the package: installs its tarball into an empty directory without the network, and exchanges a
// message. Usage: node scripts/check-package.mjs [--prebuilt DIRECTORY] [--runtimes]
// With --runtimes, also exchanges one under each runtime of scripts/runtimes/, with an empty PATH.
// With --prebuilt, the tarball in that directory as it is. Otherwise packs the tree, deletes the prebuilt
// addons of what is installed, and compiles the addon there; that takes minutes, so `npm test` leaves it out.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root, run } from "./program.mjs";
import { fetchRuntime, pins } from "./runtimes/fetch.mjs";

const hello = `
  import { Pull, Push } from "zmqx";
  const [push, pull] = [new Push(), new Pull()];
  push.connect(await pull.bind("tcp://127.0.0.1:*"));
  await push.send("hello");
  console.log(String(await pull.receive()));
  await Promise.all([push.close(), pull.close()]);
`;
const program = `${hello}
  import { createRequire } from "node:module";
  const { cache } = createRequire(import.meta.url);
  console.log(Object.keys(cache).find((file) => file.endsWith(".node")));
`;

const { values } = parseArgs({
  options: { prebuilt: { type: "string" }, runtimes: { type: "boolean", default: false } },
});
const directory = mkdtempSync(join(tmpdir(), "zmqx-package-"));
try {
  const installed = join(directory, "node_modules", "zmqx");
  if (!values.prebuilt) step("npm", ["pack", "--silent", "--pack-destination", directory], root);
  const packed = resolve(values.prebuilt ?? directory);
  const tarball = readdirSync(packed).find((name) => name.endsWith(".tgz"));
  if (!tarball) throw new Error(`There is no tarball in "${packed}"`);
  writeFileSync(join(directory, "package.json"), "{}");
  step("npm", ["install", "--ignore-scripts", "--offline", join(packed, tarball)]);
  writeFileSync(join(directory, "hello.mjs"), hello);
  for (const id of values.runtimes ? Object.keys(pins) : []) {
    console.log(`${id} ${pins[id].version}`);
    const words = pins[id].runtime === "Deno" ? ["run", "--allow-all"] : [];
    step(fetchRuntime(id), [...words, "hello.mjs"], directory, { PATH: "", HOME: directory });
  }
  if (!values.prebuilt) {
    rmSync(join(installed, "prebuilds"), { recursive: true });
    step("npm", ["exec", "--offline", "--", "zmqx", "build"]);
  }
  writeFileSync(join(directory, "program.mjs"), program);
  step(process.execPath, ["program.mjs"]);
} finally {
  rmSync(directory, { recursive: true });
}

function step(command, words, cwd = directory, env = process.env) {
  const shell = command === "npm" && process.platform === "win32";
  const status = run(command, words, { cwd, env, shell });
  if (status !== 0) throw new Error(`"${command} ${words.join(" ")}" failed`);
}
