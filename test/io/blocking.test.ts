/*
 * receiveSync() and sendSync(): in workers, and on the main thread where that is allowed.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BusyError,
  ClosedError,
  Dealer,
  HighWaterMarkError,
  HostUnreachableError,
  Pair,
  Proxy,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  StateError,
  TimeoutError,
  ZmqError,
} from "zmqx";
import { Client, Dish, Radio, Server } from "zmqx/draft";
import { play } from "../context/thread.js";
import { freshAddress, link, transports, until } from "../harness.js";
import { receiveTexts } from "../socket/peers.js";

const allowed = { allowBlocking: true } as const;

test("`receiveSync()` and `sendSync()` are refused on the main thread", async () => {
  using pair = new Pair();
  using peer = new Pair();
  await link(pair, peer, "inproc");
  await peer.send("is there");
  const isRefused = (error: unknown) => {
    assert.ok(error instanceof ZmqError);
    assert.equal(error.code, "EINVAL");
    assert.match(error.message, /^Cannot (send|receive) on Pair: .+"allowBlocking"/);
    return true;
  };
  assert.equal(pair.allowBlocking, false);
  assert.throws(() => pair.receiveSync(), isRefused);
  assert.throws(() => pair.receiveSync({ timeout: 0 }), isRefused);
  assert.throws(() => pair.sendSync("x"), isRefused);
  pair.allowBlocking = true;
  assert.deepEqual(pair.receiveSync().map(String), ["is there"]);
  pair.sendSync(["an", "answer"]);
  assert.deepEqual((await peer.receive()).map(String), ["an", "answer"]);
  pair.allowBlocking = false;
  assert.throws(() => pair.sendSync("x"), isRefused);
});

test("`allowBlocking` is true in workers, and can be taken back", async () => {
  const { next, ended } = play(
    `const [usual, refusing] = [new zmq.Pair(), new zmq.Pair({ allowBlocking: false })];
    post([usual.allowBlocking, refusing.allowBlocking]);
    try { refusing.sendSync("x"); } catch (error) { post(error.code); }
    try { usual.receiveSync({ timeout: 0 }); } catch (error) { post(error.code); }
    usual.close();
    refusing.close();`,
  );
  assert.deepEqual(await next(), [true, false]);
  assert.equal(await next(), "EINVAL");
  assert.equal(await next(), "EAGAIN");
  assert.equal(await ended, 0);
});

for (const transport of transports) {
  test(`a worker that blocks answers the main thread (${transport})`, async () => {
    using pair = new Pair();
    const endpoint = await pair.bind(freshAddress(transport));
    const { ended } = play(
      `const pair = new zmq.Pair();
      pair.connect(data);
      for (;;) {
        const message = pair.receiveSync();
        pair.sendSync(["echo", ...message]);
        if (String(message[0]) === "end") break;
      }
      await pair.close();`,
      endpoint,
    );
    for (let count = 0; count < 200; count++) {
      const body = Buffer.alloc((count * 997) % 20_000, count);
      await pair.send([String(count), body]);
      assert.deepEqual(await pair.receive(), [Buffer.from("echo"), Buffer.from(`${count}`), body]);
    }
    await pair.send("end");
    await pair.receive();
    assert.equal(await ended, 0);
  });

  test(`H10: \`sendSync()\` in a worker waits at the high-water mark (${transport})`, async () => {
    using pull = new Pull({ receiveHighWaterMark: 2, receiveBufferSize: 1 << 16 });
    const endpoint = await pull.bind(freshAddress(transport));
    const { next, ended } = play(
      `const push = new zmq.Push({ sendHighWaterMark: 2, sendBufferSize: 65536 });
      push.connect(data.endpoint);
      const body = Buffer.alloc(data.size);
      for (let count = 0; count < 60; count++) push.sendSync([String(count), body]);
      post("sent all");
      await push.close();`,
      { endpoint, size: transport === "inproc" ? 10 : 1 << 20 },
    );
    const numbers = (await receiveTexts(pull, 60)).map(Number);
    assert.deepEqual(numbers, [...numbers.keys()]);
    assert.equal(await next(), "sent all");
    assert.equal(await ended, 0);
  });

  test(`\`receiveSync()\` and \`sendSync()\` serve requests between workers (${transport})`, async () => {
    const server = play(
      `const reply = new zmq.Reply();
      post(await reply.bind(data));
      for (let count = 0; count < 100; count++) {
        const [number] = reply.receiveSync();
        reply.sendSync(String(Number(number) * 2));
      }
      await reply.close();`,
      freshAddress(transport),
    );
    const client = play(
      `const request = new zmq.Request();
      request.connect(data);
      const answers = [];
      for (let count = 0; count < 100; count++) {
        request.sendSync(String(count));
        answers.push(Number(request.receiveSync({ timeout: 30_000 })));
      }
      post(answers);
      await request.close();`,
      await server.next(),
    );
    const doubles = Array.from({ length: 100 }, (_, number) => 2 * number);
    assert.deepEqual(await client.next(), doubles);
    assert.deepEqual([await client.ended, await server.ended], [0, 0]);
  });

  test(`E5: \`receiveSync()\` times out, and loses nothing (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull(allowed);
    await link(pull, push, transport);
    const isTimeout = (error: unknown) => error instanceof TimeoutError && error.code === "EAGAIN";
    for (let count = 0; count < 20; count++) {
      assert.throws(() => pull.receiveSync({ timeout: count % 2 }), isTimeout);
      await push.sendMany([`${count}`, "next"]);
      assert.deepEqual(pull.receiveSync().map(String), [`${count}`]);
      assert.deepEqual(pull.receiveSync({ timeout: 10_000 }).map(String), ["next"]);
    }
    pull.receiveTimeout = 0;
    assert.throws(() => pull.receiveSync(), isTimeout);
    const before = performance.now();
    assert.throws(() => pull.receiveSync({ timeout: 50 }), isTimeout);
    assert.ok(performance.now() - before >= 50, "it came back too soon");
  });

  test(`E4: \`sendSync()\` times out, and sends nothing (${transport})`, async () => {
    using push = new Push(allowed);
    const endpoint = await push.bind(freshAddress(transport));
    assert.throws(() => push.sendSync("lost", { timeout: 0 }), HighWaterMarkError);
    assert.throws(() => push.sendSync("lost", { timeout: 5 }), TimeoutError);
    push.sendTimeout = 5;
    assert.throws(() => push.sendSync("lost"), TimeoutError);
    using pull = new Pull();
    pull.connect(endpoint);
    push.sendSync("found", { timeout: -1 });
    assert.deepEqual(await receiveTexts(pull, 1), ["found"]);
  });
}

test("Q1: `receiveSync()` and `sendSync()` throw EFSM out of turn", async () => {
  using request = new Request(allowed);
  using reply = new Reply(allowed);
  await link(reply, request, "inproc");
  assert.throws(() => request.receiveSync(), StateError);
  assert.throws(() => reply.sendSync("x"), StateError);
  request.sendSync("question");
  assert.throws(() => request.sendSync("another"), StateError);
  assert.equal(String(reply.receiveSync()), "question");
  assert.throws(() => reply.receiveSync(), StateError);
  reply.sendSync("answer");
  assert.equal(String(request.receiveSync()), "answer");
});

test("`receiveSync()` and `sendSync()` throw EBUSY while other operations wait", async () => {
  using pair = new Pair(allowed);
  using peer = new Pair();
  const isBusy = (error: unknown) => error instanceof BusyError && error.code === "EBUSY";
  const endpoint = await pair.bind(freshAddress("inproc"));
  const waiting = [pair.receive(), pair.send("first")] as const;
  assert.throws(() => pair.receiveSync(), isBusy);
  assert.throws(() => pair.sendSync("second"), isBusy);
  peer.connect(endpoint);
  await peer.send("for the one that waited");
  assert.equal(String(await waiting[0]), "for the one that waited");
  await waiting[1];
  pair.sendSync("second");
  assert.deepEqual(await receiveTexts(peer, 2), ["first", "second"]);
});

test("`receiveSync()` and `sendSync()` throw EBUSY while a proxy has the socket", async () => {
  const proxy = new Proxy(new Router(allowed), new Dealer(allowed));
  for (const end of [proxy.frontEnd, proxy.backEnd]) await end.bind(freshAddress("inproc"));
  const ended = proxy.run();
  assert.throws(() => proxy.frontEnd.receiveSync(), BusyError);
  assert.throws(() => proxy.backEnd.sendSync("x"), BusyError);
  proxy.terminate();
  await ended;
});

test("`receiveSync()` and `sendSync()` throw for a closed socket and wrong arguments", async () => {
  const pair = new Pair(allowed);
  for (const wrong of [{}, undefined, [], ["x", {}]]) {
    assert.throws(() => pair.sendSync(wrong as never), TypeError);
  }
  assert.throws(() => pair.receiveSync({ timeout: "5" } as never), TypeError);
  assert.throws(() => pair.receiveSync({ timeout: -2 }), RangeError);
  assert.throws(() => pair.sendSync("x", { timeout: Number.NaN }), RangeError);
  assert.throws(() => pair.receiveSync(5 as never), TypeError);
  await pair.close();
  assert.throws(() => pair.receiveSync(), ClosedError);
  assert.throws(() => pair.sendSync("x"), ClosedError);
});

test("Q14, Q15: `sendSync()` on Router with `mandatory` throws, or waits for room", async () => {
  using router = new Router({ ...allowed, mandatory: true, sendHighWaterMark: 2, linger: 0 });
  using full = new Dealer({ routingId: "full", receiveHighWaterMark: 2 });
  using free = new Dealer({ routingId: "free" });
  await link(router, full, "inproc");
  await link(router, free, "inproc");
  assert.throws(() => router.sendSync(["nobody", "x"]), HostUnreachableError);
  for (let count = 0; count < 4; count++) router.sendSync(["full", `${count}`], { timeout: 0 });
  assert.throws(() => router.sendSync(["full", "x"], { timeout: 0 }), HighWaterMarkError);
  assert.throws(() => router.sendSync(["full", "x"], { timeout: 10 }), TimeoutError);
  router.sendSync(["free", "x"]);
  assert.equal(String(await free.receive()), "x");
  assert.deepEqual(await receiveTexts(full, 4), ["0", "1", "2", "3"]);
});

test("M8: `receiveSync()` goes on where other ways to receive have stopped", async () => {
  using push = new Push();
  using pull = new Pull(allowed);
  await link(pull, push, "inproc");
  await push.sendMany(Array.from({ length: 400 }, (_, number) => String(number)));
  for (let number = 0; number < 400; number += 4) {
    assert.equal(String(await pull.receive()), `${number}`);
    assert.equal(String(pull.receiveSync()), `${number + 1}`);
    assert.equal(String(pull.tryReceive()), `${number + 2}`);
    assert.equal(String(await pull.receiveMany({ max: 1 })), `${number + 3}`);
  }
});

for (const transport of transports) {
  test(`\`receiveSync()\` and \`sendSync()\` carry the options of draft types (${transport})`, async () => {
    using server = new Server(allowed);
    using client = new Client(allowed);
    await link(server, client, transport);
    client.sendSync("question");
    const [question, { routingId }] = server.receiveSync();
    assert.equal(String(question), "question");
    server.sendSync("answer", { routingId, timeout: 1000 });
    assert.equal(String(client.receiveSync()), "answer");
    assert.throws(() => server.sendSync("x", {} as never), TypeError);
    assert.throws(() => server.receiveSync({ timeout: 1 }), TimeoutError);

    using radio = new Radio(allowed);
    using dish = new Dish(allowed);
    await link(dish, radio, transport);
    dish.join("group");
    await until(() => {
      radio.sendSync("to all", { group: "group" });
      return dish.readable;
    });
    const [message, { group }] = dish.receiveSync();
    assert.deepEqual([String(message), String(group)], ["to all", "group"]);
  });
}
