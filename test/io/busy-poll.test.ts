/*
 * busyPoll in a process of its own: what it does to a loop that has nothing else to do.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Push } from "zmqx";
import { assertEndedWell, freshAddress, runChild } from "../harness.js";

const counting = `
  let turns = 0;
  const { setImmediate } = globalThis;
  globalThis.setImmediate = (...call) => {
    turns++;
    return setImmediate(...call);
  };
`;

// Receives a message, polls for the next one, and tells in how many turns.
const polling = (busyPoll: number, prelude = "") => `
  import { Pull, Push } from "zmqx";
  ${prelude}
  ${counting}
  const [push, pull] = [new Push(), new Pull({ busyPoll: ${busyPoll} })];
  push.connect(await pull.bind("tcp://127.0.0.1:*"));
  const first = pull.receive();
  await push.send("first");
  await first;
  const before = turns;
  const second = pull.receive();
  // Each turn of a poll makes an immediate, which is counted. That a timer fires twice without one
  // in between shows that the polling has stopped: else each turn would make one.
  for (let last = -1; turns > last; ) {
    last = turns;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const polled = turns - before;
  // Nobody polls any more: the wake-up has to come by itself.
  await push.send("second");
  process.stdout.write(JSON.stringify([polled, String(await second)]));
  await Promise.all([push.close(), pull.close()]);
`;

test("`busyPoll` turns the loop for a while after a message, and not for ever", async () => {
  const ended = await runChild(polling(20_000));
  assertEndedWell(ended);
  const [polled, text] = JSON.parse(ended.stdout);
  assert.ok(polled > 0, "polled in no turn");
  assert.equal(text, "second");
});

test("`busyPoll` polls once in a turn for all receives that wait", async () => {
  const ended = await runChild(`
    import { Pull, Push } from "zmqx";
    ${counting}
    const [push, pull] = [new Push(), new Pull({ busyPoll: 1_000_000 })];
    push.connect(await pull.bind("tcp://127.0.0.1:*"));
    const first = pull.receive();
    await push.send("first");
    await first;
    const before = turns;
    const all = Array.from({ length: 50 }, () => pull.receive());
    for (let loop = 0; loop < 10; loop++) await new Promise((resolve) => setImmediate(resolve));
    const made = turns - before;
    for (let i = 0; i < all.length; i++) await push.send(String(i));
    process.stdout.write(JSON.stringify([made, (await Promise.all(all)).map(String)]));
    await Promise.all([push.close(), pull.close()]);
  `);
  assertEndedWell(ended);
  const [made, texts] = JSON.parse(ended.stdout);
  // Ten of them are of the test itself.
  assert.ok(made <= 21, `made ${made} immediates in ten turns`);
  const expected = Array.from({ length: 50 }, (_, i) => String(i));
  assert.deepEqual(texts, expected);
});

test("`busyPoll` does not turn the loop for a socket that got nothing yet", async () => {
  const ended = await runChild(`
    import { Pull } from "zmqx";
    const pull = new Pull({ busyPoll: 1_000_000 });
    await pull.bind("tcp://127.0.0.1:*");
    ${counting}
    const received = pull.receive().catch((error) => error.name);
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.stdout.write([turns].join());
    pull.close();
    await received;
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "0");
});

const windows = process.platform === "win32" && "there sh is nothing to count on";
const skip = process.platform !== "linux" && "there the I/O threads wait as ever";

test("`busyPoll` keeps the I/O thread awake, and not for ever", { skip }, async () => {
  const ended = await runChild(`
    import { readdirSync, readFileSync } from "node:fs";
    import { Pull, Push } from "zmqx";
    const read = (task, file) => {
      try {
        return readFileSync("/proc/self/task/" + task + "/" + file, "utf8");
      } catch {
        // A thread that has ended.
        return "";
      }
    };
    const push = new Push();
    const pull = new Pull();
    push.connect(await pull.bind("tcp://127.0.0.1:*"));
    const pass = async (count) => {
      for (let i = 0; i < count; i++) {
        await push.send("one");
        await pull.receive();
      }
    };
    // A thread gives itself its name, before it does anything else.
    await pass(1);
    const isOfMessages = (task) => read(task, "comm").includes("ZMQbg/IO");
    const thread = readdirSync("/proc/self/task").find(isOfMessages);
    const status = () => read(thread, "status");
    const sleeps = () => Number(/^voluntary_ctxt_switches:\\s*(\\d+)/m.exec(status())[1]);
    const sleepsIn = async (count) => {
      const before = sleeps();
      await pass(count);
      return sleeps() - before;
    };
    pull.busyPoll = 1_000_000;
    // Others may want the processor for a while. A thread that never polls sleeps before each message.
    while ((await sleepsIn(100)) > 10);
    // Nobody polls for longer than it was told to.
    while (!/^State:\\s*S/m.test(status())) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all([push.close(), pull.close()]);
  `);
  assertEndedWell(ended);
});

test("`busyPoll` leaves the processor to others who want it", { skip: windows }, async () => {
  const others = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn("sh", ["-c", "while kill -0 $PPID; do :; done"]),
  );
  try {
    // By the clock, the polling of this process never ends. It may have a processor of its own for
    // some time, until the others are moved there.
    const ended = await runChild(polling(1_000_000, "process.hrtime = () => [1, 0];"));
    assertEndedWell(ended);
    assert.equal(JSON.parse(ended.stdout)[1], "second");
  } finally {
    for (const other of others) other.kill();
  }
});

test("L12: `unref()` lets the process end while `busyPoll` is on", async () => {
  const ended = await runChild(`
    import { Pull, Push } from "zmqx";
    const [push, pull] = [new Push(), new Pull({ busyPoll: 1_000_000 })];
    push.connect(await pull.bind("tcp://127.0.0.1:*"));
    const first = pull.receive();
    await push.send("first");
    await first;
    push.unref();
    pull.unref();
    pull.receive();
    process.stdout.write("waits");
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "waits");
});

for (const when of ["before", "while"]) {
  test(`\`busyPoll\` with \`unref()\` ${when} it waits receives in a process that lives on`, async () => {
    using push = new Push();
    const endpoint = await push.bind(freshAddress("tcp"));
    const ended = runChild(
      `import { Pull } from "zmqx";
      const pull = new Pull({ busyPoll: 1_000 });
      pull.connect(process.argv.at(-1));
      // Something else that keeps the process alive, and never comes.
      setInterval(() => undefined, 0x7fffffff);
      ${when === "before" ? "pull.unref();" : ""}
      await pull.receive();
      const received = pull.receive();
      ${when === "while" ? "pull.unref();" : ""}
      process.stdout.write(String(await received));
      process.exit();`,
      { args: [endpoint] },
    );
    await push.send("first");
    // The child cannot tell that it waits without a turn of its loop: this is no synchronisation,
    // but makes it likely that it does.
    await delay(300);
    await push.send("second");
    const result = await ended;
    assertEndedWell(result);
    assert.equal(result.stdout, "second");
  });
}
