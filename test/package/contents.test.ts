/*
 * What the tarball holds, what its manifest says, and what the linters of packages say of it.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { Installed, projectRoot, skip } from "./installed.js";

const require = createRequire(import.meta.url);

describe("The tarball", { skip }, () => {
  let installed: Installed;
  before(() => {
    installed = new Installed();
  });
  after(() => installed.remove());

  test("The tarball holds what test/package/contents.txt lists, and nothing else", () => {
    const golden = readFileSync(join(projectRoot, "test", "package", "contents.txt"), "utf8");
    const wanted = new Set(golden.split("\n").filter((line) => line !== "" && line[0] !== "#"));
    // The trees of others differ between their versions, and the prebuilt addons between machines.
    const shorten = (path: string) =>
      path
        .replace(/^prebuilds\/.*\.node$/, "prebuilds/")
        .replace(/^(vendor\/(libzmq|libsodium)\/[^/]+\/).*/, "$1")
        .replace(/^(vendor\/(libzmq|libsodium)\/)[^/]+$/, "$1");
    const found = new Set(installed.files.map(shorten));
    assert.deepEqual(
      {
        new: [...found].filter((path) => !wanted.has(path)),
        missing: [...wanted].filter((path) => !found.has(path)),
      },
      { new: [], missing: [] },
    );
  });

  test("The manifest asks for no compiler: no script runs, and nothing else is installed", () => {
    const manifest = JSON.parse(readFileSync(join(installed.package, "package.json"), "utf8"));
    for (const script of ["preinstall", "install", "postinstall", "prepare"]) {
      assert.equal(manifest.scripts[script], undefined, script);
    }
    assert.equal(manifest.gypfile, false);
    for (const kind of ["dependencies", "optionalDependencies", "peerDependencies"]) {
      assert.equal(manifest[kind], undefined, kind);
    }
    assert.ok(!installed.files.some((path) => path.endsWith("binding.gyp")));
  });

  test("The tarball is no larger than that of zeromq 6.8.0, and no prebuilt addon is above 2 MB", () => {
    assert.ok(statSync(installed.tarball).size < 13.5e6);
    for (const path of installed.files.filter((path) => path.endsWith(".node"))) {
      assert.ok(statSync(join(installed.package, path)).size <= 2 * 1024 * 1024, path);
    }
  });

  test("publint finds nothing to say about the package", async () => {
    const tarball = readFileSync(installed.tarball);
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(tarball).buffer },
      strict: true,
    });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });

  test("attw finds the types right under every way to resolve them", () => {
    const program = join(require.resolve("@arethetypeswrong/cli/package.json"), "../dist/index.js");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [program, installed.tarball, "--no-color", "--no-emoji"],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stdout + stderr);
  });
});
