/*
 * Contexts and processes: forked children, and signals.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, runChild } from "../harness.js";

test("L3: a forked process has a context of its own, and talks to its parent over ipc", async () => {
  const ended = await runChild(`
    import assert from "node:assert/strict";
    import { fork } from "node:child_process";
    import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { join } from "node:path";
    import { Pair, Reply } from "zmqx";

    const directory = mkdtempSync(join(tmpdir(), "zmqx-"));
    const reply = new Reply();
    const endpoint = await reply.bind("ipc://" + join(directory, "socket"));
    const own = new Pair();
    await own.bind("inproc://own");
    // In use while the process forks.
    const waits = own.receive();

    const program = join(directory, "child.cjs");
    writeFileSync(program, \`
      const { createRequire } = require("node:module");
      const { Pair, Request } = createRequire(process.argv[2])("zmqx");
      (async () => {
        const pair = new Pair({ immediate: true });
        pair.connect("inproc://own");
        pair.unref();
        void pair.send("must not arrive").catch(() => undefined);
        const request = new Request();
        request.connect(process.argv[3]);
        await request.send("from the child");
        process.send(String(await request.receive()));
        await request.close();
      })();
    \`);
    const child = fork(program, [join(process.cwd(), "index.js"), endpoint], { execArgv: [] });
    const [message, code] = [
      new Promise((resolve) => child.on("message", resolve)),
      new Promise((resolve) => child.on("exit", resolve)),
    ];
    assert.equal(String(await reply.receive()), "from the child");
    await reply.send("from the parent");
    assert.equal(await message, "from the parent");
    // Not by the child: Deno drops what it sent just before.
    child.disconnect();
    assert.equal(await code, 0);
    await assert.rejects(own.receive({ timeout: 0 }), { code: "EAGAIN" });
    own.close();
    await assert.rejects(waits, { name: "ClosedError" });
    await reply.close();
    rmSync(directory, { recursive: true });
  `);
  assertEndedWell(ended);
});

const pending = `
  import { once } from "node:events";
  import { Worker } from "node:worker_threads";
  import { Context, Dealer, Proxy, Pull, Push, Router } from "zmqx";
  const context = new Context();
  const [pull, push] = [new Pull({ context }), new Push({ context })];
  await pull.bind("tcp://127.0.0.1:*");
  const proxy = new Proxy(new Router({ context }), new Dealer({ context }));
  await proxy.frontEnd.bind("tcp://127.0.0.1:*");
  await proxy.backEnd.bind("tcp://127.0.0.1:*");
  const worker = new Worker(
    \`const { parentPort, workerData } = require("node:worker_threads");
    const { Context, Pull } = require("zmqx");
    const pull = new Pull({ context: Context.attach(workerData) });
    pull.receive().catch((error) => parentPort.postMessage(error.code));
    parentPort.postMessage("waiting");\`,
    { eval: true, execArgv: [], workerData: context.token },
  );
  await once(worker, "message");
  const aborted = new AbortController();
  const waiting = [
    pull.receive({ signal: aborted.signal }),
    pull.receive(),
    push.send("for nobody"),
    proxy.run(),
    once(worker, "message"),
  ];
`;

test("L13: a handler of SIGINT runs while operations wait, and can end them all", async () => {
  const ended = await runChild(`
    ${pending}
    process.on("SIGINT", async () => {
      aborted.abort();
      await waiting[0].catch((error) => console.log(error.name));
      context.shutdown();
      const results = await Promise.allSettled(waiting.slice(1));
      console.log(...results.map(({ reason, value }) => reason?.code ?? String(value)));
      await context.terminate();
      console.log("ended");
    });
    process.kill(process.pid, "SIGINT");
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "AbortError\nETERM ETERM ETERM ETERM\nended\n");
});

test("L13: SIGINT ends a process that has no handler while operations wait", async () => {
  const ended = await runChild(`${pending} process.kill(process.pid, "SIGINT");`);
  assert.deepEqual(ended, { code: null, signal: "SIGINT", stdout: "", stderr: "" });
});
