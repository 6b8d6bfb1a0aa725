/*
 * Each class and code of error, provoked: what it is, what it carries and what it says.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as zmq from "zmqx";
import { Dish } from "zmqx/draft";
import { freshAddress } from "../harness.js";
import { assertFailure, assertWellFormed, failureOf, withSockets } from "./failures.js";

test("AddressInUseError: `bind()` where somebody else is", () =>
  withSockets([new zmq.Pull(), new zmq.Pull()], async (one, other) => {
    for (const transport of ["tcp", "inproc"] as const) {
      const endpoint = await one.bind(freshAddress(transport));
      const expected = {
        Class: zmq.AddressInUseError,
        code: "EADDRINUSE",
        syscall: "bind",
        endpoint,
        message: `Cannot bind to "${endpoint}": address already in use`,
      };
      await assertFailure(() => other.bind(endpoint), expected);
      assert.throws(() => other.bindSync(endpoint), zmq.AddressInUseError);
    }
  }));

const example = 'expected for example "tcp://127.0.0.1:5555"';
const refusals: [operation: "bind" | "connect", endpoint: string, code: string, text: string][] = [
  ["bind", "nonsense", "EINVAL", `malformed endpoint, ${example}`],
  ["connect", "tcp://127.0.0.1", "EINVAL", `malformed endpoint, ${example}`],
  ["bind", "smtp://mail", "EPROTONOSUPPORT", "the transport is unknown or not supported"],
  [
    "bind",
    "udp://127.0.0.1:5555",
    "ENOCOMPATPROTO",
    "the transport cannot be used with this type of socket",
  ],
  ["bind", "tcp://nowhere:5555", "ENODEV", "no such network interface"],
  ["bind", `ipc:///${"x".repeat(200)}`, "ENAMETOOLONG", "file name too long"],
];

for (const [operation, endpoint, code, text] of refusals) {
  test(`ZmqError: \`${operation}()\` gives ${code} for "${endpoint.slice(0, 25)}"`, () =>
    withSockets([new zmq.Pull()], (pull) => {
      const action = operation === "bind" ? "bind to" : "connect to";
      const message = `Cannot ${action} "${endpoint}": ${text}`;
      const expected = { Class: zmq.ZmqError, code, syscall: operation, endpoint, message };
      return assertFailure(() => pull[operation](endpoint), expected);
    }));
}

for (const endpoint of ["tcp://127.0.0.1", "tcp://nowhere:5555", "ipc:///nowhere/x", "inproc://"]) {
  test(`ZmqError: \`bind()\` to "${endpoint}" fails alike while it is observed`, () =>
    withSockets([new zmq.Pull(), new zmq.Pull()], async (plain, observed) => {
      void observed.events;
      const [expected, error] = [plain, observed].map((pull) =>
        failureOf(() => pull.bind(endpoint)),
      );
      assert.equal((await error)?.code, (await expected)?.code);
    }));
}

test("ZmqError: `unbind()` and `disconnect()` give ENOENT for an endpoint they do not have", () =>
  withSockets([new zmq.Pull()], async (pull) => {
    const endpoint = "tcp://127.0.0.1:5555";
    const expected = { Class: zmq.ZmqError, code: "ENOENT", endpoint };
    const unbound = { ...expected, syscall: "unbind" };
    const text = `Cannot unbind from "${endpoint}": not bound to it`;
    await assertFailure(() => pull.unbind(endpoint), { ...unbound, message: text });
    await assertFailure(() => pull.unbindSync(endpoint), { ...unbound, message: text });
    await assertFailure(() => pull.disconnect(endpoint), {
      ...expected,
      syscall: "disconnect",
      message: `Cannot disconnect from "${endpoint}": not connected to it`,
    });
  }));

test("ZmqError: a borrowed `send()` or `receive()` gives ENOTSUP", () =>
  withSockets([new zmq.Push(), new zmq.Pull()], async (push, pull) => {
    const expected = { Class: zmq.ZmqError, code: "ENOTSUP" };
    await assertFailure(() => zmq.Push.prototype.send.call(pull as never, "x"), {
      ...expected,
      syscall: "send",
      message: "Cannot send on Pull: operation not supported",
    });
    await assertFailure(() => zmq.Pull.prototype.receive.call(push as never), {
      ...expected,
      syscall: "receive",
      message: "Cannot receive on Push: operation not supported",
    });
  }));

test("L11: ZmqError: a socket beyond `maxSockets` gives EMFILE, the earlier ones work", async () => {
  const context = new zmq.Context({ maxSockets: 1 });
  const first = new zmq.Pair({ context });
  await assertFailure(() => new zmq.Dealer({ context }), {
    Class: zmq.ZmqError,
    code: "EMFILE",
    syscall: "socket",
    message: "Cannot create a Dealer: too many open sockets or file descriptors",
  });
  await first.bind("inproc://first");
  await first.close();
  await context.terminate();
});

test("E4: TimeoutError: `receive()` when nothing comes", () =>
  withSockets([new zmq.Pull()], async (pull) => {
    const expected = { Class: zmq.TimeoutError, code: "EAGAIN", syscall: "receive" };
    const late = { ...expected, message: "Cannot receive on Pull: timed out after 3 ms" };
    const atOnce = { ...expected, message: "Cannot receive on Pull: no message is there" };
    await assertFailure(() => pull.receive({ timeout: 3 }), late);
    await assertFailure(() => pull.receive({ timeout: 0 }), atOnce);
    pull.receiveTimeout = 3;
    await assertFailure(() => pull.receive(), late);
    pull.receiveTimeout = 0;
    await assertFailure(() => pull.receive(), atOnce);
  }));

test("W3: HighWaterMarkError or TimeoutError: `send()` when nobody takes it", () =>
  withSockets([new zmq.Push()], async (push) => {
    const expected = { code: "EAGAIN", syscall: "send" };
    const full = {
      ...expected,
      Class: zmq.HighWaterMarkError,
      message: "Cannot send on Push: high-water mark reached or no peer",
    };
    const late = {
      ...expected,
      Class: zmq.TimeoutError,
      message: "Cannot send on Push: timed out after 3 ms",
    };
    await assertFailure(() => push.send("x", { timeout: 0 }), full);
    await assertFailure(() => push.send("x", { timeout: 3 }), late);
    push.sendTimeout = 0;
    await assertFailure(() => push.send("x"), full);
    push.sendTimeout = 3;
    await assertFailure(() => push.send("x"), late);
  }));

test("Q1: StateError: `send()` and `receive()` out of turn", () =>
  withSockets([new zmq.Request(), new zmq.Reply()], async (request, reply) => {
    const expected = { Class: zmq.StateError, code: "EFSM" };
    await assertFailure(() => request.receive(), {
      ...expected,
      syscall: "receive",
      message: "Cannot receive on Request: not its turn, send first",
    });
    await assertFailure(() => reply.send("x"), {
      ...expected,
      syscall: "send",
      message: "Cannot send on Reply: not its turn, receive first",
    });
  }));

test("Q14: HostUnreachableError: a mandatory `send()` to nobody", () =>
  withSockets([new zmq.Router({ mandatory: true })], (router) =>
    assertFailure(() => router.send(["nobody", "x"]), {
      Class: zmq.HostUnreachableError,
      code: "EHOSTUNREACH",
      syscall: "send",
      message: "Cannot send on Router: no route to the peer",
    }),
  ));

test("H11: BusyError: the `receive()` after 10000 that wait", () =>
  withSockets([new zmq.Pull()], async (pull) => {
    const waiting = Array.from({ length: 10_000 }, () => pull.receive());
    const settled = Promise.allSettled(waiting);
    await assertFailure(() => pull.receive(), {
      Class: zmq.BusyError,
      code: "EBUSY",
      syscall: "receive",
      message: "Cannot receive on Pull: 10000 operations wait already",
    });
    pull.close();
    assert.ok((await settled).every(({ status }) => status === "rejected"));
  }));

test("AbortError: `send()` and `receive()` whose signal is aborted, before or while waiting", () =>
  withSockets([new zmq.Push(), new zmq.Pull()], async (push, pull) => {
    const reason = new Error("Enough");
    for (const abortLater of [false, true]) {
      for (const [syscall, start] of [
        ["send", (signal: AbortSignal) => push.send("x", { signal })],
        ["receive", (signal: AbortSignal) => pull.receive({ signal })],
      ] as const) {
        const controller = new AbortController();
        if (!abortLater) controller.abort(reason);
        const operation = start(controller.signal);
        if (abortLater) controller.abort(reason);
        const error = await failureOf(() => operation);
        assert.ok(error instanceof zmq.AbortError);
        assert.ok(!(error instanceof zmq.ZmqError));
        assert.equal(error.name, "AbortError");
        assert.equal(error.code, "ABORT_ERR");
        assert.equal(error.cause, reason);
        assert.equal(error.message, `Aborted while waiting to ${syscall}`);
        assertWellFormed(error);
      }
    }
  }));

test("ZmqError: `join()` twice and `leave()` of a group that it is not in give EINVAL", () =>
  withSockets([new Dish()], async (dish) => {
    dish.join("news");
    const expected = { Class: zmq.ZmqError, code: "EINVAL" };
    const text = (action: string) => `Cannot ${action} group "news": invalid argument`;
    const join = { ...expected, syscall: "join", message: text("join") };
    const leave = { ...expected, syscall: "leave", message: text("leave") };
    await assertFailure(() => dish.join("news"), join);
    dish.leave("news");
    await assertFailure(() => dish.leave("news"), leave);
  }));
