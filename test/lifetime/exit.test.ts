/*
 * The end of a process with messages still to be delivered. The parent plays the peer, and is told
 * by a message of its own, sent in the very last callback, that the child has come to its end.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Pull } from "zmqx";
import { assertEndedWell, freshAddress, runChild } from "../harness.js";
import { absentAddress } from "../socket/peers.js";
import { nowhere } from "./states.js";

/** A child that has the endpoints `data` and `control` and tells on the latter when it exits. */
function child(body: string, endpoints: Record<string, string>) {
  const source = `
    import { Context, Pull, Push } from "zmqx";
    const { data, control } = ${JSON.stringify(endpoints)};
    const teller = new Push();
    teller.connect(control);
    process.on("exit", () => teller.send("exiting"));
    ${body}
  `;
  return runChild(source);
}

async function bound(options?: ConstructorParameters<typeof Pull>[0]) {
  const pull = new Pull({ receiveTimeout: 30_000, ...options });
  const endpoint = await pull.bind(freshAddress("tcp"));
  return { pull, endpoint };
}

const ways = { "by itself": "", "with process.exit()": "process.exit();" };

/** Plays the slow peer of a child that sends it 40 messages, and ends before it has got many. */
async function receiveSlowly(body: string): Promise<void> {
  const [control, slow] = [
    await bound(),
    await bound({ receiveHighWaterMark: 1, receiveBufferSize: 65_536 }),
  ];
  const ended = child(body, { data: slow.endpoint, control: control.endpoint });
  await control.pull.receive();
  for (let count = 0; count < 40; count++) {
    const [number, bytes] = await slow.pull.receive();
    assert.deepEqual([Number(String(number)), bytes?.length], [count, 100_000]);
  }
  assertEndedWell(await ended);
  await Promise.all([control.pull.close(), slow.pull.close()]);
}

const sendAll =
  "for (let count = 0; count < 40; count++) await push.send([String(count), Buffer.alloc(100_000)]);";

for (const [way, statement] of Object.entries(ways)) {
  test(`E1: a slow peer gets all messages of a process that ends ${way}`, () =>
    receiveSlowly(
      `const push = new Push({ sendBufferSize: 65_536 });
      push.connect(data);
      ${sendAll}
      ${statement}`,
    ));
}

for (const [way, statement] of Object.entries({ ...ways, "by itself": "worker.unref();" })) {
  test(`E1: a slow peer gets all messages of a worker that runs when the process ends ${way}`, () =>
    receiveSlowly(
      `import { once } from "node:events";
      import { Worker } from "node:worker_threads";
      const worker = new Worker(
        \`const { parentPort, workerData } = require("node:worker_threads");
        const { Push } = require("zmqx");
        const push = new Push({ linger: 60_000, sendBufferSize: 65_536 });
        push.connect(workerData);
        (async () => {
          ${sendAll}
          parentPort.postMessage("all is sent");
          setInterval(() => undefined, 60_000);
        })();\`,
        { eval: true, execArgv: [], workerData: data },
      );
      await once(worker, "message");
      ${statement}`,
    ));
}

// Two processes at a time, since this takes as long as the linger does.
async function inBothWays(play: (statement: string) => Promise<void>): Promise<void> {
  await Promise.all(Object.values(ways).map(play));
}

test("E1: a process with messages for an absent peer ends, by itself or with process.exit()", () =>
  inBothWays(async (statement) => {
    const control = await bound();
    const ended = child(
      `const push = new Push();
      push.connect(data);
      for (let count = 0; count < 100; count++) await push.send("for nobody");
      ${statement}`,
      { data: nowhere, control: control.endpoint },
    );
    await control.pull.receive();
    assertEndedWell(await ended);
    await control.pull.close();
  }));

test("E1: a process waits for as long as `linger` says, by itself or with process.exit()", () =>
  inBothWays(async (statement) => {
    const [control, data] = [await bound(), await absentAddress("tcp")];
    const ended = child(
      `const push = new Push({ linger: 60_000 });
      push.connect(data);
      await push.send("last words");
      ${statement}`,
      { data, control: control.endpoint },
    );
    await control.pull.receive();
    // Longer than an endless linger would have waited.
    await delay(1600);
    const pull = new Pull({ receiveTimeout: 30_000 });
    await pull.bind(data);
    assert.equal(String(await pull.receive()), "last words");
    assertEndedWell(await ended);
    await Promise.all([control.pull.close(), pull.close()]);
  }));

test("E1: a linger of 0 lets go of messages at exit", async () => {
  const control = await bound();
  const ended = child(
    `const [dropped, closed] = [new Push({ linger: 600_000 }), new Push({ linger: 600_000 })];
    for (const push of [dropped, closed]) {
      push.connect(data);
      await push.send("for nobody");
    }
    dropped.linger = 0;
    closed.close({ linger: 0 });`,
    { data: nowhere, control: control.endpoint },
  );
  await control.pull.receive();
  assertEndedWell(await ended);
  await control.pull.close();
});

test("E1: a context that is not blocky drops what its sockets did not send", async () => {
  const control = await bound();
  const ended = child(
    `const context = new Context({ blocky: false });
    const push = new Push({ context });
    push.connect(data);
    await push.send("for nobody");
    process.stdout.write(String(push.linger));
    push.close();
    await context.terminate();`,
    { data: nowhere, control: control.endpoint },
  );
  await control.pull.receive();
  const result = await ended;
  assertEndedWell(result);
  assert.equal(result.stdout, "0");
  await control.pull.close();
});

test("E2: `close()` that nobody awaits does not keep the process alive", async () => {
  const [control, data] = [await bound(), await absentAddress("tcp")];
  const ended = child(
    `const push = new Push({ linger: 60_000 });
    push.connect(data);
    await push.send("last words");
    push.close();`,
    { data, control: control.endpoint },
  );
  // The event loop is empty before anybody can have got the message.
  await control.pull.receive();
  const pull = new Pull({ receiveTimeout: 30_000 });
  await pull.bind(data);
  assert.equal(String(await pull.receive()), "last words");
  assertEndedWell(await ended);
  await Promise.all([control.pull.close(), pull.close()]);
});

for (const [call, waiting] of Object.entries({
  "socket.close({ linger })": "await push.close({ linger: 60_000 });",
  "context.terminate()": "push.linger = 60_000; push.close(); await context.terminate();",
  "await using": "push.linger = 60_000; await push[Symbol.asyncDispose]();",
})) {
  test(`E2: a process that awaits \`${call}\` stays until the messages are delivered`, async () => {
    const [control, data] = [await bound(), await absentAddress("tcp")];
    const ended = child(
      `const context = new Context();
      const push = new Push({ context });
      push.connect(data);
      await push.send("last words");
      await teller.send("closing");
      ${waiting}`,
      { data, control: control.endpoint },
    );
    const order = [String(await control.pull.receive())];
    const pull = new Pull({ receiveTimeout: 30_000 });
    await pull.bind(data);
    order.push(String(await pull.receive()), String(await control.pull.receive()));
    assert.deepEqual(order, ["closing", "last words", "exiting"]);
    assertEndedWell(await ended);
    await Promise.all([control.pull.close(), pull.close()]);
  });
}

test("`send()` in an exit handler is delivered", async () => {
  const control = await bound();
  const ended = child("process.exit(0);", { control: control.endpoint });
  assert.equal(String(await control.pull.receive()), "exiting");
  assertEndedWell(await ended);
  await control.pull.close();
});
