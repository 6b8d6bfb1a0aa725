/*
 * What the addon asks of the process that loads it: Node-API of version 9 and nothing else, so that
 * one binary serves every runtime. Read with nm, on Linux.
 */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../build/sandbox.js";
import { runChild } from "../harness.js";

const require = createRequire(import.meta.url);
const addon = process.env.ZMQX_ADDON_PATH || join(projectRoot, "build", "Release", "zmqx.node");

const skip =
  process.platform !== "linux"
    ? "other systems have other formats"
    : spawnSync("nm", ["--version"]).error !== undefined && "there is no nm";

/** The names of dynamic symbols that `file` lacks, or has. */
function symbols(file: string, which: "undefined" | "defined"): string[] {
  const words = ["--dynamic", `--${which}-only`, "--format=posix", file];
  const text = execFileSync("nm", words, { encoding: "utf8", maxBuffer: 1 << 28 });
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(/[ @].*/, ""));
}

const isNodeApi = (name: string) => /^n(api|ode_api)_/.test(name);

test("The addon needs no function of libuv or V8", { skip }, () => {
  const needed = symbols(addon, "undefined");
  assert.ok(needed.some(isNodeApi));
  assert.deepEqual(
    needed.filter((name) => /^uv_|^_ZN?K?2v8|^_ZN?K?4node/.test(name)),
    [],
  );
});

test("The addon needs no function that is newer than Node-API 9", { skip }, () => {
  const { js_native_api_symbols: language, node_api_symbols: environment } =
    require("node-api-headers").symbols.v9;
  const known = new Set([...language, ...environment]);
  assert.deepEqual(
    symbols(addon, "undefined").filter((name) => isNodeApi(name) && !known.has(name)),
    [],
  );
});

test("The runtime has every function of Node-API that the addon needs", { skip }, () => {
  const offered = new Set(symbols(process.execPath, "defined"));
  assert.deepEqual(
    symbols(addon, "undefined").filter((name) => isNodeApi(name) && !offered.has(name)),
    [],
  );
});

test("The addon shows nothing but the entry points of Node-API", { skip }, (t) => {
  if (symbols(addon, "undefined").includes("__asan_init")) return t.skip("it is sanitized");
  const shown = symbols(addon, "defined");
  assert.ok(shown.includes("napi_register_module_v1"));
  // The compiler shares the names of types of the C++ library.
  const entry = /^(napi_register_module|node_api_module_get_api_version)_v\d+$|^_Z(T[IS]|ZN)St/;
  assert.deepEqual(
    shown.filter((name) => !entry.test(name)),
    [],
  );
});

const isNode = process.versions.bun === undefined && process.versions.deno === undefined;

for (const [asked, given] of [
  [undefined, isNode ? "uv" : "thread"],
  ["", isNode ? "uv" : "thread"],
  ["uv", isNode ? "uv" : "thread"],
  ["thread", "thread"],
] as const) {
  test(`ZMQX_READINESS=${asked ?? "(not set)"} waits as the runtime can`, async () => {
    const ended = await runChild(
      `import { addon } from "#lib/native.js";
      // The first choice stays, and is told.
      process.stdout.write(addon.startReadiness("", () => undefined));`,
      { env: { ZMQX_READINESS: asked } },
    );
    assert.deepEqual(ended, { code: 0, signal: null, stdout: given, stderr: "" });
  });
}
