/*
 * trySend() and tryReceive(): now or not at all, next to operations that wait.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import {
  ClosedError,
  Context,
  ContextTerminatedError,
  Dealer,
  HostUnreachableError,
  Pair,
  Proxy,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  StateError,
} from "zmqx";
import { freshAddress, link, type Transport, transports, until } from "../harness.js";
import { receiveText } from "../socket/peers.js";
import { randomIntegers } from "./random.js";

/** Two sockets between which little fits, and what to send to fill that. */
async function narrow(transport: Transport) {
  const push = new Push({ sendHighWaterMark: 5, sendBufferSize: 1 << 16, linger: 0 });
  const pull = new Pull({ receiveHighWaterMark: 5, receiveBufferSize: 1 << 16, linger: 0 });
  await link(pull, push, transport);
  return { push, pull, body: Buffer.alloc(transport === "inproc" ? 10 : 1 << 18) };
}

for (const transport of transports) {
  test(`E4: \`tryReceive()\` gives a message that is there, or undefined (${transport})`, async () => {
    using pull = new Pull();
    using push = new Push();
    await link(pull, push, transport);
    assert.equal(pull.tryReceive(), undefined);
    for (let count = 0; count < 100; count++) {
      assert.equal(push.trySend([String(count), "", "end"]), true);
      await until(() => pull.readable);
      assert.deepEqual(pull.tryReceive()?.map(String), [String(count), "", "end"]);
      assert.equal(pull.tryReceive(), undefined);
    }
  });

  test(`W3: \`trySend()\` without a peer gives false, and sends nothing (${transport})`, async () => {
    using push = new Push();
    const endpoint = await push.bind(freshAddress(transport));
    for (let count = 0; count < 10; count++) assert.equal(push.trySend("refused"), false);
    using pull = new Pull();
    pull.connect(endpoint);
    await until(() => push.trySend("taken"));
    assert.deepEqual(await receiveText(pull), ["taken"]);
    await push.send("last");
    assert.deepEqual(await receiveText(pull), ["last"]);
  });

  test(`H4: \`trySend()\` gives false at the high-water mark, true again later (${transport})`, async () => {
    const { push, pull, body } = await narrow(transport);
    let sent = 0;
    const fill = (): void => {
      while (push.trySend([String(sent), body])) sent++;
    };
    fill();
    assert.ok(sent >= 1, "none was taken");
    for (let received = 0; received < 60; received++) {
      await until(() => {
        fill();
        return sent > received;
      });
      const [text, bytes] = (await pull.receive()) as [Buffer, Buffer];
      assert.deepEqual([Number(text), bytes.length], [received, body.length]);
    }
    await Promise.all([push.close(), pull.close()]);
  });

  test(`H11: all ways to send and receive may be mixed: none lost, none twice (${transport})`, async () => {
    const { push, pull, body } = await narrow(transport);
    const random = randomIntegers(transport.length);
    const total = transport === "inproc" ? 3000 : 500;
    const sendAll = async (): Promise<void> => {
      const waiting: Promise<void>[] = [];
      for (let number = 0; number < total; number++) {
        const message = [String(number), body];
        if (random(2) === 0 || !push.trySend(message)) waiting.push(push.send(message));
        if (random(5) === 0) await Promise.all(waiting.splice(0));
      }
      await Promise.all(waiting);
    };
    const sending = sendAll();
    const messages: (Buffer[] | Promise<Buffer[]>)[] = [];
    while (messages.length < total) {
      const message = random(2) === 0 ? pull.receive({ timeout: 30_000 }) : pull.tryReceive();
      if (message !== undefined) messages.push(message);
      if (random(20) === 0) await Promise.all(messages);
      else if (random(4) === 0) await turn();
    }
    const numbers = (await Promise.all(messages)).map(([text]) => Number(text));
    assert.deepEqual(numbers, [...numbers.keys()]);
    await sending;
    assert.equal(pull.tryReceive(), undefined);
    await Promise.all([push.close(), pull.close()]);
  });

  test(`Q1: \`trySend()\` and \`tryReceive()\` throw EFSM out of turn (${transport})`, async () => {
    using request = new Request();
    using reply = new Reply();
    await link(reply, request, transport);
    const throwsState = (action: () => unknown) =>
      assert.throws(action, (error) => error instanceof StateError && error.code === "EFSM");
    throwsState(() => request.tryReceive());
    throwsState(() => reply.trySend("not asked"));
    for (let round = 0; round < 10; round++) {
      await until(() => request.trySend("question"));
      throwsState(() => request.trySend("another"));
      assert.equal(request.tryReceive(), undefined);
      await until(() => reply.readable);
      assert.deepEqual(reply.tryReceive()?.map(String), ["question"]);
      throwsState(() => reply.tryReceive());
      assert.equal(reply.trySend("answer"), true);
      await until(() => request.readable);
      assert.deepEqual(request.tryReceive()?.map(String), ["answer"]);
    }
  });
}

test("`trySend()` gives false while others wait to send, and never overtakes them", async () => {
  using push = new Push();
  using pull = new Pull();
  const endpoint = await push.bind(freshAddress("inproc"));
  const sending = push.send("first");
  pull.connect(endpoint);
  // The one that waits has not noticed yet.
  assert.equal(push.writable, true);
  assert.equal(push.trySend("second"), false);
  await sending;
  assert.equal(push.trySend("third"), true);
  assert.deepEqual(await receiveText(pull), ["first"]);
  assert.deepEqual(await receiveText(pull), ["third"]);
});

test("`tryReceive()` gives undefined while others wait to receive, and never overtakes them", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  const waiting = receiveText(pull);
  assert.equal(push.trySend("first"), true);
  assert.equal(pull.readable, true);
  assert.equal(pull.tryReceive(), undefined);
  assert.deepEqual(await waiting, ["first"]);
  assert.equal(push.trySend("second"), true);
  assert.deepEqual(pull.tryReceive()?.map(String), ["second"]);
});

test("Q14: `trySend()` on Router throws EHOSTUNREACH where a route is mandatory", async () => {
  using router = new Router({ mandatory: true });
  using dealer = new Dealer({ routingId: "dealer" });
  await link(router, dealer, "inproc");
  assert.throws(() => router.trySend(["nobody", "lost"]), HostUnreachableError);
  assert.equal(router.trySend(["dealer", "found"]), true);
  assert.deepEqual(dealer.tryReceive()?.map(String), ["found"]);
  router.mandatory = false;
  assert.equal(router.trySend(["nobody", "dropped"]), true);
});

test("`trySend()` throws a TypeError for what is no message, and sends nothing", async () => {
  using push = new Push();
  using pull = new Pull();
  await link(pull, push, "inproc");
  const wrong = [{}, undefined, true, 5n, () => 1, [], [{}], ["part", undefined], [["nested"]]];
  for (const value of wrong) {
    assert.throws(() => push.trySend(value as never), {
      name: "TypeError",
      message: /^Cannot send/,
    });
  }
  assert.equal(pull.tryReceive(), undefined);
  for (const value of ["text", 5, null, Buffer.of(1), new Uint16Array(1), new ArrayBuffer(2)]) {
    assert.equal(push.trySend(value), true);
    assert.equal(pull.tryReceive()?.length, 1);
  }
});

test("`trySend()` and `tryReceive()` throw a ClosedError on a closed socket", async () => {
  const pair = new Pair();
  await pair.close();
  const isClosed = (error: unknown) => error instanceof ClosedError && error.code === "EBADF";
  assert.throws(() => pair.trySend("late"), isClosed);
  assert.throws(() => pair.tryReceive(), isClosed);
});

test("L7: `trySend()` and `tryReceive()` throw ETERM when the context has ended", async () => {
  const context = new Context();
  const pairs = [new Pair({ context }), new Pair({ context })] as const;
  context.shutdown();
  assert.throws(() => pairs[0].trySend("late"), ContextTerminatedError);
  assert.throws(() => pairs[1].tryReceive(), ContextTerminatedError);
  await context.terminate();
});

test("`trySend()` and `tryReceive()` throw EBUSY while a proxy has the socket", async () => {
  const proxy = new Proxy(new Router(), new Dealer());
  for (const end of [proxy.frontEnd, proxy.backEnd]) await end.bind(freshAddress("inproc"));
  const ended = proxy.run();
  assert.throws(() => proxy.backEnd.trySend("no"), { name: "BusyError", code: "EBUSY" });
  assert.throws(() => proxy.frontEnd.tryReceive(), { name: "BusyError", code: "EBUSY" });
  proxy.terminate();
  await ended;
});
