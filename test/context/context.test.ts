/*
 * What a context is: the one that sockets share by default, its options, and its limits.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Context, context, Dealer, Pair, Pull, Push } from "zmqx";
import { assertEndedWell, freshAddress, runChild, until } from "../harness.js";

/** How many I/O threads of libzmq this process has, or undefined where the system does not tell. */
function ioThreads(): number | undefined {
  if (process.platform !== "linux") return undefined;
  return readdirSync("/proc/self/task").filter((task) => {
    try {
      return readFileSync(`/proc/self/task/${task}/comm`, "utf8").includes("ZMQbg/IO");
    } catch {
      return false;
    }
  }).length;
}

async function warningsOf(action: () => void): Promise<string[]> {
  const codes: string[] = [];
  const listener = (warning: Error & { code?: string }) => codes.push(String(warning.code));
  process.on("warning", listener);
  action();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listener);
  return codes;
}

test("L1: `context` is what sockets share that are not given another one", async () => {
  const [a, b] = [new Pair(), new Pair()];
  assert.equal(a.context, context);
  assert.equal(b.context, context);
  const address = freshAddress("inproc");
  await a.bind(address);
  b.connect(address);
  await b.send("hello");
  assert.equal(String(await a.receive()), "hello");
  await Promise.all([a.close(), b.close()]);
});

test("L1: `context.terminate()` can be repeated, and refuses sockets from then on", async () => {
  const ended = await runChild(`
    import assert from "node:assert/strict";
    import { context, ContextTerminatedError, Dealer } from "zmqx";
    const dealer = new Dealer();
    await Promise.all([context.terminate(), context.terminate()]);
    await context.terminate();
    context.shutdown();
    assert.equal(dealer.closed, true);
    assert.throws(() => new Dealer(), ContextTerminatedError);
  `);
  assertEndedWell(ended);
  assert.equal(ended.stderr, "");
});

test("L2: an inproc endpoint is one of its context only", async () => {
  const other = new Context();
  const address = freshAddress("inproc");
  const [pull, inside] = [new Pull(), new Push()];
  const [outside, namesake] = [new Push({ context: other }), new Pull({ context: other })];
  await pull.bind(address);
  outside.connect(address);
  await outside.send("from outside");
  inside.connect(address);
  await inside.send("from inside");
  assert.equal(String(await pull.receive()), "from inside");
  await assert.rejects(pull.receive({ timeout: 0 }), { code: "EAGAIN" });
  await namesake.bind(address);
  assert.equal(String(await namesake.receive()), "from outside");
  for (const socket of [inside, pull, outside, namesake]) await socket.close();
  await other.terminate();
});

test("L4: `ioThreads` is 1 unless set, and counts until the first socket", async () => {
  const fresh = new Context();
  assert.equal(fresh.ioThreads, 1);
  for (const count of [2, 3, 4]) {
    fresh.ioThreads = count;
    assert.equal(fresh.ioThreads, count);
  }
  const dealer = new Dealer({ context: fresh });
  const codes = await warningsOf(() => {
    fresh.ioThreads = 2;
  });
  assert.deepEqual(codes, ["ZMQX_NO_EFFECT"]);
  assert.equal(fresh.ioThreads, 4);
  await dealer.close();
  await fresh.terminate();
});

test("L4: a context starts as many threads as `ioThreads` says", async (t) => {
  const before = ioThreads();
  if (before === undefined) return t.skip("the system does not list threads");
  const fresh = new Context({ ioThreads: 3 });
  assert.equal(ioThreads(), before);
  const dealer = new Dealer({ context: fresh });
  // A thread takes its name after it has started.
  await until(() => ioThreads() === before + 3, "three threads");
  await dealer.close();
  await fresh.terminate();
  assert.equal(ioThreads(), before);
});

test("L5: inproc works without I/O threads, and other transports are refused", async () => {
  const bare = new Context({ ioThreads: 0 });
  const [a, b] = [new Pair({ context: bare }), new Pair({ context: bare })];
  const address = freshAddress("inproc");
  await a.bind(address);
  b.connect(address);
  await b.send("no thread is needed");
  assert.equal(String(await a.receive()), "no thread is needed");
  const dealer = new Dealer({ context: bare });
  await assert.rejects(dealer.bind("tcp://127.0.0.1:*"), { code: "EMTHREAD" });
  assert.throws(() => dealer.connect("tcp://127.0.0.1:5555"), { code: "EMTHREAD" });
  for (const socket of [a, b, dealer]) await socket.close();
  await bare.terminate();
});

test("L11: a socket beyond `maxSockets` is refused with EMFILE, the others work", async () => {
  assert.equal(new Context().maxSockets, 1023);
  const small = new Context({ maxSockets: 3 });
  const [a, b, c] = [
    new Pair({ context: small }),
    new Pair({ context: small }),
    new Pair({ context: small }),
  ];
  assert.throws(() => new Pair({ context: small }), { code: "EMFILE", syscall: "socket" });
  const address = freshAddress("inproc");
  await a.bind(address);
  b.connect(address);
  await b.send("still works");
  assert.equal(String(await a.receive()), "still works");
  await c.close();
  // libzmq gives the place free a moment later.
  let replaced: Pair | undefined;
  await until(() => {
    try {
      replaced = new Pair({ context: small });
    } catch (error) {
      assert.equal((error as { code?: string }).code, "EMFILE");
    }
    return replaced !== undefined;
  });
  for (const socket of [a, b, replaced as Pair]) await socket.close();
  await small.terminate();
});

test("L11: `maxSockets` counts until the first socket", async () => {
  const small = new Context({ maxSockets: 2 });
  const dealer = new Dealer({ context: small });
  const codes = await warningsOf(() => {
    small.maxSockets = 100;
  });
  assert.deepEqual(codes, ["ZMQX_NO_EFFECT"]);
  assert.equal(small.maxSockets, 2);
  await dealer.close();
  await small.terminate();
});

test("`new Context()` leaves the given options alone, and refuses what is none", () => {
  const options = Object.freeze({ ioThreads: 2, ipv6: true });
  const fresh = new Context(options);
  assert.deepEqual([fresh.ioThreads, fresh.ipv6], [2, true]);
  assert.throws(() => new Context({ ioThread: 2 } as object), TypeError);
  assert.throws(() => new Context({ ioThreads: "2" } as object), TypeError);
  assert.throws(() => new Context({ ioThreads: -1 }), RangeError);
});

test("`socket.context` is the one that the socket was given", async () => {
  const own = new Context();
  const dealer = new Dealer({ context: own });
  assert.equal(dealer.context, own);
  await dealer.close();
  assert.equal(dealer.context, own);
  for (const wrong of [1, "context", {}]) {
    assert.throws(() => new Dealer({ context: wrong as never }), TypeError);
  }
  await own.terminate();
});
