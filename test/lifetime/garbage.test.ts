/*
 * What the collector does to sockets, contexts and messages, in processes of their own where it
 * runs on command.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, collector, runChild } from "../harness.js";
import { absentAddress } from "../socket/peers.js";

const preamble = `${collector}
  import assert from "node:assert/strict";
  import { readdirSync, readFileSync } from "node:fs";
  import { setImmediate as turn } from "node:timers/promises";
  import { Context, Dealer, Pair, Proxy, Pull, Push, Router } from "zmqx";
  import { addon } from "#lib/native.js";

  const warnings = [];
  process.removeAllListeners("warning");
  process.on("warning", (warning) => warnings.push(warning));

  /** Collects until the condition holds. */
  async function until(condition, what) {
    const deadline = Date.now() + 30_000;
    while (!condition()) {
      assert.ok(Date.now() < deadline, "Gave up waiting for " + what);
      await collect();
    }
  }
  async function collect() {
    for (let round = 0; round < 3; round++) {
      gc();
      await turn();
    }
  }
  const linux = process.platform === "linux";
  // The runtime opens some of its own at any time.
  const spare = 10;
  const descriptors = () => (linux ? readdirSync("/proc/self/fd").length : 0);
  // Those of libzmq: the runtime has some that come and go.
  const isOurs = (task) => {
    try {
      return readFileSync("/proc/self/task/" + task + "/comm", "utf8").startsWith("ZMQ");
    } catch {
      return false;
    }
  };
  const threads = () => (linux ? readdirSync("/proc/self/task").filter(isOurs).length : 0);
  async function roundTrip() {
    const [push, pull] = [new Push(), new Pull()];
    push.connect(await pull.bind("tcp://127.0.0.1:*"));
    await push.send("round");
    assert.equal(String(await pull.receive()), "round");
    await Promise.all([push.close(), pull.close()]);
  }
`;

/** Runs `body` after the preamble, and asserts what it writes. */
async function collected(body: string, stdout: string[] = []): Promise<void> {
  const ended = await runChild(`${preamble}\n${body}`);
  assertEndedWell(ended);
  assert.equal(ended.stderr, "");
  assert.deepEqual(ended.stdout.split("\n").filter(Boolean).sort(), stdout);
}

test("A socket that nobody refers to is closed, and a warning says so once per process", () =>
  collected(`
    (() => { for (let count = 0; count < 20; count++) new Dealer().bindSync("tcp://127.0.0.1:*"); })();
    assert.equal(addon.openSockets(), 20);
    await until(() => addon.openSockets() === 0, "the sockets to be closed");
    (() => { for (let count = 0; count < 20; count++) new Pull(); })();
    await until(() => addon.openSockets() === 0, "the sockets to be closed");
    await until(() => warnings.length > 0, "a warning");
    await collect();
    assert.equal(warnings.length, 1);
    assert.equal(warnings[0].code, "ZMQX_UNCLOSED");
    assert.match(warnings[0].message, /Dealer/);
    await roundTrip();
  `));

test("A socket that was closed, by whatever means, is collected without a warning", () =>
  collected(`
    await (async () => {
      for (let count = 0; count < 20; count++) {
        const context = new Context();
        const [closed, ended] = [new Dealer(), new Dealer({ context })];
        closed[Symbol.dispose]();
        await context.terminate();
        assert.equal(ended.closed, true);
        assert.throws(() => new Dealer({ nonsense: true }), TypeError);
      }
    })();
    await until(() => addon.openSockets() === 0, "the sockets to be closed");
    for (let round = 0; round < 5; round++) await collect();
    assert.deepEqual(warnings, []);
  `));

test("What waits on a socket that nobody refers to is kept, and goes on", () =>
  collected(
    `
    const [endpoints, sockets] = [[], 7];
    await (async () => {
      const [received, timed, looped, unreferenced, blocked] =
        [new Pull(), new Pull(), new Pull(), new Pull(), new Push()];
      for (const socket of [received, timed, looped, unreferenced, blocked]) {
        endpoints.push(await socket.bind("tcp://127.0.0.1:*"));
      }
      const print = (name) => ([text]) => process.stdout.write(name + ": " + text + "\\n");
      received.receive().then(print("receive"));
      timed.receive({ timeout: 1_000_000 }).then(print("timeout"));
      unreferenced.unref().receive().then(print("unref"));
      (async () => { for await (const message of looped) { print("loop")(message); break; } })();
      blocked.send("a late message");
      const proxy = new Proxy(new Pull(), new Push());
      endpoints.push(await proxy.frontEnd.bind("tcp://127.0.0.1:*"));
      endpoints.push(await proxy.backEnd.bind("tcp://127.0.0.1:*"));
      proxy.run();
    })();
    for (let round = 0; round < 20; round++) await collect();
    assert.equal(addon.openSockets(), sockets);
    for (const endpoint of endpoints.slice(0, 4)) {
      const push = new Push();
      push.connect(endpoint);
      await push.send("hello");
      await push.close();
    }
    const [pull, sink, source] = [new Pull(), new Pull(), new Push()];
    pull.connect(endpoints[4]);
    process.stdout.write("send: " + (await pull.receive()) + "\\n");
    source.connect(endpoints[5]);
    sink.connect(endpoints[6]);
    await source.send("forwarded");
    process.stdout.write("proxy: " + (await sink.receive()) + "\\n");
    await until(() => addon.openSockets() <= 5, "what waited to be collected");
    process.exit();
  `,
    [
      "loop: hello",
      "proxy: forwarded",
      "receive: hello",
      "send: a late message",
      "timeout: hello",
      "unref: hello",
    ],
  ));

test("Messages of a socket that was collected are delivered", async () =>
  collected(
    `
    const endpoint = "${await absentAddress("tcp")}";
    await (async () => {
      const push = new Push();
      push.connect(endpoint);
      await push.send("last words");
    })();
    await until(() => addon.openSockets() === 0, "the socket to be closed");
    const pull = new Pull();
    await pull.bind(endpoint);
    process.stdout.write(String(await pull.receive()));
    await pull.close();
  `,
    ["last words"],
  ));

test("Sockets with an observer are collected, and the I/O thread stays free", () =>
  collected(`
    for (let round = 0; round < 20; round++) {
      await (async () => {
        const [push, pull] = [new Push({ linger: 0 }), new Pull()];
        void pull.events;
        void push.events;
        push.connect(await pull.bind("tcp://127.0.0.1:*"));
        await push.send("x");
        await pull.receive();
      })();
      await until(() => addon.openSockets() === 0, "the sockets to be closed");
      await roundTrip();
    }
  `));

test("10,000 sockets, one after the other, leave no descriptor behind", () =>
  collected(
    `
    await roundTrip();
    const before = descriptors();
    for (let count = 0; count < 9000; count++) {
      const dealer = new Dealer();
      if (count % 3 === 0) dealer.receive().catch(() => undefined);
      dealer.close();
      // libzmq's reaper needs a moment where no new ones come.
      if (count % 200 === 0) await until(() => descriptors() < before + 50, "descriptors");
    }
    for (let count = 0; count < 1000; count++) {
      const pull = new Pull();
      if (count % 2 === 0) await pull.bind("tcp://127.0.0.1:*");
      await pull.close();
    }
    await until(() => descriptors() <= before + spare, "all descriptors to be free");
    assert.equal(addon.openSockets(), 0);
  `,
  ));

test("A context that nobody refers to ends, with its threads and descriptors", () =>
  collected(`
    await roundTrip();
    const before = [threads(), descriptors()];
    await (async () => {
      for (let count = 0; count < 20; count++) {
        const context = new Context();
        const [a, b] = [new Pair({ context }), new Pair({ context })];
        a.connect(await b.bind("tcp://127.0.0.1:*"));
        await a.send("x");
        await b.receive();
        a.close();
        b.close();
      }
    })();
    if (linux) assert.ok(threads() > before[0]);
    await until(() => threads() <= before[0] && descriptors() <= before[1] + spare, "threads to end");
  `));

test("A socket keeps its context, though nobody else does", () =>
  collected(`
    const [a, b, token] = (() => {
      const context = new Context();
      return [new Pair({ context }), new Pair({ context }), context.token];
    })();
    for (let round = 0; round < 5; round++) await collect();
    a.connect(await b.bind("inproc://kept"));
    await a.send("still here");
    assert.equal(String(await b.receive()), "still here");
    assert.equal(Context.attach(token).token, token);
    assert.equal(a.context.token, token);
    await Promise.all([a.close(), b.close()]);
  `));

test("a socket that is dropped is closed, with messages that it has read ahead", () =>
  collected(`
    const push = new Push();
    await (async () => {
      const pull = new Pull();
      push.connect(await pull.bind("inproc://dropped"));
      for (let count = 0; count < 200; count++) await push.send("x");
      await pull.receive();
      assert.ok(pull.readable);
    })();
    assert.equal(addon.openSockets(), 2);
    await until(() => addon.openSockets() === 1, "the socket to be closed");
    push.close({ linger: 0 });
  `));
