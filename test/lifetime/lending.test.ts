/*
 * Long messages, whose bytes libzmq reads in place: until they are sent, the process ends, or the
 * worker that sent them is gone.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pull, Push } from "zmqx";
import { assertEndedWell, collector, freshAddress, link, runChild } from "../harness.js";
import { absentAddress, wires } from "../socket/peers.js";

const size = 5_000_000;

for (const transport of wires) {
  for (const [ending, code] of [
    ["ends", ""],
    ["calls process.exit()", "process.exit();"],
    ["closes its socket and ends", "push.close();"],
  ] as const) {
    test(`Long messages arrive whole from a process that ${ending} (${transport})`, async () => {
      using pull = new Pull();
      const address = await pull.bind(freshAddress(transport));
      const child = runChild(
        `
          import { Push } from "zmqx";
          const push = new Push({ linger: 10000 });
          push.connect(process.argv[1]);
          for (let count = 0; count < 4; count++) await push.send(Buffer.alloc(${size}, count));
          ${code}
        `,
        { args: [address] },
      );
      for (let count = 0; count < 4; count++) {
        const [bytes] = (await pull.receive()) as [Buffer];
        assert.ok(bytes.equals(Buffer.alloc(size, count)));
      }
      assertEndedWell(await child);
    });
  }

  test(`Bytes that a program wants to transfer stay with libzmq until sent (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    for (let count = 0; count < 4; count++) {
      const bytes = Buffer.from(new ArrayBuffer(size)).fill(count);
      await push.send(bytes);
      try {
        structuredClone(bytes, { transfer: [bytes.buffer] });
      } catch {
        // Some runtimes refuse, others copy.
      }
      assert.ok((await pull.receive())[0]?.equals(Buffer.alloc(size, count)));
    }
  });

  test(`Long messages of a worker that is terminated do no harm (${transport})`, async () => {
    using pull = new Pull();
    const address = await pull.bind(freshAddress(transport));
    const child = runChild(
      `
        import { once } from "node:events";
        import { Worker } from "node:worker_threads";
        for (let round = 0; round < 5; round++) {
          const worker = new Worker(\`
            const { parentPort } = require("node:worker_threads");
            const { Push } = require("zmqx");
            const push = new Push({ linger: 10000 });
            push.connect("\${process.argv[1]}");
            (async () => {
              for (let count = 0; count < 10; count++) await push.send(Buffer.alloc(${size}, count));
              parentPort.postMessage("sent");
              setInterval(() => undefined, 1000);
            })();
          \`, { eval: true, execArgv: [] });
          await once(worker, "message");
          await worker.terminate();
        }
      `,
      { args: [address] },
    );
    for (let count = 0; count < 50; count++) {
      const [bytes] = (await pull.receive()) as [Buffer];
      assert.ok(bytes.equals(Buffer.alloc(size, bytes[0])));
    }
    assertEndedWell(await child);
  });
}

const vanishing = {
  "that shrinks": `
    const bytes = new Uint8Array(new ArrayBuffer(size, { maxByteLength: size }));
    return [bytes, () => bytes.buffer.resize(0)];
  `,
  "of WebAssembly that grows and is forgotten": `
    const wasm = new WebAssembly.Memory({ initial: 80, maximum: 160 });
    return [new Uint8Array(wasm.buffer, 0, size), () => wasm.grow(1)];
  `,
};

for (const transport of wires) {
  for (const [name, make] of Object.entries(vanishing)) {
    test(`Memory ${name} after \`send()\` arrives as it was (${transport})`, async () => {
      const child = await runChild(
        `
          ${collector}
          import { setImmediate as turn } from "node:timers/promises";
          import { Pull, Push } from "zmqx";
          const size = ${size};
          function make() {
            ${make}
          }
          const push = new Push({ reconnectInterval: 10 });
          push.connect(process.argv[1]);
          let tracker;
          const sends = [
            (bytes) => push.send(bytes),
            (bytes) => push.send(["", bytes.buffer]),
            async (bytes) => {
              tracker = await push.sendTracked(bytes);
            },
            (bytes) => push.trySend(bytes),
            (bytes) => push.sendMany(["", bytes]),
          ];
          async function sendAll() {
            for (const send of sends) {
              const [bytes, change] = make();
              await send(bytes.fill(1));
              change();
            }
          }
          await sendAll();
          for (let round = 0; round < 10; round++) {
            gc();
            await turn();
          }
          const pull = new Pull();
          await pull.bind(process.argv[1]);
          let received = 0;
          for (let count = 0; count < sends.length + 1; count++) {
            const long = (await pull.receive()).at(-1).subarray(0, size);
            if (long.length > 0 && long.equals(Buffer.alloc(size, 1))) received++;
          }
          await tracker.done;
          console.log(received);
          process.exit();
        `,
        { args: [await absentAddress(transport)] },
      );
      assertEndedWell(child);
      assert.equal(child.stdout, "5\n");
    });
  }
}

for (const ending of ["", "push.close();", "process.exit();", "push.close(); process.exit();"]) {
  test(`Long messages for nobody do not keep a process, which ends as it wants: "${ending}"`, async () => {
    const ended = await runChild(`
      import { Push } from "zmqx";
      process.exitCode = 7;
      const push = new Push({ linger: -1, reconnectInterval: 10 });
      push.connect("tcp://127.0.0.1:1");
      for (let count = 0; count < 10; count++) await push.send(Buffer.alloc(${size}));
      ${ending}
    `);
    assert.deepEqual({ code: ended.code, signal: ended.signal }, { code: 7, signal: null });
  });
}

const workers = {
  waits: "setInterval(() => undefined, 1000);",
  blocks: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
  receives: "(async () => { for await (const [bytes] of pull) bytes.fill(0); })();",
};

const ends = {
  "calls process.exit()": "process.exit();",
  "closes its socket and calls process.exit()": "push.close(); process.exit();",
  "terminates the worker": "await worker.terminate(); await tracker.done; push.close();",
};

for (const [what, task] of Object.entries(workers)) {
  for (const [ending, code] of Object.entries(ends)) {
    // Not every runtime can terminate one that blocks.
    if (what === "blocks" && ending === "terminates the worker") continue;
    test(`Long messages for a worker that ${what} do no harm when the program ${ending}`, async () => {
      const child = await runChild(`
        import { once } from "node:events";
        import { Worker } from "node:worker_threads";
        import { Push } from "zmqx";
        const push = new Push();
        const address = await push.bind("inproc://long-messages");
        const worker = new Worker(\`
          const { parentPort } = require("node:worker_threads");
          const { Pull } = require("zmqx");
          const pull = new Pull();
          pull.connect("inproc://long-messages");
          parentPort.postMessage("connected");
          parentPort.once("message", () => {
            ${task}
          });
        \`, { eval: true, execArgv: [] });
        await once(worker, "message");
        worker.postMessage("start");
        for (let count = 0; count < 20; count++) await push.send(Buffer.alloc(${size}, count));
        const tracker = await push.sendTracked(Buffer.alloc(${size}));
        ${code}
      `);
      assertEndedWell(child);
    });
  }
}

test("`sendTracked()` resolves its tracker when the message is dropped", async () => {
  using push = new Push();
  push.connect("tcp://127.0.0.1:1");
  const { done } = await push.sendTracked(Buffer.alloc(size));
  push.close({ linger: 0 });
  await done;
});

test("`done` of a tracker over inproc needs nobody who receives", async () => {
  using push = new Push();
  push.connect(freshAddress("inproc"));
  const { done } = await push.sendTracked(Buffer.alloc(size));
  await done;
});

test("Long messages of a Web Worker are copied, so that it can be terminated", {
  skip: !("Worker" in globalThis) && "this runtime has no Web Workers",
}, async () => {
  const child = await runChild(`
    import { Pull } from "zmqx";
    const pull = new Pull({ readAhead: 0 });
    await pull.bind("inproc://web-worker");
    const code = \`
      import { createRequire } from "node:module";
      const { Push } = createRequire("\${process.cwd()}/worker.mjs")("zmqx");
      const push = new Push();
      push.connect("inproc://web-worker");
      for (let count = 0; count < 5; count++) {
        const bytes = new Uint8Array(${size}).fill(count);
        await push.send(bytes);
        bytes.fill(255);
      }
      postMessage("sent");
    \`;
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    await new Promise((resolve, reject) => Object.assign(worker, { onmessage: resolve, onerror: reject }));
    worker.terminate();
    for (let count = 0; count < 5; count++) {
      const [bytes] = await pull.receive();
      if (!bytes.equals(new Uint8Array(${size}).fill(count))) throw new Error("They have changed");
    }
    console.log("received");
    process.exit();
  `);
  assertEndedWell(child);
  assert.equal(child.stdout, "received\n");
});

test("`done` of a tracker keeps the process alive", async () => {
  using pull = new Pull();
  const address = await pull.bind(freshAddress("tcp"));
  const child = runChild(
    `
      import { Push } from "zmqx";
      const push = new Push();
      push.connect(process.argv[1]);
      const tracker = await push.sendTracked(Buffer.alloc(${size}));
      await tracker.done;
      console.log("done");
    `,
    { args: [address] },
  );
  assert.equal((await pull.receive())[0]?.length, size);
  const ended = await child;
  assertEndedWell(ended);
  assert.equal(ended.stdout, "done\n");
});

const memories = {
  "memory of libzmq": "await pull.receive().then(([bytes]) => bytes)",
  "memory of WebAssembly": "new Uint8Array(wasm.buffer)",
  "shared memory": "new Uint8Array(new SharedArrayBuffer(131072))",
  "shared memory of WebAssembly": "new Uint8Array(sharedWasm.buffer)",
};

for (const [name, bytes] of Object.entries(memories)) {
  test(`\`send()\` of ${name} leaves it usable, and the process ends in order`, async () => {
    const ended = await runChild(`
      import { Pull, Push } from "zmqx";
      const [push, pull] = [new Push(), new Pull()];
      push.connect(await pull.bind("tcp://127.0.0.1:*"));
      const wasm = new WebAssembly.Memory({ initial: 2, maximum: 4 });
      const sharedWasm = new WebAssembly.Memory({ initial: 2, maximum: 4, shared: true });
      await push.send(Buffer.alloc(1_000_000));
      globalThis.kept = ${bytes};
      const { byteLength } = kept;
      for (let count = 0; count < 3; count++) {
        await push.send(kept);
        if ((await pull.receive())[0].length !== byteLength) await pull.receive();
      }
      wasm.grow(1);
      sharedWasm.grow(1);
      await Promise.all([push.close(), pull.close()]);
    `);
    assert.equal(ended.stderr, "");
    assertEndedWell(ended);
  });
}
