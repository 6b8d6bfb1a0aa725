/*
 * How long operations wait: per call, per socket, for ever, or not at all.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Dealer,
  HighWaterMarkError,
  Pair,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  Subscriber,
  TimeoutError,
  XPublisher,
  ZmqError,
} from "zmqx";
import { freshAddress, link, transports } from "../harness.js";
import { receiveText, receiveTexts } from "../socket/peers.js";

function isTimeout(error: unknown): true {
  assert.ok(error instanceof TimeoutError);
  assert.ok(error instanceof ZmqError);
  assert.equal(error.code, "EAGAIN");
  assert.equal(error.syscall, "receive");
  return true;
}

function isHighWaterMark(error: unknown): true {
  assert.ok(error instanceof HighWaterMarkError);
  assert.equal(error.code, "EAGAIN");
  assert.equal(error.syscall, "send");
  return true;
}

for (const transport of transports) {
  test(`E4: \`receive()\` that may not wait rejects, and loses nothing (${transport})`, async () => {
    using pull = new Pull();
    using push = new Push();
    await link(pull, push, transport);
    for (let i = 0; i < 100; i++) {
      await assert.rejects(pull.receive({ timeout: 0 }), isTimeout);
      await push.send(`${i}`);
      assert.deepEqual(await receiveText(pull), [`${i}`]);
    }
    pull.receiveTimeout = 0;
    await assert.rejects(pull.receive(), isTimeout);
    await push.send("last");
    assert.equal(String((await pull.receive({ timeout: -1 }))[0]), "last");
  });

  test(`E4: \`send()\` that may not wait rejects, and sends nothing (${transport})`, async () => {
    using push = new Push();
    const address = await push.bind(freshAddress(transport));
    await assert.rejects(push.send("no peer", { timeout: 0 }), isHighWaterMark);
    push.sendTimeout = 0;
    await assert.rejects(push.send("no peer"), isHighWaterMark);
    using pull = new Pull();
    pull.connect(address);
    await push.send("peer", { timeout: -1 });
    assert.deepEqual(await receiveText(pull), ["peer"]);
    await assert.rejects(pull.receive({ timeout: 0 }), isTimeout);
  });

  test(`E10: timeouts pass in their order, whichever began first (${transport})`, async () => {
    using pull = new Pull({ receiveTimeout: 60 });
    await pull.bind(freshAddress(transport));
    const order: string[] = [];
    const expectTimeout = async (name: string, timeout?: number) => {
      const options = timeout === undefined ? undefined : { timeout };
      await assert.rejects(pull.receive(options), isTimeout);
      order.push(name);
    };
    let isOver = false;
    const forever = pull.receive({ timeout: -1 }).finally(() => {
      isOver = true;
    });
    await Promise.all([
      expectTimeout("120 ms", 120),
      expectTimeout("socket's 60 ms"),
      expectTimeout("1 ms", 1),
      expectTimeout("at once", 0),
    ]);
    assert.deepEqual(order, ["at once", "1 ms", "socket's 60 ms", "120 ms"]);
    assert.equal(isOver, false);
    using push = new Push();
    push.connect(pull.lastEndpoint as string);
    await push.send("finally");
    assert.deepEqual((await forever).map(String), ["finally"]);
  });

  test(`E5: a message goes to the next call that waits after one timed out (${transport})`, async () => {
    using pull = new Pull();
    using push = new Push();
    await link(pull, push, transport);
    const [early, ...late] = [5, 60_000, 60_000].map((timeout) => pull.receive({ timeout }));
    await assert.rejects(early as Promise<Buffer[]>, isTimeout);
    await push.send("1");
    await push.send("2");
    assert.deepEqual((await Promise.all(late)).flat().map(String), ["1", "2"]);
  });

  test(`E5: a send that timed out is not sent, those behind it are (${transport})`, async () => {
    using push = new Push({ sendTimeout: 5 });
    const address = await push.bind(freshAddress(transport));
    const sends = [
      push.send("1", { timeout: -1 }),
      push.send("2"),
      push.send("3", { timeout: 60_000 }),
      push.send("4", { timeout: 1 }),
    ] as const;
    await Promise.all([
      assert.rejects(sends[1], TimeoutError),
      assert.rejects(sends[3], TimeoutError),
    ]);
    using pull = new Pull();
    pull.connect(address);
    await sends[0];
    await sends[2];
    await push.send("5", { timeout: -1 });
    assert.deepEqual(await receiveTexts(pull, 3), ["1", "3", "5"]);
    await assert.rejects(pull.receive({ timeout: 0 }), isTimeout);
  });

  test(`E12: \`receiveTimeout\` leaves a loop with a TimeoutError, and the socket open (${transport})`, async () => {
    using pull = new Pull({ receiveTimeout: 5 });
    using push = new Push();
    await link(pull, push, transport);
    for (let round = 0; round < 3; round++) {
      const loop = async () => {
        for await (const _ of pull);
      };
      await assert.rejects(loop(), isTimeout);
      assert.equal(pull.closed, false);
    }
    await push.send("still here");
    assert.equal(String((await pull.receive({ timeout: -1 }))[0]), "still here");
  });
}

test("E4: `receive()` with the timeout 0 rejects on every type that has it", async () => {
  for (const Type of [Pair, Reply, Dealer, Router, Pull, Subscriber, XPublisher]) {
    using socket = new Type();
    await socket.bind(freshAddress("tcp"));
    await assert.rejects(socket.receive({ timeout: 0 }), isTimeout);
    await assert.rejects(socket.receive({ timeout: 1 }), isTimeout);
  }
});

test("E4: `send()` with the timeout 0 rejects on every type that waits for peers", async () => {
  for (const Type of [Pair, Request, Dealer, Push]) {
    using socket = new Type();
    await socket.bind(freshAddress("tcp"));
    await assert.rejects(socket.send("x", { timeout: 0 }), isHighWaterMark);
    await assert.rejects(socket.send("x", { timeout: 1 }), TimeoutError);
  }
});

test("`timeout` that is no number of milliseconds is refused, and nothing waits", async () => {
  using pair = new Pair();
  await pair.bind(freshAddress("tcp"));
  for (const timeout of [-2, -0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
    await assert.rejects(pair.receive({ timeout }), RangeError);
    await assert.rejects(pair.send("x", { timeout }), RangeError);
  }
  for (const timeout of ["1", null, {}, 1n] as unknown as number[]) {
    await assert.rejects(pair.receive({ timeout }), TypeError);
    await assert.rejects(pair.send("x", { timeout }), TypeError);
  }
  // The longest is really waited for.
  const waiting = pair.receive({ timeout: 2 ** 31 - 1 });
  using peer = new Pair();
  peer.connect(pair.lastEndpoint as string);
  await peer.send("x");
  assert.deepEqual((await waiting).map(String), ["x"]);
});
