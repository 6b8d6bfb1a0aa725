/*
 * Which addon is loaded, and what is said when there is none. Every case has an installed package that lacks
 * or has other files than it should.
 */

import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { Installed, projectRoot, skip } from "./installed.js";

const addon = join(projectRoot, "build", "Release", "zmqx.node");
const host = `${process.platform}-${process.arch}`;

const report = (loading: string) => `
  try {
    ${loading};
    console.log(JSON.stringify(Object.keys(require.cache).filter((file) => file.endsWith(".node"))));
  } catch (error) {
    const { name, code, platform, arch, libc, paths, message, cause } = error;
    console.log(JSON.stringify({ name, code, platform, arch, libc, paths, message, cause: cause?.code }));
  }
`;

describe("The loader", {
  skip: skip || (process.platform !== "linux" && "Chooses on Linux only"),
}, () => {
  let installed: Installed;
  let prebuilds: string;
  let built: string;
  before(() => {
    installed = new Installed();
    prebuilds = join(installed.package, "prebuilds");
    built = join(installed.package, "build", "Release", "zmqx.node");
  });
  after(() => installed.remove());

  beforeEach(() => rmSync(prebuilds, { recursive: true, force: true }));
  afterEach(() => rmSync(join(installed.package, "build"), { recursive: true, force: true }));

  function place(path: string, from = addon): string {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(from, path);
    return path;
  }
  const prebuilt = (name: string) => join(prebuilds, host, name);
  const broken = () => {
    const path = join(installed.directory, "broken.node");
    writeFileSync(path, "not an addon");
    return path;
  };

  /** Loads the package, in a process that takes itself for one of `executable`. */
  function load({ environment = {}, before = "", loading = 'require("zmqx")' } = {}) {
    const source = before + report(loading);
    const { stdout, stderr } = installed.run("load.cjs", source, environment);
    assert.equal(stderr, "");
    return JSON.parse(stdout);
  }
  /** A program whose dynamic linker is `linker`, in what Node tells of itself. */
  function pretend(linker: string, glibc?: string) {
    const executable = join(installed.directory, "executable");
    writeFileSync(executable, `ELF ${linker}`);
    return `
      process.execPath = ${JSON.stringify(executable)};
      process.report.getReport = () => ({ header: { glibcVersionRuntime: ${JSON.stringify(glibc)} } });
    `;
  }

  test("`ZMQX_ADDON_PATH` comes before a build and a prebuilt addon", () => {
    place(prebuilt("zmqx.glibc.node"), broken());
    place(built, broken());
    const own = place(join(installed.directory, "own.node"));
    assert.deepEqual(load({ environment: { ZMQX_ADDON_PATH: "own.node" } }), [own]);
  });

  test("A build of this machine comes before a prebuilt addon", () => {
    place(prebuilt("zmqx.glibc.node"), broken());
    place(built);
    assert.deepEqual(load(), [built]);
  });

  for (const [libc, other] of [
    ["glibc", "musl"],
    ["musl", "glibc"],
  ] as const) {
    const linker = { glibc: "/lib64/ld-linux-x86-64.so.2", musl: "/lib/ld-musl-x86_64.so.1" }[libc];

    test(`A prebuilt addon is the one for ${libc} where the program is linked with it`, () => {
      const right = place(prebuilt(`zmqx.${libc}.node`));
      place(prebuilt(`zmqx.${other}.node`), broken());
      assert.deepEqual(load({ before: pretend(linker) }), [right]);
    });

    test(`A prebuilt addon is the one for ${libc} where only the report of the process tells`, () => {
      const right = place(prebuilt(`zmqx.${libc}.node`));
      place(prebuilt(`zmqx.${other}.node`), broken());
      const version = libc === "glibc" ? "2.36" : undefined;
      assert.deepEqual(load({ before: pretend("", version) }), [right]);
    });

    test(`A prebuilt addon for ${other} is not tried where ${libc} is wanted`, () => {
      place(prebuilt(`zmqx.${other}.node`));
      const said = load({ before: pretend(linker) });
      assert.deepEqual([said.name, said.code, said.libc], ["LoadError", "ERR_ZMQX_LOAD", libc]);
    });
  }

  test("A prebuilt addon lies beside a bundle too", () => {
    const copy = join(installed.directory, "bundle");
    mkdirSync(copy);
    const bundle = join(copy, "index.js");
    copyFileSync(join(installed.package, "lib", "index.js"), bundle);
    const right = place(join(copy, "prebuilds", host, `zmqx.${libcHere()}.node`));
    assert.deepEqual(load({ loading: `require(${JSON.stringify(bundle)})` }), [right]);
  });

  test("Without an addon, `LoadError` tells what was looked for, what is there, and what to type", () => {
    place(join(prebuilds, "darwin-arm64", "zmqx.node"));
    const { message, paths, ...said } = load();
    assert.deepEqual(said, {
      name: "LoadError",
      code: "ERR_ZMQX_LOAD",
      platform: process.platform,
      arch: process.arch,
      libc: libcHere(),
    });
    assert.equal(paths[0], built);
    assert.equal(paths[1], prebuilt(`zmqx.${libcHere()}.node`));
    for (const path of paths) assert.ok(message.includes(`"${path}"`), path);
    assert.match(
      message,
      new RegExp(`^Cannot find the addon of zmqx for ${host} with ${libcHere()}`),
    );
    assert.match(message, /Prebuilt here: darwin-arm64\/zmqx\.node/);
    assert.match(message, /"npx zmqx build"/);
    assert.match(message, /ZMQX_ADDON_PATH/);
  });

  test("Without any prebuilt addon, `LoadError` says so", () => {
    assert.ok(!existsSync(prebuilds) || readdirSync(prebuilds).length === 0);
    assert.match(load().message, /Prebuilt here: nothing/);
  });

  test("When the addon cannot be loaded, `LoadError` tells which one and why", () => {
    const path = place(prebuilt(`zmqx.${libcHere()}.node`), broken());
    const { message, paths, cause } = load();
    assert.deepEqual([paths, cause], [[path], "ERR_DLOPEN_FAILED"]);
    assert.ok(message.startsWith(`Cannot load the addon of zmqx from "${path}" for ${host}`));
    assert.match(message, /npx zmqx build/);
  });

  test("When ZMQX_ADDON_PATH names no file, `LoadError` tells its path", () => {
    place(prebuilt(`zmqx.${libcHere()}.node`));
    const wanted = join(installed.directory, "nowhere.node");
    const { paths, cause } = load({ environment: { ZMQX_ADDON_PATH: wanted } });
    assert.deepEqual([paths, cause], [[wanted], "MODULE_NOT_FOUND"]);
  });
});

function libcHere(): string {
  // biome-ignore lint/suspicious/noExplicitAny: the types leave the content open.
  const { header } = process.report.getReport() as any;
  return header.glibcVersionRuntime ? "glibc" : "musl";
}
