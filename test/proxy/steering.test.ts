/*
 * How a proxy starts, pauses and ends, and who may use its sockets meanwhile.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  BusyError,
  ClosedError,
  Context,
  ContextTerminatedError,
  Dealer,
  Proxy,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  ZmqError,
} from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import { Recording } from "../monitor/recording.js";
import { absentAddress, receiveText, receiveTexts } from "../socket/peers.js";
import { Running } from "./running.js";

for (const transport of transports) {
  test(`E14: Proxy \`pause()\` holds messages back, \`resume()\` forwards them (${transport})`, async () => {
    await using paused = await Running.start(new Pull(), new Push(), transport);
    await using other = await Running.start(new Router(), new Dealer(), transport);
    using push = new Push();
    using pull = new Pull();
    push.connect(paused.front);
    pull.connect(paused.back);
    using request = new Request();
    using reply = new Reply();
    request.connect(other.front);
    reply.connect(other.back);
    const arrived: string[] = [];
    const collecting = (async () => {
      while (arrived.at(-1) !== "end") arrived.push(...(await receiveText(pull)));
    })();
    let sent = 0;
    await push.send(`${sent++}`);
    await until(() => arrived.length === sent, "the first message");
    for (let round = 0; round < 3; round++) {
      paused.proxy.pause();
      // Its thread may be in the middle of forwarding, and pauses after that.
      await until(async () => {
        const before = sent;
        for (let i = 0; i < 50; i++) await push.send(`${sent++}`);
        // Time enough for all of them, as the other proxy shows.
        for (let i = 0; i < 100; i++) {
          await request.send("?");
          await reply.receive();
          await reply.send("!");
          await request.receive();
        }
        return arrived.length <= before;
      }, "messages to be held back");
      paused.proxy.resume();
      await until(() => arrived.length === sent, "what was held back");
    }
    await push.send("end");
    await collecting;
    assert.deepEqual(arrived, [...Array.from({ length: sent }, (_, i) => `${i}`), "end"]);
  });

  test(`E14: Proxy \`terminate()\` ends it, also when it is paused (${transport})`, async () => {
    for (const isPaused of [false, true]) {
      const { proxy, ended, front } = await Running.start(new Pull(), new Push(), transport);
      if (isPaused) proxy.pause();
      proxy.terminate();
      proxy.terminate();
      assert.equal(await ended, undefined);
      assert.ok(proxy.frontEnd.closed && proxy.backEnd.closed);
      proxy.terminate();
      assert.throws(() => proxy.pause(), { name: "ZmqError", code: "EBADF" });
      assert.throws(() => proxy.resume(), { name: "ZmqError", code: "EBADF" });
      await assert.rejects(proxy.run(), ClosedError);
      // The endpoint is free again.
      using next = new Pull();
      await proxy.frontEnd.close();
      await next.bind(front);
    }
  });

  test(`E14: \`close()\` of one of its sockets ends a proxy (${transport})`, async () => {
    for (const end of ["frontEnd", "backEnd"] as const) {
      const { proxy, ended } = await Running.start(new Router(), new Dealer(), transport);
      await proxy[end].close();
      await ended;
      assert.ok(proxy.frontEnd.closed && proxy.backEnd.closed);
    }
  });

  test(`E14: \`close({ linger })\` of a proxy's socket keeps to its linger (${transport})`, {
    skip: transport === "inproc" && "over inproc nothing lingers",
  }, async () => {
    const absent = await absentAddress(transport);
    const back = new Push({ linger: 0, reconnectInterval: 1 });
    back.connect(absent);
    const recording = new Recording(back);
    const { proxy, ended, ...running } = await Running.start(new Pull(), back, transport);
    using push = new Push();
    using present = new Pull();
    push.connect(running.front);
    present.connect(running.back);
    await recording.wait("handshake");
    // They take turns: when one has had two messages, the other one has had one at least.
    for (let i = 0; i < 4; i++) await push.send(`${i}`);
    const [first] = await receiveTexts(present, 2);
    const closing = back.close({ linger: 60_000 });
    using late = new Pull();
    await late.bind(absent);
    const [text] = await late.receive({ timeout: 10_000 });
    assert.equal(String(text), first === "0" ? "1" : "0");
    await Promise.all([closing, ended]);
    assert.ok(proxy.frontEnd.closed);
  });

  test(`L7: \`shutdown()\` of the context ends \`run()\` with ETERM (${transport})`, async () => {
    const context = new Context();
    const { proxy, ended } = await Running.start(
      new Router({ context }),
      new Dealer({ context }),
      transport,
    );
    context.shutdown();
    await assert.rejects(ended, (error) => {
      assert.ok(error instanceof ContextTerminatedError);
      assert.equal(error.code, "ETERM");
      return true;
    });
    assert.ok(proxy.frontEnd.closed && proxy.backEnd.closed);
    await context.terminate();
  });
}

test("BusyError: other uses of the sockets of a running proxy", async () => {
  await using running = await Running.start(new Router(), new Dealer(), "tcp");
  const { frontEnd, backEnd } = running.proxy;
  for (const socket of [frontEnd, backEnd]) {
    await assert.rejects(socket.send(["", "x"]), BusyError);
    await assert.rejects(socket.receive(), BusyError);
    await assert.rejects(socket.bind(freshAddress("tcp")), BusyError);
    await assert.rejects(socket.unbind(running.front), BusyError);
    assert.throws(() => socket.connect(running.front), BusyError);
    assert.throws(() => socket.disconnect(running.front), BusyError);
    assert.throws(() => socket.linger, BusyError);
    assert.throws(() => {
      socket.linger = 0;
    }, BusyError);
    assert.equal(socket.readable, false);
    assert.equal(socket.writable, false);
    assert.equal(socket.closed, false);
  }
  // It goes on all the same.
  using request = new Request();
  using reply = new Reply();
  request.connect(running.front);
  reply.connect(running.back);
  await request.send("?");
  assert.deepEqual(await receiveText(reply), ["?"]);
  await reply.send("!");
  assert.deepEqual(await receiveText(request), ["!"]);
});

test("BusyError: a second proxy, or a second `run()`, on sockets that are taken", async () => {
  await using running = await Running.start(new Pull(), new Push(), "tcp");
  const { frontEnd, backEnd } = running.proxy;
  await assert.rejects(running.proxy.run(), BusyError);
  const free = new Push({ linger: 0 });
  await free.bind(freshAddress("tcp"));
  await assert.rejects(new Proxy(frontEnd, free).run(), BusyError);
  await assert.rejects(new Proxy(free, backEnd).run(), BusyError);
  // Neither took anything, nor left anything behind.
  await assert.rejects(free.send("x", { timeout: 0 }), { code: "EAGAIN" });
  free.close();
  using push = new Push();
  using pull = new Pull();
  push.connect(running.front);
  pull.connect(running.back);
  await push.send("through");
  assert.deepEqual(await receiveText(pull), ["through"]);
});

test("BusyError: `run()` with operations that wait, which go on", async () => {
  using pull = new Pull();
  using push = new Push();
  using source = new Push();
  await link(pull, source, "tcp");
  await push.bind(freshAddress("tcp"));
  const waiting = receiveText(pull);
  await assert.rejects(new Proxy(pull, push).run(), BusyError);
  await source.send("for the one that waits");
  assert.deepEqual(await waiting, ["for the one that waits"]);
});

test("ZmqError: `run()` over sockets that are neither bound nor connected", async () => {
  using front = new Router();
  using back = new Dealer();
  const proxy = new Proxy(front, back);
  const refused = (error: unknown): boolean => {
    assert.ok(error instanceof ZmqError);
    assert.equal(error.code, "EINVAL");
    return true;
  };
  await assert.rejects(proxy.run(), refused);
  const address = await front.bind(freshAddress("tcp"));
  await assert.rejects(proxy.run(), refused);
  await front.unbind(address);
  await back.bind(freshAddress("tcp"));
  await assert.rejects(proxy.run(), refused);
  // And once they are, it runs.
  await front.bind(freshAddress("tcp"));
  const ended = proxy.run();
  proxy.terminate();
  await ended;
});

test("Proxy: `terminate()` before `run()` ends it as soon as it runs", async () => {
  const front = new Pull();
  const back = new Push();
  await front.bind(freshAddress("tcp"));
  await back.bind(freshAddress("tcp"));
  const proxy = new Proxy(front, back);
  proxy.terminate();
  await proxy.run();
  assert.ok(front.closed && back.closed);
});

test("Proxy: sixteen at once leave the thread pool to others", async () => {
  const proxies = await Promise.all(
    Array.from({ length: 16 }, () => Running.start(new Pull(), new Push(), "tcp")),
  );
  const files = await Promise.all(
    Array.from({ length: 16 }, () => readFile(new URL(import.meta.url))),
  );
  assert.ok(files.every((file) => file.length > 0));
  for (const { front, back } of proxies) {
    using push = new Push();
    using pull = new Pull();
    push.connect(front);
    pull.connect(back);
    await push.send("through");
    assert.deepEqual(await receiveText(pull), ["through"]);
  }
  for (const running of proxies) await running[Symbol.asyncDispose]();
});
