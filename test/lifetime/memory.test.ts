/*
 * The memory of received messages: whole for as long as they are referred to, free afterwards.
 */

import { test } from "node:test";
import { assertEndedWell, collector, runChild, transports } from "../harness.js";

const preamble = `${collector}
  import assert from "node:assert/strict";
  import { setImmediate as turn } from "node:timers/promises";
  import { Context, Pull, Push } from "zmqx";

  const transport = process.argv.at(-1);
  const address = {
    tcp: "tcp://127.0.0.1:*",
    ipc: "ipc://*",
    inproc: "inproc://memory",
  }[transport];
  const context = new Context();
  const [push, pull] = [new Push({ context }), new Pull({ context })];
  push.connect(await pull.bind(address));
`;

for (const transport of transports) {
  test(`Large messages over ${transport} outlive their socket and context, and are freed`, async () => {
    const ended = await runChild(
      `${preamble}
      const external = () => process.memoryUsage().external;
      const before = external();
      const kept = [];
      for (let count = 0; count < 30; count++) {
        await push.send(Buffer.alloc(1_000_000, count));
        kept.push(...(await pull.receive()));
      }
      await Promise.all([push.close(), pull.close()]);
      await context.terminate();
      gc();
      await turn();
      assert.ok(external() - before > 25_000_000, "the collector knows the size of what is kept");
      for (const [count, bytes] of kept.entries()) {
        assert.ok(bytes.equals(Buffer.alloc(1_000_000, count)), "message " + count);
        bytes.fill(0);
      }
      kept.length = 0;
      const deadline = Date.now() + 30_000;
      while (external() - before > 5_000_000) {
        assert.ok(Date.now() < deadline, "Gave up waiting for the memory to be freed");
        gc();
        await turn();
      }
    `,
      { args: [transport] },
    );
    assertEndedWell(ended);
  });

  test(`Messages over ${transport} that are dropped do not pile up`, async () => {
    const ended = await runChild(
      `${preamble}
      const bytes = Buffer.alloc(1_000_000);
      let most = 0;
      for (let count = 0; count < 1100; count++) {
        await push.send(bytes);
        await pull.receive();
        if (count % 10 === 0) most = Math.max(most, process.memoryUsage().rss);
      }
      await Promise.all([push.close(), pull.close()]);
      assert.ok(most < 900_000_000, "the process grew to " + most + " bytes");
    `,
      { args: [transport] },
    );
    assertEndedWell(ended);
  });

  test(`Messages over ${transport} that pass in one turn of the event loop do not pile up`, async () => {
    const ended = await runChild(
      `${preamble}
      pull.allowBlocking = true;
      let most = 0;
      for (let count = 0; count < 15_000; count++) {
        assert.ok(push.trySend(Buffer.alloc(100_000)));
        pull.receiveSync();
        if (count % 100 === 0) most = Math.max(most, process.memoryUsage().rss);
      }
      await Promise.all([push.close(), pull.close()]);
      // Of three gigabytes that pass through the process, with what sanitizers add to memory.
      assert.ok(most < 1_500_000_000, "the process grew to " + most + " bytes");
    `,
      { args: [transport] },
    );
    assertEndedWell(ended);
  });

  test(`A few small messages over ${transport} that are kept do not pin the many others`, async () => {
    const ended = await runChild(
      `${preamble}
      const kept = [];
      gc();
      const before = process.memoryUsage().rss;
      for (let count = 0; count < 800; count++) {
        for (let number = 0; number < 100; number++) await push.send(Buffer.alloc(1000));
        for (let number = 0; number < 100; number++) {
          const [bytes] = await pull.receive();
          if (number === 0) kept.push(bytes);
        }
      }
      gc();
      const grown = process.memoryUsage().rss - before;
      const buffers = new Set(kept.map((bytes) => bytes.buffer));
      const referred = [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
      // Each may pin 8 KiB. Had they pinned the memory that they came in, it were all 80 MB.
      assert.ok(referred <= 800 * 8192, "what is kept refers to " + referred + " bytes");
      // The sanitizer's runtime keeps what was freed for a while.
      const sanitized = process.env.ASAN_OPTIONS !== undefined;
      assert.ok(sanitized || grown < 50_000_000, "the process grew by " + grown + " bytes");
      for (const bytes of kept) assert.equal(bytes.length, 1000);
      await Promise.all([push.close(), pull.close()]);
    `,
      { args: [transport] },
    );
    assertEndedWell(ended);
  });
}
