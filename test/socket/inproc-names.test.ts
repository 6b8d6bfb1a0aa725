/*
 * Connections to inproc names that nobody has bound yet: they wait, alone or with others, and can be
 * given up at any time.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Context, Dealer, Pair, Pull, Push, Reply, Request, Router } from "zmqx";
import { Gather, Scatter } from "zmqx/draft";
import { assertEndedWell, freshAddress, runChild } from "../harness.js";
import { drain, receiveText } from "./peers.js";

test("`disconnect()` from a name that nobody has bound leaves those who still wait", async () => {
  const name = freshAddress("inproc");
  using leaving = new Push();
  using waiting = new Push();
  for (const push of [leaving, waiting]) push.connect(name);
  await leaving.send("given up");
  await waiting.send("kept");
  leaving.disconnect(name);
  using pull = new Pull();
  await pull.bind(name);
  assert.deepEqual(await drain(pull), ["kept"]);
  await assert.rejects(leaving.send("to nobody", { timeout: 0 }), { code: "EAGAIN" });
  assert.throws(() => leaving.disconnect(name), { code: "ENOENT" });
});

test("`disconnect()` ends every connection to the name", async () => {
  const name = freshAddress("inproc");
  using push = new Push();
  using pull = new Pull();
  push.connect(name);
  await pull.bind(name);
  push.connect(name);
  push.disconnect(name);
  await assert.rejects(push.send("to nobody", { timeout: 0 }), { code: "EAGAIN" });
  push.connect(name);
  await push.send("again");
  assert.deepEqual(await receiveText(pull), ["again"]);
});

test("`lastEndpoint` is the name that was given, while it waits and afterwards", async () => {
  const name = freshAddress("inproc");
  using pair = new Pair();
  using other = new Pair();
  pair.connect(name);
  assert.equal(pair.lastEndpoint, name);
  assert.equal(await other.bind(name), name);
  assert.equal(other.lastEndpoint, name);
  assert.equal(pair.lastEndpoint, name);
});

test("`connect()` refuses a name without a name (inproc)", () => {
  using pair = new Pair();
  assert.throws(() => pair.connect("inproc://"), { code: "EINVAL" });
  assert.throws(() => pair.connect("inproc:"), { code: "EINVAL" });
});

for (const [what, names] of [
  ["a name", 1],
  ["three names", 3],
] as const) {
  test(`\`close()\` keeps what was sent until ${what} can be bound`, async () => {
    const push = new Push({ context: new Context(), sendHighWaterMark: 0 });
    const { context } = push;
    const addresses = Array.from({ length: names }, () => freshAddress("inproc"));
    for (const address of addresses) push.connect(address);
    for (let number = 0; number < 6; number++) await push.send(String(number));
    await push.close();
    for (const [index, address] of addresses.entries()) {
      using pull = new Pull({ context });
      await pull.bind(address);
      const expected = ["0", "1", "2", "3", "4", "5"].filter((_, n) => n % names === index);
      for (const text of expected) assert.deepEqual(await receiveText(pull), [text]);
    }
    await context.terminate();
  });
}

test("`close({ linger: 0 })` drops what waits for a name", async () => {
  const name = freshAddress("inproc");
  const push = new Push();
  push.connect(name);
  await push.send("dropped");
  await push.close({ linger: 0 });
  using pull = new Pull();
  await pull.bind(name);
  assert.deepEqual(await drain(pull), []);
});

test("`terminate()` of a context resolves though messages wait for a name", async () => {
  const context = new Context();
  const name = freshAddress("inproc");
  const closed = new Push({ context });
  const open = new Dealer({ context });
  for (const socket of [closed, open]) {
    socket.connect(name);
    await socket.send("to nobody");
  }
  closed.close();
  await context.terminate();
  assert.equal(open.closed, true);
});

test("a worker that has gone leaves its messages for who binds the name", async () => {
  const ended = await runChild(`
    import { once } from "node:events";
    import { Worker } from "node:worker_threads";
    import { Pull } from "zmqx";
    const worker = new Worker(\`
      const { Push } = require("zmqx");
      const push = new Push();
      push.connect("inproc://results");
      push.send("result").then(() => process.exit());
    \`, { eval: true, execArgv: [] });
    await once(worker, "exit");
    const pull = new Pull();
    await pull.bind("inproc://results");
    console.log(String(await pull.receive()));
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "result\n");
});

test("a process ends though messages wait for a name", async () => {
  const ended = await runChild(`
    import { Push } from "zmqx";
    const push = new Push();
    push.connect("inproc://nobody");
    await push.send("to nobody");
    const other = new Push();
    other.connect("inproc://nobody");
    await other.send("to nobody");
    other.close();
  `);
  assertEndedWell(ended);
});

test("Request asks a Router that it connected to before it was there", async () => {
  const name = freshAddress("inproc");
  using request = new Request();
  request.connect(name);
  const answer = request.send("question").then(() => request.receive());
  using router = new Router();
  await router.bind(name);
  const [id, empty, question] = (await router.receive()) as [Buffer, Buffer, Buffer];
  await router.send([id, empty, `${question}?`]);
  assert.deepEqual((await answer).map(String), ["question?"]);
});

test("Router meets a Reply that it connected to before it was there, and gave up once", async () => {
  const name = freshAddress("inproc");
  using router = new Router();
  router.connect(name);
  router.disconnect(name);
  router.connect(name, { routingId: "reply" });
  using reply = new Reply();
  await reply.bind(name);
  await router.send(["reply", "", "question"]);
  assert.deepEqual(await receiveText(reply), ["question"]);
});

test("draft sockets give up a name while another one binds it", async () => {
  const ended = await runChild(`
    import { Gather, Scatter } from "zmqx/draft";
    for (let round = 0; round < 300; round++) {
      const scatter = new Scatter({ linger: 0 });
      scatter.connect("inproc://work");
      scatter.close();
      const gather = new Gather();
      await gather.bind("inproc://work");
      gather.close();
    }
  `);
  assertEndedWell(ended);
  using scatter = new Scatter();
  using gather = new Gather();
  const name = freshAddress("inproc");
  scatter.connect(name);
  await gather.bind(name);
  await scatter.send("work");
  assert.equal(String((await gather.receive())[0]), "work");
});
