// Builds the addon for other platforms, and exchanges messages there, in an emulator:
// npm run test:cross -- [--install] PLATFORM...
// --install gets the compilers and emulators from Debian or Ubuntu, as root. The platforms are in
// scripts/cross/targets.mjs.

import { copyFileSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { targetOf } from "./cross/targets.mjs";
import { Installation } from "./installation.mjs";
import { root, run, runNodeOrExit } from "./program.mjs";
import { fetchRuntime, pins } from "./runtimes/fetch.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { install: { type: "boolean" } },
});
const targets = positionals.map(targetOf);

if (values.install) install(targets.flatMap(({ packages }) => packages));
for (const { name } of targets) runNodeOrExit(["scripts/prebuild.mjs", `--cross=${name}`]);
runNodeOrExit(["scripts/check-prebuilds.mjs"]);

const installed = new Installation();
try {
  copyFileSync(join(root, "test", "package", "smoke.mjs"), join(installed.directory, "smoke.mjs"));
  for (const target of targets) {
    for (const id of target.runtimes) exchange(target, id);
  }
} finally {
  installed.remove();
}

function exchange({ name, platform, emulator, environment }, id) {
  console.log(`\n${name}, ${pins[id].runtime} ${pins[id].version}`);
  const [command, ...words] = [...emulator, fetchRuntime(id, platform), "smoke.mjs"];
  // To a file, because Node cannot write to a pipe of this system's under Wine.
  const said = join(installed.directory, "said.txt");
  const output = openSync(said, "w");
  try {
    installed.run(command, words, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", output, output],
      // The limit is no measurement: it turns an exchange that hangs into one that fails.
      timeout: 5 * 60_000,
    });
  } finally {
    process.stdout.write(readFileSync(said));
  }
}

function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const words = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  for (const step of [["update", "-qq"], words]) {
    const status = run("apt-get", step, { env });
    if (status !== 0) process.exit(status);
  }
}
