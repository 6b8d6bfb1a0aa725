/*
 * busyPoll in a process of its own: what it does to a loop that has nothing else to do.
 */

import assert from "node:assert/strict";
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

test("`busyPoll` turns the loop for a while after a message, and not for ever", async () => {
  // Each turn of a poll makes an immediate, which is counted. That a timer fires twice without one
  // in between shows that the polling has stopped: else each turn would make one.
  const ended = await runChild(`
    import { Pull, Push } from "zmqx";
    ${counting}
    const [push, pull] = [new Push(), new Pull({ busyPoll: 20_000 })];
    push.connect(await pull.bind("tcp://127.0.0.1:*"));
    const first = pull.receive();
    await push.send("first");
    await first;
    let before = turns;
    const received = pull.receive();
    let polled = 0;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (turns === before) break;
      polled += turns - before;
      before = turns;
    }
    // Nobody polls any more: the wake-up has to come by itself.
    await push.send("second");
    const text = String(await received);
    await Promise.all([push.close(), pull.close()]);
    process.stdout.write([polled > 0, text].join());
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "true,second");
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
