// Tries out the package: installs its tarball into an empty directory without the network, and exchanges
// messages. Usage: node scripts/check-package.mjs [--prebuilt DIRECTORY] [--runtimes]
// With --runtimes, also exchanges them under each runtime of scripts/runtimes/, with an empty PATH.
// With --prebuilt, the tarball in that directory as it is. Otherwise packs the tree, deletes the prebuilt
// addons of what is installed, and compiles the addon there; that takes minutes, so `npm test` leaves it out.

import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Installation } from "./installation.mjs";
import { root } from "./program.mjs";
import { fetchRuntime, pins } from "./runtimes/fetch.mjs";

const smoke = readFileSync(join(root, "test", "package", "smoke.mjs"), "utf8");
const tellAddon = `
  import "./smoke.mjs";
  import { createRequire } from "node:module";
  const { cache } = createRequire(import.meta.url);
  console.log(Object.keys(cache).find((file) => file.endsWith(".node")));
`;

const { values } = parseArgs({
  options: { prebuilt: { type: "string" }, runtimes: { type: "boolean", default: false } },
});
const installed = new Installation(values.prebuilt);
try {
  installed.write("smoke.mjs", smoke);
  for (const id of values.runtimes ? Object.keys(pins) : []) {
    console.log(`${id} ${pins[id].version}`);
    const words = pins[id].runtime === "Deno" ? ["run", "--allow-all"] : [];
    const env = { PATH: "", HOME: installed.directory };
    installed.run(fetchRuntime(id), [...words, "smoke.mjs"], { env });
  }
  if (!values.prebuilt) {
    rmSync(join(installed.package, "prebuilds"), { recursive: true });
    installed.run("npm", ["exec", "--offline", "--", "zmqx", "build"]);
  }
  installed.write("program.mjs", tellAddon);
  installed.run(process.execPath, ["program.mjs"]);
} finally {
  installed.remove();
}
