/*
 * What keeps a process alive and what does not, and the end of sockets with their block.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ClosedError, Dealer, Pair, Proxy, Pull, Push } from "zmqx";
import { addon } from "#lib/native.js";
import { assertEndedWell, freshAddress, link, runChild } from "../harness.js";

const preamble = `
  import { Pull, Push, Pair, Dealer, Router, Proxy } from "zmqx";
  const [push, pull] = [new Push(), new Pull()];
  push.connect(await pull.bind("tcp://127.0.0.1:*"));
  const print = ([text]) => process.stdout.write(String(text));
  /** Comes only when something else keeps the process alive. */
  const later = (action) => setTimeout(action, 100).unref();
`;

const stays = {
  "a pending receive": "pull.receive().then(print);",
  "a receive that was ref()ed again while it waits":
    "pull.unref(); pull.receive().then(print); pull.ref();",
  "a receive on a socket that was ref()ed again": "pull.unref().ref().receive().then(print);",
  "any of several receives": "pull.receive(); pull.receive().then(print); push.send('first');",
  "a loop": "(async () => { for await (const message of pull) { print(message); break; } })();",
  "a receive whose wake-up threw": `
    const { prototype } = (await import("#lib/native.js")).addon.Socket;
    const { drain } = prototype;
    pull.receive().then(print);
    prototype.drain = () => {
      prototype.drain = drain;
      throw new Error("on purpose");
    };
    process.on("uncaughtException", () => undefined);`,
  "a blocked send": `
    const blocked = new Push();
    const endpoint = await blocked.bind("tcp://127.0.0.1:*");
    blocked.send("late").then(() => undefined);
    later(() => {
      const reader = new Pull();
      reader.connect(endpoint);
      reader.receive().then(print);
    });`,
  "a running proxy": `
    const proxy = new Proxy(new Pull(), new Push());
    await proxy.frontEnd.bind("tcp://127.0.0.1:*");
    await proxy.backEnd.bind("tcp://127.0.0.1:*");
    proxy.run().then(() => print(["late"]));
    later(() => proxy.terminate());`,
  "an observer that is read": `
    pull.events.on("unknown", () => undefined);
    later(() => { print(["late"]); pull.close(); });`,
};

for (const [what, body] of Object.entries(stays)) {
  test(`${what[0]?.toUpperCase()}${what.slice(1)} keeps the process alive until it is done`, async () => {
    const ended = await runChild(`${preamble}\n${body}\nlater(() => push.send("late"));`);
    assertEndedWell(ended);
    assert.equal(ended.stdout, "late");
  });
}

const goes = {
  "an unref()ed receive": "pull.unref(); pull.receive().then(print);",
  "a receive that was unref()ed while it waits": "pull.receive().then(print); pull.unref();",
  "an unref()ed receive with a timeout": "pull.unref().receive({ timeout: 1_000_000 });",
  "a receive with a timeout that was unref()ed later":
    "pull.receive({ timeout: 1_000_000 }); pull.unref();",
  "unref() after two ref()s": "pull.ref().ref().unref().receive().then(print);",
  "an unref()ed loop":
    "pull.unref(); (async () => { for await (const message of pull) print(message); })();",
  "an unref()ed send": "new Push().unref().send('for nobody').then(() => print(['sent']));",
  "a receive that was aborted": `
    const aborted = new AbortController();
    pull.receive({ signal: aborted.signal }).catch(() => undefined);
    aborted.abort();`,
  "a receive that timed out": "pull.receive({ timeout: 10 }).catch(() => undefined);",
  "an observer that nobody reads": "void pull.events;",
};

for (const [what, body] of Object.entries(goes)) {
  test(`${what[0]?.toUpperCase()}${what.slice(1)} does not keep the process alive`, async () => {
    const ended = await runChild(
      `${preamble}\n${body}\nsetTimeout(() => print(["held up"]), 20_000).unref();
      process.on("exit", () => print(["exit"]));`,
    );
    assertEndedWell(ended);
    assert.equal(ended.stdout, "exit");
  });
}

test("`unref()` leaves a socket as it is while something else keeps the process alive", async () => {
  const [push, pull] = [new Push(), new Pull()];
  await link(pull.unref(), push.unref(), "tcp");
  for (let count = 0; count < 3; count++) {
    const received = pull.receive();
    // Keeps the event loop going, as pull does not.
    const timer = setInterval(() => undefined, 1000);
    await push.send(String(count));
    assert.equal(String(await received), String(count));
    clearInterval(timer);
  }
  await Promise.all([push.ref().close(), pull.ref().close()]);
  assert.equal(pull.unref().ref(), pull);
});

test("`using` closes a socket at the end of its block, whatever happens there", async () => {
  const seen: Pull[] = [];
  let received: Promise<unknown> | undefined;
  const block = () => {
    using first = new Pull();
    seen.push(first);
    received = assert.rejects(first.receive(), ClosedError);
    {
      using second = new Pull();
      seen.push(second);
      second.close();
    }
    assert.equal(seen[1]?.closed, true);
    assert.equal(first.closed, false);
    throw new Error("on purpose");
  };
  assert.throws(block, { message: "on purpose" });
  assert.equal(seen[0]?.closed, true);
  await received;
});

test("`await using` waits until messages are delivered and the endpoint is free", async () => {
  let endpoint = freshAddress("tcp");
  for (let round = 0; round < 10; round++) {
    await using pull = new Pull();
    endpoint = await pull.bind(endpoint);
    {
      await using push = new Push({ linger: 60_000 });
      push.connect(endpoint);
      for (let count = 0; count < 10; count++) await push.send(Buffer.alloc(10_000));
    }
    for (let count = 0; count < 10; count++) await pull.receive();
  }
});

test("`using` ends a proxy, and an observer but not its socket", async () => {
  const [front, back] = [new Pull(), new Push()];
  await front.bind(freshAddress("tcp"));
  await back.bind(freshAddress("tcp"));
  let ended: Promise<void>;
  {
    using proxy = new Proxy(front, back);
    ended = proxy.run();
  }
  await ended;
  assert.deepEqual([front.closed, back.closed], [true, true]);

  const pair = new Pair();
  {
    using observer = pair.events;
    assert.equal(observer.closed, false);
  }
  assert.deepEqual([pair.events.closed, pair.closed], [true, false]);
  await pair.close();
});

test("`Symbol.dispose` can be called again, also after `close()`", async () => {
  const dealer = new Dealer();
  dealer[Symbol.dispose]();
  dealer[Symbol.dispose]();
  await dealer[Symbol.asyncDispose]();
  await dealer.close();
  assert.equal(dealer.closed, true);
  assert.equal(dealer.unref().ref().closed, true);
  assert.equal(addon.openSockets(), 0);
});
