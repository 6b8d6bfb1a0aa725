/*
 * Several copies of the package in one process: both entries, other directories, and other files of
 * the addon. What test runners do to one copy is in test/lifetime/loading.test.ts.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, runChild } from "../harness.js";

const preamble = `
  import assert from "node:assert/strict";
  import { once } from "node:events";
  import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
  import { createRequire } from "node:module";
  import { tmpdir } from "node:os";
  import { join } from "node:path";
  import { Worker } from "node:worker_threads";
  const require = createRequire(join(process.cwd(), "index.js"));
  const here = require("zmqx");
  const addon = Object.keys(require.cache).find((file) => file.endsWith(".node"));
  const directory = mkdtempSync(join(tmpdir(), "zmqx-copies-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

  /** Another copy of the JavaScript, and of the addon unless it is to share it. */
  function copy(shared) {
    const lib = join(directory, "lib");
    mkdirSync(lib);
    const file = join(lib, "index.js");
    copyFileSync("lib/index.js", file);
    const other = join(directory, "other.node");
    if (!shared) copyFileSync(addon, other);
    process.env.ZMQX_ADDON_PATH = shared ? addon : other;
    return file;
  }
  async function exchange(one, other) {
    const [push, pull] = [new one.Push(), new other.Pull()];
    push.connect(await pull.bind("tcp://127.0.0.1:*"));
    await push.send(["hello", Buffer.alloc(100_000, 1)]);
    assert.deepEqual((await pull.receive())[1], Buffer.alloc(100_000, 1));
    await Promise.all([push.close(), pull.close()]);
  }
`;

async function ends(body: string): Promise<void> {
  const ended = await runChild(`${preamble}\n${body}`);
  assertEndedWell(ended);
  assert.deepEqual([ended.stdout, ended.stderr], ["", ""]);
}

test("The CommonJS and the ES module entry give the same classes in one process", () =>
  ends(`
    const imported = await import("zmqx");
    assert.equal(imported.Push, here.Push);
    assert.equal(imported.default, here);
    await exchange(here, imported);
  `));

for (const shared of [true, false]) {
  const which = shared ? "the same addon file" : "addon files of their own";

  test(`Two copies of the package with ${which} work in one process, each with its own classes`, () =>
    ends(`
      const there = require(copy(${shared}));
      const addons = Object.keys(require.cache).filter((file) => file.endsWith(".node"));
      assert.equal(addons.length, ${shared ? 1 : 2});
      await exchange(here, there);
      await exchange(there, here);
      const socket = new there.Push();
      assert.ok(socket instanceof there.Push);
      assert.ok(!(socket instanceof here.Push));
      await socket.close();
    `));

  test(`Two copies of the package with ${which} work in the main thread and a worker at once`, () =>
    ends(`
      const file = copy(${shared});
      const body = \`
        const { parentPort, workerData } = require("node:worker_threads");
        const zmq = require(workerData);
        const pull = new zmq.Pull();
        (async () => {
          parentPort.postMessage(await pull.bind("tcp://127.0.0.1:*"));
          parentPort.postMessage(String((await pull.receive())[0]));
          await pull.close();
        })();
      \`;
      const worker = new Worker(body, { eval: true, execArgv: [], workerData: file });
      const exited = once(worker, "exit");
      const [address] = await once(worker, "message");
      const push = new here.Push();
      push.connect(address);
      const received = once(worker, "message");
      await push.send("to the worker");
      assert.deepEqual(await received, ["to the worker"]);
      await Promise.all([push.close(), exited]);
      await exchange(here, require(file));
    `));
}
