/*
 * Flow through a proxy: high-water marks on both of its sides, slow peers, and peers that come
 * and go.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Dealer, Pair, Proxy, Pull, Push, Router } from "zmqx";
import { link, transports, until } from "../harness.js";
import { receiveText, receiveTexts, wires } from "../socket/peers.js";
import { Running } from "./running.js";

// With these, next to nothing waits anywhere but in the sender.
const least = { sendHighWaterMark: 1, receiveHighWaterMark: 1 };
const toSend = { sendHighWaterMark: 1, sendBufferSize: 8192 };
const toReceive = { receiveHighWaterMark: 1, receiveBufferSize: 8192 };

for (const transport of transports) {
  test(`H4: Proxy makes the sender wait for a slow receiver and loses nothing (${transport})`, async () => {
    const front = new Pull(toReceive);
    const back = new Push(toSend);
    await using running = await Running.start(front, back, transport);
    using push = new Push(toSend);
    using pull = new Pull(toReceive);
    push.connect(running.front);
    pull.connect(running.back);
    const count = 400;
    const padding = Buffer.alloc(30_000);
    let sent = 0;
    const sending = (async () => {
      for (; sent < count; sent++) await push.send([`${sent}`, padding]);
    })();
    // The connections' buffers take some; inproc has none: two in each connection, one in between.
    const room = transport === "inproc" ? 5 : count / 2;
    for (let received = 0; received < count; received++) {
      for (let slow = 0; slow < 5; slow++) await turn();
      assert.ok(sent - received <= room, `${sent} sent, ${received} received`);
      const [number] = await receiveText(pull);
      assert.equal(number, `${received}`);
    }
    await sending;
  });

  test(`H4: Proxy does not lock up with both directions full (${transport})`, async () => {
    await using running = await Running.start(new Pair(least), new Pair(least), transport);
    using left = new Pair(least);
    using right = new Pair(least);
    left.connect(running.front);
    right.connect(running.back);
    const count = 300;
    const flood = async (from: Pair) => {
      for (let i = 0; i < count; i++) await from.send([`${i}`, Buffer.alloc(20_000)]);
    };
    const collect = async (to: Pair) => {
      for (let i = 0; i < count; i++) {
        if (i % 7 === 0) await turn();
        assert.equal((await receiveText(to))[0], `${i}`);
      }
    };
    // Both are full before anybody reads.
    const flooding = [flood(left), flood(right)];
    for (let i = 0; i < 100; i++) await turn();
    await Promise.all([...flooding, collect(left), collect(right)]);
  });

  test(`H12: Proxy forwards past a receiver that has stopped reading (${transport})`, async () => {
    const back = new Push(toSend);
    await using running = await Running.start(new Pull(), back, transport);
    using push = new Push();
    using frozen = new Pull(toReceive);
    using reading = new Pull();
    push.connect(running.front);
    frozen.connect(running.back);
    reading.connect(running.back);
    const count = 500;
    const padding = Buffer.alloc(20_000);
    const got = new Set<string>();
    const collect = async (pull: Pull) => {
      for await (const [number] of pull) got.add(String(number));
    };
    const loops = [collect(reading)];
    for (let i = 0; i < count; i++) await push.send([`${i}`, padding]);
    await until(() => got.has(`${count - 1}`) || got.size > count / 2, "half of the messages");
    // What the one that stopped had been given is still there.
    loops.push(collect(frozen));
    await until(() => got.size === count, "all messages");
    reading.close();
    frozen.close();
    await Promise.all(loops);
  });

  test(`E14: Proxy forwards what sources that come and go have sent (${transport})`, async () => {
    await using running = await Running.start(new Pull(), new Push(), transport);
    using pull = new Pull();
    pull.connect(running.back);
    const source = async (name: number) => {
      const push = new Push({ linger: 60_000 });
      push.connect(running.front);
      for (let i = 0; i < 20; i++) await push.send([`${name}`, `${i}`]);
      await push.close();
    };
    const next = new Map<string, number>();
    for (let wave = 0; wave < 6; wave++) {
      const sources = [0, 1, 2, 3, 4].map((index) => source(wave * 5 + index));
      for (let i = 0; i < 100; i++) {
        const [name = "", number] = await receiveText(pull);
        assert.equal(number, `${next.get(name) ?? 0}`);
        next.set(name, Number(number) + 1);
      }
      await Promise.all(sources);
    }
    assert.equal(next.size, 30);
  });

  test(`E14: Proxy lives on when clients leave before the answer (${transport})`, async () => {
    for (const mandatory of [false, true]) {
      await using running = await Running.start(new Router({ mandatory }), new Dealer(), transport);
      using worker = new Dealer();
      worker.connect(running.back);
      using staying = new Dealer();
      staying.connect(running.front);
      for (let round = 0; round < 10; round++) {
        const leaving = new Dealer({ linger: 60_000 });
        leaving.connect(running.front);
        await leaving.send("soon gone");
        const lost = await worker.receive();
        await leaving.close();
        await worker.send(lost);
        await staying.send(`${round}`);
        const request = await worker.receive();
        assert.equal(String(request[1]), `${round}`);
        await worker.send(request);
        assert.deepEqual(await receiveText(staying), [`${round}`]);
      }
    }
  });
}

/** Sends back what comes, until the socket is closed, be it in the middle. */
async function echo(dealer: Dealer): Promise<void> {
  for await (const request of dealer) {
    await dealer.send(request).catch((error) => {
      if (!dealer.closed) throw error;
    });
  }
}

for (const transport of wires) {
  test(`E14: Proxy serves on while workers come and go (${transport})`, async () => {
    await using running = await Running.start(new Router(), new Dealer(), transport);
    using client = new Dealer({ linger: 0 });
    client.connect(running.front);
    for (let worker = 0; worker < 5; worker++) {
      const dealer = new Dealer({ linger: 0 });
      dealer.connect(running.back);
      const served = echo(dealer);
      let isAnswered = false;
      const answered = (async () => {
        while ((await receiveText(client))[0] !== `${worker}`);
        isAnswered = true;
      })();
      // One that leaves takes along what it was given: that is asked for again.
      for (let turns = 0; !isAnswered; turns++) {
        if (turns % 100 === 0) await client.send(`${worker}`);
        await turn();
      }
      await answered;
      await dealer.close();
      await served;
    }
  });

  test(`E13: \`events\` of a proxy's socket tell of its peers (${transport})`, async () => {
    const front = new Pull();
    const { events } = front;
    const back = new Push();
    await using running = await Running.start(front, back, transport);
    assert.equal((await events.receive()).type, "bind");
    for (let visit = 0; visit < 3; visit++) {
      const push = new Push();
      push.connect(running.front);
      assert.equal((await events.receive()).type, "accept");
      assert.equal((await events.receive()).type, "handshake");
      await push.close();
      assert.equal((await events.receive()).type, "disconnect");
    }
  });
}

test("E14: Proxy connects networks: its own sockets may connect, to peers that bind", async () => {
  using source = new Push();
  using sink = new Pull();
  const front = new Pull();
  const back = new Push();
  await link(source, front, "tcp");
  await link(sink, back, "ipc");
  const proxy = new Proxy(front, back);
  const ended = proxy.run();
  for (let i = 0; i < 100; i++) await source.send(`${i}`);
  const expected = Array.from({ length: 100 }, (_, i) => `${i}`);
  assert.deepEqual(await receiveTexts(sink, 100), expected);
  proxy.terminate();
  await ended;
});
