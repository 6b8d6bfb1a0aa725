/*
 * The end of a context within one thread: what shutdown() and terminate() do to everything that
 * is open in it.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Context,
  ContextTerminatedError,
  Dealer,
  Pair,
  Proxy,
  Pull,
  Push,
  Router,
  TimeoutError,
} from "zmqx";
import { freshAddress, until } from "../harness.js";
import { nowhere } from "../lifetime/states.js";
import { absentAddress } from "../socket/peers.js";

const isEnd = { name: "ContextTerminatedError", code: "ETERM" };

for (const end of ["shutdown", "terminate"] as const) {
  test(`L7: \`${end}()\` ends whatever waits on sockets of the context, with ETERM`, async () => {
    const context = new Context();
    const settled: Promise<void>[] = [];
    for (let count = 0; count < 10; count++) {
      const dealer = new Dealer({ context });
      if (count % 2 === 0) await dealer.bind("tcp://127.0.0.1:*");
      if (count === 3) dealer.unref();
      settled.push(assert.rejects(dealer.receive(), isEnd));
      settled.push(assert.rejects(dealer.receive({ timeout: 1_000_000 }), isEnd));
    }
    for (let count = 0; count < 5; count++) {
      const push = new Push({ context });
      settled.push(assert.rejects(push.send("for nobody"), isEnd));
    }
    const proxy = new Proxy(new Router({ context }), new Dealer({ context }));
    await proxy.frontEnd.bind("tcp://127.0.0.1:*");
    await proxy.backEnd.bind(freshAddress("inproc"));
    settled.push(assert.rejects(proxy.run(), isEnd));
    const pull = new Pull({ context });
    const loop = (async () => {
      for await (const _ of pull) assert.fail("There is nothing to receive");
      return "ended";
    })();
    const observed = new Dealer({ context });
    const events = (async () => {
      for await (const event of observed.events) if (event.type === "end") break;
      return "ended";
    })();

    const terminated = context[end]();
    await Promise.all(settled);
    assert.deepEqual(await Promise.all([loop, events]), ["ended", "ended"]);
    await terminated;
    await context.terminate();
  });

  test(`L7: after \`${end}()\` every call fails at once`, async () => {
    const context = new Context();
    const pair = new Pair({ context });
    const peer = new Pair({ context });
    await pair.bind(freshAddress("inproc"));
    peer.connect(pair.lastEndpoint as string);
    await peer.send("never read");
    await context[end]();
    await until(() => pair.closed, "the socket to close");
    await assert.rejects(pair.receive(), ContextTerminatedError);
    await assert.rejects(pair.send("x"), ContextTerminatedError);
    await assert.rejects(pair.bind(freshAddress("inproc")), ContextTerminatedError);
    assert.throws(() => pair.connect(nowhere), ContextTerminatedError);
    assert.throws(() => new Pair({ context }), ContextTerminatedError);
    assert.throws(() => context.ioThreads, ContextTerminatedError);
    await pair.close();
    await context.terminate();
  });
}

test("L7: calls fail with ETERM in the very turn of `shutdown()`", async () => {
  const context = new Context();
  const pair = new Pair({ context });
  await pair.bind(freshAddress("inproc"));
  context.shutdown();
  await assert.rejects(pair.receive(), isEnd);
  await assert.rejects(pair.send("x"), isEnd);
  assert.throws(() => new Pair({ context }), isEnd);
  await pair.close();
  await context.terminate();
});

test("L7: `shutdown()` leaves other contexts alone, and can be repeated", async () => {
  const [ending, staying] = [new Context(), new Context()];
  const [pull, push] = [new Pull({ context: staying }), new Push({ context: staying })];
  const received = pull.receive();
  push.connect(await pull.bind("tcp://127.0.0.1:*"));
  ending.shutdown();
  ending.shutdown();
  await push.send("still here");
  assert.equal(String(await received), "still here");
  await Promise.all([pull.close(), push.close()]);
  await Promise.all([ending.terminate(), staying.terminate()]);
});

test("L6: `terminate()` closes open sockets, and leaves the event loop free", async () => {
  const context = new Context();
  const sockets = [new Dealer({ context }), new Pull({ context }), new Router({ context })];
  for (const socket of sockets) await socket.bind("tcp://127.0.0.1:*");
  await context.terminate();
  for (const socket of sockets) assert.equal(socket.closed, true);

  const lingering = new Context();
  const push = new Push({ context: lingering, linger: 300 });
  push.connect(nowhere);
  await push.send("for nobody");
  const order: string[] = [];
  setTimeout(() => order.push("timer"), 10);
  await lingering.terminate().then(() => order.push("terminated"));
  assert.deepEqual(order, ["timer", "terminated"]);
});

test("`terminate({ timeout })` rejects in time, and the context ends all the same", async () => {
  const endpoint = await absentAddress("tcp");
  const context = new Context();
  const push = new Push({ context });
  push.connect(endpoint);
  await push.send("waits for its peer");
  void push.close({ linger: 60_000 });
  for (const timeout of [0, 20]) {
    await assert.rejects(context.terminate({ timeout }), (error) => {
      assert.ok(error instanceof TimeoutError);
      assert.equal(error.code, "EAGAIN");
      return true;
    });
  }
  const ended = context.terminate();
  const pull = new Pull();
  await pull.bind(endpoint);
  assert.equal(String(await pull.receive()), "waits for its peer");
  await ended;
  await context.terminate({ timeout: 0 });
  await pull.close();
});

test("`terminate()` waits until messages of sockets that are open are delivered", async () => {
  const context = new Context();
  const pull = new Pull({ receiveHighWaterMark: 1, receiveBufferSize: 65_536 });
  const push = new Push({ context, sendBufferSize: 65_536 });
  push.connect(await pull.bind("tcp://127.0.0.1:*"));
  for (let count = 0; count < 40; count++) await push.send([String(count), Buffer.alloc(100_000)]);
  await assert.rejects(context.terminate({ timeout: 20 }), TimeoutError);
  for (let count = 0; count < 40; count++) {
    assert.equal(String((await pull.receive())[0]), String(count));
  }
  await context.terminate();
  await pull.close();
});

test("`terminate()` refuses a timeout that is none", async () => {
  const context = new Context();
  for (const timeout of ["1", null, {}, 1n]) {
    await assert.rejects(context.terminate({ timeout: timeout as never }), TypeError);
  }
  for (const timeout of [Number.NaN, 2 ** 31]) {
    await assert.rejects(context.terminate({ timeout }), RangeError);
  }
  const dealer = new Dealer({ context });
  await dealer.close();
  await context.terminate();
});

test("`terminate()` of all wrappers of a context resolves", async () => {
  const context = new Context();
  const again = Context.attach(context.token);
  const pull = new Pull({ context: again });
  const received = assert.rejects(pull.receive(), isEnd);
  await Promise.all([context.terminate(), again.terminate(), context.terminate()]);
  await received;
  await again.terminate();
  assert.throws(() => new Pull({ context: again }), isEnd);
});

test("`await using` of a context terminates it", async () => {
  let socket: Dealer;
  {
    await using context = new Context();
    socket = new Dealer({ context });
  }
  assert.equal(socket.closed, true);
  await assert.rejects(socket.receive(), isEnd);
});

test("`close()` amid the end of its context resolves", async () => {
  for (let round = 0; round < 20; round++) {
    const context = new Context();
    const [pull, push] = [new Pull({ context }), new Push({ context, linger: 0 })];
    push.connect(await pull.bind("tcp://127.0.0.1:*"));
    await push.send("x");
    const closed = round % 2 === 0 ? [pull.close(), push.close()] : [];
    const ended = context.terminate();
    await Promise.all([...closed, ended, pull.close(), push.close()]);
  }
});
