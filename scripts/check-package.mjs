// Packs the tree, installs the tarball into an empty directory without the network, deletes the prebuilt
// addons there, compiles the addon from the sources in the package, and exchanges a message with it.
// Takes minutes, so `npm test` does not run it.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "./program.mjs";

const program = `
  import { createRequire } from "node:module";
  import { Pull, Push } from "zmqx";
  const [push, pull] = [new Push(), new Pull()];
  push.connect(await pull.bind("tcp://127.0.0.1:*"));
  await push.send("hello");
  console.log(String(await pull.receive()));
  await Promise.all([push.close(), pull.close()]);
  const { cache } = createRequire(import.meta.url);
  console.log(Object.keys(cache).find((file) => file.endsWith(".node")));
`;

const directory = mkdtempSync(join(tmpdir(), "zmqx-source-"));
try {
  const installed = join(directory, "node_modules", "zmqx");
  step("npm", ["pack", "--silent", "--pack-destination", directory], root);
  const tarball = readdirSync(directory).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(directory, "package.json"), "{}");
  step("npm", ["install", "--ignore-scripts", "--offline", `./${tarball}`]);
  rmSync(join(installed, "prebuilds"), { recursive: true });
  step("npm", ["exec", "--offline", "--", "zmqx", "build"]);
  writeFileSync(join(directory, "program.mjs"), program);
  step(process.execPath, ["program.mjs"]);
} finally {
  rmSync(directory, { recursive: true });
}

function step(command, words, cwd = directory) {
  const shell = command === "npm" && process.platform === "win32";
  const status = run(command, words, { cwd, shell });
  if (status !== 0) throw new Error(`"${command} ${words.join(" ")}" failed`);
}
