/*
 * Loading the package more than once, in other realms, and in workers only.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, runChild } from "../harness.js";

const preamble = `
  import assert from "node:assert/strict";
  import { once } from "node:events";
  import { createRequire } from "node:module";
  import { join } from "node:path";
  import { Worker } from "node:worker_threads";
  const require = createRequire(join(process.cwd(), "index.js"));

  /** Loads zmqx afresh. Without "addon", its JavaScript only. */
  function reload(addon) {
    for (const file of Object.keys(require.cache)) {
      if (addon || !file.endsWith(".node")) delete require.cache[file];
    }
    return require("zmqx");
  }
  async function exchange(one, other, address) {
    const [push, pull] = [new one.Push(), new other.Pull()];
    const received = pull.receive();
    push.connect(await pull.bind(address));
    await push.send(["hello", Buffer.alloc(100_000, 1)]);
    assert.deepEqual((await received)[1], Buffer.alloc(100_000, 1));
    await Promise.all([push.close(), pull.close()]);
  }
`;

async function loaded(body: string, stdout = ""): Promise<void> {
  const ended = await runChild(`${preamble}\n${body}`);
  assertEndedWell(ended);
  assert.deepEqual([ended.stdout, ended.stderr], [stdout, ""]);
}

for (const [what, addon] of [
  ["The package", true],
  ["The JavaScript of the package", false],
] as const) {
  test(`${what} can be loaded many times in one process`, () =>
    loaded(`
      const versions = [];
      for (let count = 0; count < 5; count++) versions.push(reload(${addon}));
      assert.notEqual(versions[0].Push, versions[1].Push);
      for (const [index, one] of versions.entries()) {
        const other = versions[(index + 1) % versions.length];
        for (const address of ["tcp://127.0.0.1:*", "inproc://several"]) {
          await exchange(one, other, address);
        }
        assert.equal(one.context.token, other.context.token);
      }
    `));

  test(`${what} can be loaded twice, and the process ends while both have something open`, () =>
    loaded(`
      const kept = [];
      for (let count = 0; count < 3; count++) {
        const { Dealer, Proxy, Pull, Push, Router } = reload(${addon});
        const pull = new Pull();
        await pull.bind("tcp://127.0.0.1:*");
        const proxy = new Proxy(new Router(), new Dealer());
        await proxy.frontEnd.bind("tcp://127.0.0.1:*");
        await proxy.backEnd.bind("tcp://127.0.0.1:*");
        kept.push(pull.receive(), proxy.run(), new Push().send("for nobody"));
      }
      process.exit();
    `));
}

test("A context is shared by all copies of the package, and ends for all", () =>
  loaded(`
    const [one, other] = [reload(true), reload(true)];
    const context = new one.Context();
    const attached = other.Context.attach(context.token);
    const pull = new other.Pull({ context: attached });
    const rejected = assert.rejects(pull.receive(), other.ContextTerminatedError);
    assert.throws(() => new one.Pull({ context: attached }), TypeError);
    await context.terminate();
    await rejected;
  `));

test("The package works in another realm, with what comes from there and from here", () =>
  loaded(`
    import { readFileSync } from "node:fs";
    import { dirname } from "node:path";
    import { compileFunction, createContext, runInContext } from "node:vm";

    // What test runners do that give each file a realm of its own.
    function loadIn(realm) {
      const modules = new Map();
      const load = (file) => {
        if (file.endsWith(".node")) return require(file);
        const known = modules.get(file);
        if (known) return known.exports;
        const module = { exports: {} };
        modules.set(file, module);
        const resolver = createRequire(file);
        const inner = (name) => {
          const found = resolver.resolve(name);
          return found.startsWith(join(process.cwd(), "lib")) ? load(found) : require(found);
        };
        const names = ["exports", "require", "module", "__filename", "__dirname"];
        const body = compileFunction(readFileSync(file, "utf8"), names, { parsingContext: realm });
        body(module.exports, inner, module, file, dirname(file));
        return module.exports;
      };
      return load(join(process.cwd(), "lib", "index.js"));
    }
    const globals = { process, console, Buffer, setImmediate, setTimeout, clearTimeout, AbortController };
    const here = require("zmqx");
    for (let count = 0; count < 3; count++) {
      const realm = createContext({ ...globals });
      const there = loadIn(realm);
      assert.notEqual(there.Push, here.Push);
      await exchange(here, there, "tcp://127.0.0.1:*");
      await exchange(there, here, "inproc://realms");
      const [push, pull] = [new there.Push(), new there.Pull()];
      push.connect(await pull.bind("inproc://bytes"));
      await push.send([runInContext("new Uint8Array([1, 2, 3])", realm), new Uint8Array([4])]);
      const parts = Array.from(await pull.receive(), (part) => [...part]);
      assert.deepEqual(parts, [[1, 2, 3], [4]]);
      await assert.rejects(push.send(runInContext("({})", realm)), (error) => {
        assert.ok(error instanceof runInContext("TypeError", realm));
        return true;
      });
      await assert.rejects(pull.receive({ timeout: 0 }), { code: "EAGAIN" });
      await Promise.all([push.close(), pull.close()]);
    }
  `));

const workers = `
  /** Starts a worker that loads the package, and closes what it opens if it is to be tidy. */
  function start(tidy) {
    const body = \`
      const { parentPort, workerData: tidy } = require("node:worker_threads");
      const { Pull, Push } = require("zmqx");
      (async () => {
        const [push, pull] = [new Push({ linger: 100 }), new Pull()];
        push.connect(await pull.bind("tcp://127.0.0.1:*"));
        await push.send("round");
        parentPort.postMessage(String(await pull.receive()));
        for (let count = 0; count < 10; count++) await push.send(Buffer.alloc(100_000));
        pull.unref();
        if (tidy) return Promise.all([pull.close(), push.close()]);
        for await (const _ of pull);
      })();
    \`;
    const worker = new Worker(body, { eval: true, execArgv: [], workerData: tidy });
    return { worker, spoke: once(worker, "message"), ended: once(worker, "exit") };
  }
`;

test("The package can be loaded in workers only, and the process goes on after them", () =>
  loaded(
    `
    ${workers}
    for (const tidy of [true, false, true, false]) {
      const { worker, spoke, ended } = start(tidy);
      assert.deepEqual(await spoke, ["round"]);
      if (!tidy) worker.terminate();
      await ended;
    }
    console.log("alive");
    const zmq = require("zmqx");
    await exchange(zmq, zmq, "tcp://127.0.0.1:*");
  `,
    "alive\n",
  ));

for (const way of ["process.exit();", "worker.unref();"]) {
  test(`The process ends with \`${way}\` while only a worker has loaded the package`, () =>
    loaded(`
      ${workers}
      const { worker, spoke } = start(false);
      await spoke;
      ${way}
    `));
}

test("Threads can load and unload the package at the same time", () =>
  loaded(`
    ${workers}
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 6 }, async (_, index) => {
        const { worker, spoke, ended } = start(index % 2 === 0);
        await spoke;
        if (index % 3 === 0) worker.terminate();
        const [code] = await ended;
        assert.ok(code === 0 || index % 3 === 0);
      }));
    }
  `));
