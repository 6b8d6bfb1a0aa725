/*
 * Pair: exactly one peer, both directions, nothing dropped.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { HighWaterMarkError, Pair } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import {
  absentAddress,
  countPeers,
  disconnected,
  drain,
  now,
  receiveText,
  receiveTexts,
  wires,
} from "./peers.js";

for (const transport of transports) {
  test(`Pair sends and receives both ways at the same time (${transport})`, async () => {
    using a = new Pair();
    using b = new Pair();
    await link(a, b, transport);
    const count = 500;
    const numbers = Array.from({ length: count }, (_, number) => String(number));
    const send = async (socket: Pair) => {
      for (const number of numbers) await socket.send(number);
    };
    const [fromB, fromA] = await Promise.all([
      receiveTexts(a, count),
      receiveTexts(b, count),
      send(a),
      send(b),
    ]);
    assert.deepEqual(fromA, numbers);
    assert.deepEqual(fromB, numbers);
  });

  test(`W6: Pair waits to send while it has no peer (${transport})`, async () => {
    using a = new Pair({ linger: 0 });
    const endpoint = await a.bind(freshAddress(transport));
    await assert.rejects(a.send("refused", now), HighWaterMarkError);
    let sent = false;
    const sending = a.send("waited").then(() => {
      sent = true;
    });
    await turn();
    assert.equal(sent, false);
    using b = new Pair();
    b.connect(endpoint);
    await sending;
    assert.deepEqual(await receiveText(b), ["waited"]);
    assert.deepEqual(await drain(b), []);
  });

  test(`W6: Pair waits to send at the high-water mark, and drops nothing (${transport})`, async () => {
    using a = new Pair({ sendHighWaterMark: 2, sendBufferSize: 1 << 16, linger: 0 });
    using b = new Pair({ receiveHighWaterMark: 2, receiveBufferSize: 1 << 16 });
    await link(a, b, transport);
    // More than the buffers of the operating system take.
    const size = transport === "inproc" ? 10 : 1 << 20;
    const count = 20;
    let sent = 0;
    const sending = Array.from({ length: count }, (_, number) =>
      a.send([String(number), Buffer.alloc(size)]).then(() => sent++),
    );
    await turn();
    assert.ok(sent < count, `${sent} of ${count} sent`);
    for (let number = 0; number < count; number++) {
      const [text, bytes] = (await b.receive()) as [Buffer, Buffer];
      assert.equal(String(text), String(number));
      assert.equal(bytes.length, size);
    }
    await Promise.all(sending);
  });

  test(`W6: Pair ignores a second peer (${transport})`, async () => {
    using a = new Pair({ linger: 0 });
    using b = new Pair({ linger: 0 });
    const endpoint = await link(a, b, transport);
    await b.send("first");
    assert.deepEqual(await receiveText(a), ["first"]);

    using c = new Pair({ linger: 0 });
    const peers = countPeers(c, transport);
    c.connect(endpoint);
    // Accepted by the side of c, but nobody takes it.
    await c.send("ignored");
    await peers(1);
    await a.send("for the first");
    assert.deepEqual(await receiveText(b), ["for the first"]);
    await b.send("still there");
    assert.deepEqual(await receiveText(a), ["still there"]);
    assert.deepEqual(await drain(a), []);
    assert.deepEqual(await drain(c), []);
    // Over inproc the second peer notices: it has no peer.
    if (transport === "inproc") await assert.rejects(c.send("refused", now), HighWaterMarkError);
  });

  test(`W6: Pair takes another peer when the first one is gone (${transport})`, async () => {
    using a = new Pair({ linger: 0 });
    const first = new Pair();
    const endpoint = await link(a, first, transport);
    await first.send("one");
    assert.deepEqual(await receiveText(a), ["one"]);
    void first.close();
    // The connection ends in the background: until it has, further ones are still ignored.
    const others: Pair[] = [];
    await until(async () => {
      const other = new Pair({ linger: 0 });
      others.push(other);
      other.connect(endpoint);
      await other.send(String(others.length - 1));
      return a.readable;
    }, "a peer that is taken");
    const taken = Number((await a.receive())[0]);
    await a.send("to the one taken");
    assert.deepEqual(await receiveText(others[taken] as Pair), ["to the one taken"]);
    for (const other of others) void other.close();
  });
}

for (const transport of wires) {
  // The book says that a Pair does not reconnect; libzmq does so on the side that connects.
  test(`W7: Pair that connected finds a peer that restarts (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    const before = new Pair({ linger: 0 });
    await before.bind(endpoint);
    using b = new Pair({ reconnectInterval: 1, linger: 0 });
    const lost = disconnected(b);
    b.connect(endpoint);
    await b.send("one");
    assert.deepEqual(await receiveText(before), ["one"]);
    await before.close();
    await lost;
    using after = new Pair({ linger: 0 });
    await after.bind(endpoint);
    await b.send("two");
    assert.deepEqual(await receiveText(after), ["two"]);
    await after.send("three");
    assert.deepEqual(await receiveText(b), ["three"]);
  });
}

test("W7: Pair does not find a peer that restarts (inproc)", async () => {
  const before = new Pair({ linger: 0 });
  using b = new Pair({ linger: 0 });
  const endpoint = await link(before, b, "inproc");
  await b.send("one");
  assert.deepEqual(await receiveText(before), ["one"]);
  void before.close();
  await until(() => !b.writable);
  using after = new Pair({ linger: 0 });
  await until(() =>
    after.bind(endpoint).then(
      () => true,
      () => false,
    ),
  );
  await assert.rejects(b.send("nobody", now), HighWaterMarkError);
  await assert.rejects(after.send("nobody", now), HighWaterMarkError);
});

test("Pair `close()` resolves though its peer does nothing (inproc)", {
  timeout: 20_000,
}, async () => {
  const a = new Pair({ linger: 0 });
  using b = new Pair({ linger: 0 });
  await link(a, b, "inproc");
  await b.send("one");
  assert.deepEqual(await receiveText(a), ["one"]);
  await a.close();
  await until(() => !b.writable);
});
