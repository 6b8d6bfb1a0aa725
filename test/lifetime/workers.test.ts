/*
 * Workers that end in numbers, at moments that nobody chose, and what they leave behind.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { Pull } from "zmqx";
import { assertEndedWell, printsWorkerErrors, runChild, transports } from "../harness.js";
import { absentAddress } from "../socket/peers.js";

const scene = JSON.stringify(new URL("./scene.js", import.meta.url));

test("L9: workers end one after the other, in all states and ways, and the process goes on", async () => {
  const ended = await runChild(`
    import { survive, workerEnds } from ${scene};
    import { states } from ${JSON.stringify(new URL("./states.js", import.meta.url))};
    for (let round = 0; round < 26; round++) {
      await survive(states[round % states.length].name, workerEnds[round % workerEnds.length]);
    }
    process.stdout.write("alive");
  `);
  assertEndedWell(ended);
  const stderr = printsWorkerErrors ? ended.stderr : "";
  assert.deepEqual([ended.stdout, ended.stderr], ["alive", stderr]);
});

test("L9: 50 workers are terminated amid sends and receives, and the process goes on", async () => {
  const ended = await runChild(`
    import { Worker } from "node:worker_threads";
    import * as zmq from "zmqx";

    const inhabitant = \`
      const { workerData } = require("node:worker_threads");
      const zmq = require("zmqx");
      for (const [up, down] of workerData) {
        const push = new zmq.Push({ linger: 0, sendHighWaterMark: 20 });
        const pull = new zmq.Pull({ receiveHighWaterMark: 20 });
        push.connect(up);
        pull.connect(down);
        (async () => { for (;;) await push.send(["up", Buffer.alloc(20_000)]); })();
        (async () => { for await (const message of pull) await push.send(message); })();
      }
    \`;

    let received = 0;
    let arrived = () => undefined;
    const sockets = [];
    const endpoints = [];
    for (const address of ["tcp://127.0.0.1:*", "inproc://up"]) {
      const pull = new zmq.Pull({ receiveHighWaterMark: 20 });
      const push = new zmq.Push({ linger: 0, sendHighWaterMark: 20 });
      endpoints.push([await pull.bind(address), await push.bind(address.replace("up", "down"))]);
      (async () => { for await (const _ of pull) { received++; arrived(); } })();
      (async () => { for (;;) await push.send(["down", Buffer.alloc(20_000)]); })().catch(() => undefined);
      sockets.push(pull, push);
    }
    const more = async (count) => {
      const wanted = received + count;
      while (received < wanted) await new Promise((resolve) => (arrived = resolve));
    };

    const alive = [];
    for (let number = 0; number < 50; number++) {
      const options = { eval: true, execArgv: [], workerData: endpoints };
      alive.push(new Worker(inhabitant, options));
      await more(1 + (number * 7) % 23);
      if (alive.length > 3) await alive.splice((number * 5) % alive.length, 1)[0].terminate();
    }
    await Promise.all(alive.map((worker) => worker.terminate()));
    for (const socket of sockets) await socket.close();
    process.stdout.write("alive");
  `);
  assertEndedWell(ended);
  assert.deepEqual([ended.stdout, ended.stderr], ["alive", ""]);
});

describe("L9: ends amid a callback", () => {
  const sentences = {
    "process.exit()": ["process.exit(7)", 7],
    "an uncaught error": ["process.nextTick(() => { throw new Error('on purpose'); })", 1],
    "an unhandled rejection": ["throw new Error('on purpose')", 1],
  } as const;
  for (const [name, [statement, code]] of Object.entries(sentences)) {
    const source = `
      const { Pair } = require("zmqx");
      const [a, b] = [new Pair(), new Pair()];
      a.connect(b.bindSync("tcp://127.0.0.1:*"));
      b.receive().then(() => { b.receive(); ${statement}; });
      setImmediate(() => a.send("now"));
    `;
    test(`L9: ${name} amid a callback of a socket ends the process in order`, async () => {
      const ended = await runChild(
        `import { createRequire } from "node:module";
        const require = createRequire(process.cwd() + "/index.js"); ${source}`,
      );
      assert.deepEqual([ended.code, ended.signal], [code, null], ended.stderr);
    });

    test(`L9: ${name} amid a callback of a socket ends a worker in order`, async () => {
      const ended = await runChild(`
        import { Worker } from "node:worker_threads";
        const worker = new Worker(${JSON.stringify(source)}, { eval: true, execArgv: [] });
        worker.on("error", (error) => process.stdout.write(error.message + " "));
        worker.on("exit", (code) => process.stdout.write(String(code)));
      `);
      assertEndedWell(ended);
      assert.equal(ended.stdout, code === 7 ? "7" : "on purpose 1");
    });
  }
});

describe("L9: messages of a worker that is gone", () => {
  const ways = { "a natural end": "", "process.exit()": "process.exit();", terminate: "" };
  for (const [way, statement] of Object.entries(ways)) {
    for (const transport of transports) {
      test(`L9: what a worker sent over ${transport} is delivered after its end by ${way}`, async () => {
        const endpoint = await absentAddress(transport);
        const worker = new Worker(
          `const { parentPort, workerData } = require("node:worker_threads");
          const { Push } = require("zmqx");
          const push = new Push({ linger: 60_000 });
          push.connect(workerData);
          for (let count = 0; count < 50; count++) push.send(Buffer.alloc(100_000, count));
          if (${way === "terminate"}) parentPort.on("message", () => undefined);
          parentPort.postMessage("sent");
          ${statement}`,
          { eval: true, workerData: endpoint },
        );
        worker.on("message", () => way === "terminate" && worker.terminate());
        await new Promise((resolve) => worker.on("exit", resolve));
        const pull = new Pull();
        await pull.bind(endpoint);
        for (let count = 0; count < 50; count++) {
          const [message] = await pull.receive();
          assert.ok(message?.equals(Buffer.alloc(100_000, count)), `message ${count}`);
        }
        await pull.close();
      });
    }
  }
});

test("L9: what a worker received and posted is whole after its end", async () => {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
    const { Pair } = require("zmqx");
    (async () => {
      const [a, b] = [new Pair(), new Pair()];
      a.connect(await b.bind("tcp://127.0.0.1:*"));
      for (const size of [10, 5_000, 100_000, 1_000_000]) await a.send(Buffer.alloc(size, size));
      for (let count = 0; count < 4; count++) parentPort.postMessage((await b.receive())[0]);
      process.exit();
    })();`,
    { eval: true },
  );
  const received: Uint8Array[] = [];
  worker.on("message", (bytes) => received.push(bytes));
  await new Promise((resolve) => worker.on("exit", resolve));
  const sizes = [10, 5_000, 100_000, 1_000_000];
  assert.deepEqual(
    received.map((bytes) => bytes.length),
    sizes,
  );
  for (const bytes of received) {
    assert.ok(Buffer.alloc(bytes.length, bytes.length).equals(bytes), `${bytes.length} bytes`);
  }
});
