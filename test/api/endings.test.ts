/*
 * Errors that tell of an end: of a socket, a context, a proxy or an observer. And what becomes of an
 * error that nobody looks at.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as zmq from "zmqx";
import { freshAddress, runChild, until } from "../harness.js";
import { assertFailure, assertWellFormed, failureOf, withSockets } from "./failures.js";

const badDescriptor = { Class: zmq.ClosedError, code: "EBADF" };
const ended = { Class: zmq.ContextTerminatedError, code: "ETERM" };

test("ClosedError: what waits when its socket closes rejects with EAGAIN", async () => {
  const [push, pull] = [new zmq.Push(), new zmq.Pull()];
  const sends = [push.send("x"), push.send("y", { timeout: 100_000 })];
  const receives = [pull.receive(), pull.receive({ signal: new AbortController().signal })];
  await Promise.all([push.close(), pull.close(), ...[...sends, ...receives].map(failureOfPromise)]);
  for (const [syscall, label, operations] of [
    ["send", "Push", sends],
    ["receive", "Pull", receives],
  ] as const) {
    for (const operation of operations) {
      const message = `Cannot ${syscall} on ${label}: socket was closed`;
      const expected = { Class: zmq.ClosedError, code: "EAGAIN", syscall, message };
      await assertFailure(() => operation, expected);
    }
  }
});

// So that none of them counts as unhandled until it is looked at.
const failureOfPromise = (promise: Promise<unknown>) => failureOf(() => promise);

test("ClosedError: every operation on a closed socket gives EBADF", async () => {
  const dealer = new zmq.Dealer();
  await dealer.close();
  const endpoint = "inproc://closed";
  const to = (syscall: string, action: string) => {
    return { ...badDescriptor, syscall, endpoint, message: `Cannot ${action}: socket is closed` };
  };
  const on = (syscall: string, action = `${syscall} on Dealer`) => {
    return { ...badDescriptor, syscall, message: `Cannot ${action}: socket is closed` };
  };
  await assertFailure(() => dealer.send("x"), on("send"));
  await assertFailure(() => dealer.receive(), on("receive"));
  await assertFailure(() => dealer.bind(endpoint), to("bind", `bind to "${endpoint}"`));
  await assertFailure(() => dealer.bindSync(endpoint), to("bind", `bind to "${endpoint}"`));
  await assertFailure(() => dealer.connect(endpoint), to("connect", `connect to "${endpoint}"`));
  const unbind = to("unbind", `unbind from "${endpoint}"`);
  await assertFailure(() => dealer.unbind(endpoint), unbind);
  await assertFailure(() => dealer.unbind("tcp://127.0.0.1:1"), {
    ...unbind,
    endpoint: "tcp://127.0.0.1:1",
    message: 'Cannot unbind from "tcp://127.0.0.1:1": socket is closed',
  });
  await assertFailure(() => dealer.unbindSync(endpoint), unbind);
  const disconnect = to("disconnect", `disconnect from "${endpoint}"`);
  await assertFailure(() => dealer.disconnect(endpoint), disconnect);
  await assertFailure(() => dealer.linger, on("getsockopt", 'get "linger"'));
  await assertFailure(() => Object.assign(dealer, { linger: 1 }), on("setsockopt", 'set "linger"'));
  await assertFailure(() => dealer.events, on("monitor", "observe the Dealer"));
  await assertFailure(() => new zmq.Observer(dealer), on("monitor", "observe the Dealer"));
  assert.equal(dealer.closed, true);
  assert.equal(dealer.readable, false);
  assert.equal(dealer.writable, false);
  assert.equal(dealer.ref().unref(), dealer);
  assert.equal(dealer.context, zmq.context);
  assert.deepEqual(await dealer[Symbol.asyncIterator]().next(), { value: undefined, done: true });
  assert.equal(await dealer.close(), undefined);
});

test("ContextTerminatedError: everything that waits when the context ends", async () => {
  const context = new zmq.Context();
  const [push, pull] = [new zmq.Push({ context }), new zmq.Pull({ context })];
  const waiting = [push.send("x"), pull.receive()].map(failureOfPromise);
  context.shutdown();
  for (const [syscall, label, error] of [
    ["send", "Push", waiting[0]],
    ["receive", "Pull", waiting[1]],
  ] as const) {
    const message = `Cannot ${syscall} on ${label}: context was terminated`;
    await assertFailure(async () => Promise.reject(await error), { ...ended, syscall, message });
  }
  await until(() => push.closed && pull.closed, "the sockets to close");
  await context.terminate();
});

test("ContextTerminatedError: what is tried afterwards", async () => {
  const context = new zmq.Context();
  const pair = new zmq.Pair({ context });
  context.shutdown();
  await until(() => pair.closed, "the socket to close");
  const text = "context was terminated";
  const on = (syscall: string, action: string) => {
    return { ...ended, syscall, message: `Cannot ${action}: ${text}` };
  };
  await assertFailure(() => new zmq.Dealer({ context }), on("socket", "create a Dealer"));
  await assertFailure(() => pair.send("x"), on("send", "send on Pair"));
  await assertFailure(() => pair.receive(), on("receive", "receive on Pair"));
  const bind = on("bind", 'bind to "inproc://x"');
  await assertFailure(() => pair.bind("inproc://x"), { ...bind, endpoint: "inproc://x" });
  await context.terminate();
  await assertFailure(() => new zmq.Dealer({ context }), on("socket", "create a Dealer"));
  await assertFailure(() => context.ioThreads, on("getsockopt", 'get "ioThreads"'));
  const set = on("setsockopt", 'set "ipv6"');
  await assertFailure(() => Object.assign(context, { ipv6: true }), set);
});

test("ZmqError: `Context.attach()` gives ENOENT for a context that there is not", () =>
  assertFailure(() => zmq.Context.attach(0xffffffff), {
    Class: zmq.ZmqError,
    code: "ENOENT",
    syscall: "attach",
    message:
      "Cannot attach context 4294967295: there is no such context in this process, or not any more",
  }));

test("L6: TimeoutError: `terminate()` of a context whose messages linger", async () => {
  const context = new zmq.Context();
  const push = new zmq.Push({ context });
  const address = freshAddress("ipc");
  push.connect(address);
  await push.send("x");
  const error = await failureOf(() => context.terminate({ timeout: 1 }));
  assert.equal(error.constructor, zmq.TimeoutError);
  assert.equal(error.code, "EAGAIN");
  assert.equal(error.syscall, "terminate");
  assertWellFormed(error);
  await withSockets([new zmq.Pull()], async (pull) => {
    await pull.bind(address);
    assert.equal(String(await pull.receive()), "x");
  });
  await context.terminate();
});

test("ZmqError, BusyError, ClosedError: `run()` of a proxy that cannot", () =>
  withSockets([new zmq.Router(), new zmq.Dealer()], async (router, dealer) => {
    const proxy = new zmq.Proxy(router, dealer);
    const run = { syscall: "proxy" };
    await router.bind(freshAddress("inproc"));
    await assertFailure(() => proxy.run(), {
      ...run,
      Class: zmq.ZmqError,
      code: "EINVAL",
      message: "Cannot run the proxy: its back end must be bound or connected first",
    });
    await dealer.bind(freshAddress("inproc"));
    const aborter = new AbortController();
    const waiting = failureOf(() => dealer.receive({ signal: aborter.signal }));
    await assertFailure(() => proxy.run(), {
      ...run,
      Class: zmq.BusyError,
      code: "EBUSY",
      message: "Cannot run the proxy: operations wait on its back end",
    });
    aborter.abort();
    await waiting;
    router.close();
    await assertFailure(() => proxy.run(), {
      ...run,
      ...badDescriptor,
      message: "Cannot run the proxy: socket is closed",
    });
  }));

test("BusyError: a socket in the hands of a proxy; ZmqError: a proxy that has ended", () =>
  withSockets([new zmq.Router(), new zmq.Dealer()], async (router, dealer) => {
    await router.bind(freshAddress("inproc"));
    await dealer.bind(freshAddress("inproc"));
    const proxy = new zmq.Proxy(router, dealer);
    const running = proxy.run();
    const busy = { Class: zmq.BusyError, code: "EBUSY" };
    const text = "socket is in use by a proxy";
    const on = (syscall: string, action = `${syscall} on Dealer`) => {
      return { ...busy, syscall, message: `Cannot ${action}: ${text}` };
    };
    await assertFailure(() => dealer.send("x"), on("send"));
    await assertFailure(() => dealer.receive(), on("receive"));
    await assertFailure(() => dealer.linger, on("getsockopt", 'get "linger"'));
    const again = on("proxy", "run the proxy");
    await assertFailure(() => proxy.run(), again);
    await assertFailure(() => new zmq.Proxy(dealer, router).run(), again);
    const endpoint = "inproc://busy";
    const bind = { ...on("bind", `bind to "${endpoint}"`), endpoint };
    await assertFailure(() => dealer.bind(endpoint), bind);
    proxy.terminate();
    await running;
    const message = "Cannot pause the proxy: it has ended";
    const over = { Class: zmq.ZmqError, code: "EBADF", syscall: "pause", message };
    await assertFailure(() => proxy.pause(), over);
    proxy.terminate();
  }));

test("ClosedError: `receive()` of an observer that is closed, or closes", async () => {
  const pair = new zmq.Pair();
  const { events } = pair;
  const waiting = failureOf(() => events.receive());
  events.close();
  await pair.close();
  for (const error of [await waiting, await failureOf(() => events.receive())]) {
    assert.equal(error.constructor, zmq.ClosedError);
    assertWellFormed(error);
  }
  assert.equal(events.closed, true);
});

test("`inspect()` of an error shows its code and endpoint", () =>
  withSockets([new zmq.Pull()], async (pull) => {
    const error = await failureOf(() => pull.bind("tcp://nowhere:5555"));
    const text = inspect(error);
    for (const part of ["ZmqError: Cannot bind", "ENODEV", "errno: 19", "tcp://nowhere:5555"]) {
      assert.ok(text.includes(part), text);
    }
    assert.equal(JSON.parse(JSON.stringify(error)).code, "ENODEV");
  }));

for (const [name, operation] of Object.entries({
  "`receive()`": "new Pull().receive({ timeout: 0 })",
  "`send()`": "new Push().send('x', { timeout: 0 })",
  "`send()` of no message": "new Push().send({})",
  "`bind()`": "new Push().bind('nonsense')",
})) {
  test(`E8: a failed ${name} that nobody awaits ends the process, and says why`, async () => {
    const { code, signal, stderr } = await runChild(`
      import { Pull, Push } from "zmqx";
      ${operation};
    `);
    assert.deepEqual({ code, signal }, { code: 1, signal: null }, stderr);
    assert.match(stderr, /Error: Cannot (send|receive|bind)/);
  });
}
