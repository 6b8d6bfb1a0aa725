// Sets up and runs the tests, under each readiness backend: `npm test -- [--asan] [--backend=NAME] [parts of file names]`.
// ZMQX_ADDON_PATH tests another addon than the one built here.

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { root, run } from "./program.mjs";
import { setUp } from "./setup.mjs";

const words = process.argv.slice(2);
const filters = words.filter((word) => !word.startsWith("--"));
const sanitized = words.includes("--asan");
const chosen = words.find((word) => word.startsWith("--backend="))?.split("=")[1];
const backends = chosen ? [chosen] : ["uv", "thread"];

const addon = await setUp({
  build: sanitized ? "Asan" : "Release",
  projects: ["test", "examples"],
});

const compiled = join(root, "build", "test");
const files = readdirSync(compiled, { recursive: true })
  .filter((name) => name.endsWith(".test.js"))
  // A runtime that is preloaded breaks the programs of others.
  .filter((name) => !(sanitized && name.startsWith("interop")))
  .filter((name) => filters.length === 0 || filters.some((part) => name.includes(part)))
  .map((name) => relative(root, join(compiled, name)))
  .sort();
if (files.length === 0) {
  console.error(`No test file has a name with ${filters.map((part) => `"${part}"`).join(" or ")}`);
  process.exit(1);
}

// The limit is no measurement: it turns a test that hangs into one that fails.
const minutes = sanitized ? 10 : 5;
const options = [
  "--test",
  "--enable-source-maps",
  "--test-reporter=spec",
  `--test-concurrency=${availableParallelism()}`,
  `--test-timeout=${minutes * 60_000}`,
];

for (const backend of backends) {
  console.log(`\nTests with the readiness backend "${backend}"${sanitized ? ", sanitized" : ""}`);
  const env = {
    ...process.env,
    ...(sanitized && sanitizerEnvironment(addon)),
    ZMQX_READINESS: backend,
  };
  const status = run(process.execPath, [...options, ...files], { env });
  if (status !== 0) process.exit(status);
}

// Node itself is not sanitized, so the runtime has to be in the process before the addon is. libstdc++ goes
// with it, because the runtime looks for the real exception functions only once.
function sanitizerEnvironment(addon) {
  const library = (name) =>
    execFileSync("gcc", [`-print-file-name=${name}`], { encoding: "utf8" }).trim();
  return {
    ZMQX_ADDON_PATH: addon,
    LD_PRELOAD: ["libasan.so", "libubsan.so", "libstdc++.so.6"].map(library).join(" "),
    ASAN_OPTIONS: "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1",
    UBSAN_OPTIONS: "halt_on_error=1:abort_on_error=1:print_stacktrace=1",
  };
}
