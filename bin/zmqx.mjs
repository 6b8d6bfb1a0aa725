#!/usr/bin/env node
// The command of the package. Compiles the addon from the sources in the package, for platforms that it
// has no prebuilt addon for.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildAddon } from "../scripts/addon.mjs";

const usage = `Usage: zmqx build        Compile the addon from the sources in this package
       zmqx --help       Say this
       zmqx --version    Say which version this is

"build" needs CMake 3.19 or later, a compiler for C++20 (GCC 11 or later) and Make or Ninja.
On Windows it also needs the package cmake-js, installed beside zmqx. The network is not used.
The result is used from then on, even where there is a prebuilt addon.`;

const manifest = new URL("../package.json", import.meta.url);
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } },
  });
  if (values.help) console.log(usage);
  else if (values.version) console.log(JSON.parse(readFileSync(manifest, "utf8")).version);
  else if (positionals.join(" ") === "build") console.log(`Built "${buildAddon()}"`);
  else fail(positionals.length > 0 ? `Unknown command "${positionals.join(" ")}"` : "No command");
} catch (error) {
  fail(error.message);
}

function fail(why) {
  console.error(`${why}\n\n${usage}`);
  process.exitCode = 1;
}
