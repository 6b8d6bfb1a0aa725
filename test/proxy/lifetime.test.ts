/*
 * Proxies that are running when their thread or process ends.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, runChild } from "../harness.js";

const states: Record<string, string> = {
  idle: "",
  paused: "proxy.pause();",
  busy: `
    const push = new Push({ linger: 0 });
    const pull = new Pull();
    push.connect(front);
    pull.connect(back);
    const flood = async () => { for (;;) await push.send(Buffer.alloc(3000)); };
    flood().catch(() => undefined);
    await pull.receive();
    const drain = async () => { for await (const _ of pull); };
    drain().catch(() => undefined);`,
  "blocked at its high-water mark": `
    const push = new Push({ linger: 0, sendHighWaterMark: 1 });
    push.connect(front);
    await push.send("1");
    push.send("2").catch(() => undefined);
    push.send("3").catch(() => undefined);`,
};

const steps = (state: string): string => `
  const proxy = new Proxy(new Pull({ linger: 0 }), new Push({ linger: 0, sendHighWaterMark: 1 }));
  const front = await proxy.frontEnd.bind("tcp://127.0.0.1:*");
  const back = await proxy.backEnd.bind("tcp://127.0.0.1:*");
  proxy.run();
  ${state}`;

for (const [name, state] of Object.entries(states)) {
  test(`E14: Proxy: a worker may be terminated while it has one, ${name}`, async () => {
    const ended = await runChild(`
      import { once } from "node:events";
      import { Worker } from "node:worker_threads";
      import { Pull } from "zmqx";

      const source = \`
        const { parentPort } = require("node:worker_threads");
        const { Proxy, Pull, Push } = require("zmqx");
        (async () => {
          ${steps(state)}
          parentPort.postMessage(front);
        })();
      \`;
      for (let round = 0; round < 5; round++) {
        const worker = new Worker(source, { eval: true, execArgv: [] });
        const [front] = await once(worker, "message");
        await worker.terminate();
        // Its endpoint is free: the sockets are closed, in the background.
        const pull = new Pull();
        for (;;) {
          const failure = await pull.bind(front).catch((error) => error);
          if (!(failure instanceof Error)) break;
          if (failure.code !== "EADDRINUSE") throw failure;
          await new Promise(setImmediate);
        }
        await pull.close();
      }
      console.log("done");
    `);
    assertEndedWell(ended);
    assert.equal(ended.stdout, "done\n");
  });

  test(`E14: Proxy: \`process.exit()\` ends the process while it has some, ${name}`, async () => {
    const ended = await runChild(`
      import { Proxy, Pull, Push } from "zmqx";

      for (let i = 0; i < 4; i++) {${steps(state)}
      }
      console.log("done");
      process.exit(0);
    `);
    assertEndedWell(ended);
    assert.equal(ended.stdout, "done\n");
  });
}

test("E14: Proxy: a running one keeps the process alive until it ends", async () => {
  const ended = await runChild(`
    import { Proxy, Pull, Push } from "zmqx";

    ${steps("")}
    setTimeout(() => {
      console.log("timer");
      proxy.terminate();
    }, 50).unref();
    process.on("exit", () => console.log("exit"));
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "timer\nexit\n");
});
