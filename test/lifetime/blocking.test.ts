/*
 * Threads that block in receiveSync() or sendSync(), and everything that ends them.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Context, Pair, Pull, Push } from "zmqx";
import { play } from "../context/thread.js";
import {
  assertEndedWell,
  freshAddress,
  printsWorkerErrors,
  runChild,
  type Transport,
} from "../harness.js";

/** What blocks for ever, on a socket that is bound to `data.endpoint`. */
const calls = {
  "receiveSync()": "new zmq.Pull({ context })|receiveSync()",
  "sendSync()": 'new zmq.Push({ context })|sendSync("for nobody")',
} as const;

function blocking(call: keyof typeof calls): string {
  const [socket, action] = calls[call].split("|");
  return `const socket = ${socket};
    socket.bindSync(data.endpoint);
    post("blocks");
    socket.${action};`;
}

const transports: Transport[] = ["tcp", "inproc"];

for (const call of Object.keys(calls) as (keyof typeof calls)[]) {
  for (const end of ["shutdown", "terminate"] as const) {
    test(`L7: \`${end}()\` ends a worker's \`${call}\` with ContextTerminatedError`, async () => {
      for (let round = 0; round < 10; round++) {
        const context = new Context();
        const data = { token: context.token, endpoint: freshAddress("inproc") };
        const { next, ended } = play(
          `const context = zmq.Context.attach(data.token);
          try {
            ${blocking(call)}
          } catch (error) {
            post([error.name, error.code, socket?.closed]);
          }`.replace("const socket", "var socket"),
          data,
        );
        assert.equal(await next(), "blocks");
        const terminated = context[end]();
        assert.deepEqual(await next(), ["ContextTerminatedError", "ETERM", true]);
        assert.equal(await ended, 0);
        await terminated;
        await context.terminate();
      }
    });
  }

  for (const transport of transports) {
    test(`L9: \`terminate()\` ends a worker in \`${call}\`, the process goes on (${transport})`, async () => {
      const ended = await runChild(
        `import { Worker } from "node:worker_threads";
        import { Pair } from "zmqx";
        const source = ${JSON.stringify(workerSource(blocking(call)))};
        const [a, b] = [new Pair(), new Pair()];
        a.connect(await b.bind("tcp://127.0.0.1:*"));
        const codes = [];
        for (let round = 0; round < 10; round++) {
          const endpoint = process.argv.at(-1).replace("ROUND", round);
          const worker = new Worker(source, { eval: true, execArgv: [], workerData: { endpoint } });
          await new Promise((resolve) => worker.once("message", resolve));
          // What this thread does goes on meanwhile.
          await a.send("still here");
          await b.receive();
          codes.push(await worker.terminate());
        }
        await Promise.all([a.close(), b.close()]);
        process.stdout.write(codes.join());`,
        { args: [transport === "inproc" ? "inproc://blocked-ROUND" : freshAddress(transport)] },
      );
      assertEndedWell(ended);
      assert.equal(ended.stdout, Array(10).fill("1").join());
      if (!printsWorkerErrors) assert.equal(ended.stderr, "");
    });
  }

  for (const [way, statement] of Object.entries({
    "process.exit()": "process.exit(7);",
    "its natural end": "worker.unref(); process.exitCode = 7;",
    "an uncaught error": "throw new Error('on purpose');",
  })) {
    test(`L12: the process ends by ${way} while a worker is in \`${call}\``, async () => {
      const ended = await runChild(
        `import { Worker } from "node:worker_threads";
        const source = ${JSON.stringify(workerSource(blocking(call)))};
        const workerData = { endpoint: "tcp://127.0.0.1:*" };
        const worker = new Worker(source, { eval: true, execArgv: [], workerData });
        worker.once("message", () => { ${statement} });`,
      );
      const code = way === "an uncaught error" ? 1 : 7;
      assert.deepEqual({ code: ended.code, signal: ended.signal }, { code, signal: null });
      if (code === 7 && !printsWorkerErrors) assert.equal(ended.stderr, "");
    });
  }
}

/** The text of a worker that runs `body` in the default context. */
function workerSource(body: string): string {
  return `const { parentPort, workerData: data } = require("node:worker_threads");
    const zmq = require("zmqx");
    const post = (value) => parentPort.postMessage(value);
    const context = undefined;
    ${body}`;
}

test("L9: a worker that ends by itself after blocking leaves its messages to be delivered", async () => {
  const pull = new Pull();
  const endpoint = await pull.bind(freshAddress("tcp"));
  const { ended } = play(
    `const push = new zmq.Push();
    push.connect(data);
    for (let count = 0; count < 100; count++) push.sendSync(String(count));
    process.exit();`,
    endpoint,
  );
  for (let count = 0; count < 100; count++) assert.equal(String(await pull.receive()), `${count}`);
  assert.equal(await ended, 0);
  await pull.close();
});

test("L13: a signal does not end `receiveSync()`", async () => {
  const ended = await runChild(
    `import { Worker } from "node:worker_threads";
    import { Pull } from "zmqx";
    let signals = 0;
    process.on("SIGUSR2", () => signals++);
    const pull = new Pull({ allowBlocking: true });
    const endpoint = await pull.bind("tcp://127.0.0.1:*");
    const source = \`
      const { Push } = require("zmqx");
      const push = new Push();
      push.connect(require("node:worker_threads").workerData);
      for (let count = 0; count < 20; count++) {
        process.kill(process.pid, "SIGUSR2");
        push.sendSync(String(count));
      }
      push.close();\`;
    const worker = new Worker(source, { eval: true, execArgv: [], workerData: endpoint });
    const texts = [];
    while (texts.length < 20) texts.push(String(pull.receiveSync()));
    while (signals === 0) await new Promise(setImmediate);
    await pull.close();
    process.stdout.write(texts.join());`,
  );
  assertEndedWell(ended);
  assert.equal(ended.stdout, Array.from({ length: 20 }, (_, number) => number).join());
});

test("a worker that blocks goes on with what its other sockets got meanwhile", async () => {
  const [push, pair] = [new Push(), new Pair()];
  const { next, ended } = play(
    `const [blocks, waits] = [new zmq.Pull(), new zmq.Pair()];
    const received = waits.receive();
    post(await blocks.bind("tcp://127.0.0.1:*"));
    post(await waits.bind("tcp://127.0.0.1:*"));
    blocks.receiveSync();
    await waits.send(await received);
    await Promise.all([blocks.close(), waits.close()]);`,
  );
  const endpoints = [await next(), await next()] as [string, string];
  pair.connect(endpoints[1]);
  await pair.send("meanwhile");
  push.connect(endpoints[0]);
  await push.send("go on");
  assert.equal(String(await pair.receive()), "meanwhile");
  assert.equal(await ended, 0);
  await Promise.all([push.close(), pair.close()]);
});
