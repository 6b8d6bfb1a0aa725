/*
 * What a Publisher drops, and what it must not: before the subscription is known, and when a
 * Subscriber is slow.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Publisher, Subscriber, XPublisher } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import {
  absentAddress,
  drain,
  firstReceived,
  receiveText,
  receiveTexts,
  subscribed,
  wires,
} from "./peers.js";
import { Relay } from "./wire.js";

// Little room between the two, also in the buffers of the operating system. What is set later does
// not narrow a connection that is there, or stops it for good.
const narrow = { sendHighWaterMark: 5, sendBufferSize: 1 << 16, linger: 0 };
const slow = { receiveHighWaterMark: 5, receiveBufferSize: 1 << 16 };

/** All that comes before a message which is sent until it is not dropped. */
async function receiveUntilEnd(publisher: Publisher, subscriber: Subscriber) {
  const messages: Buffer[][] = [];
  await until(async () => {
    await publisher.send("nend");
    for (;;) {
      const message = await subscriber.receive({ timeout: 0 }).catch(() => undefined);
      if (message === undefined) return false;
      if (String(message[0]) === "nend") return true;
      messages.push(message);
    }
  }, "the end");
  return messages;
}

for (const transport of transports) {
  test(`P4: Subscriber misses what was sent before its subscription came (${transport})`, async () => {
    using publisher = new Publisher();
    const endpoint = await publisher.bind(freshAddress(transport));
    for (let number = 0; number < 10; number++) await publisher.send("early");
    using subscriber = new Subscriber();
    subscriber.connect(endpoint);
    await publisher.send("early");
    subscriber.subscribe("");
    assert.deepEqual(await firstReceived(publisher, subscriber, "in time"), ["in time"]);
  });

  test(`P4: Subscriber misses nothing after XPublisher got its subscription (${transport})`, async () => {
    using publisher = new XPublisher();
    using subscriber = new Subscriber();
    await link(publisher, subscriber, transport);
    subscriber.subscribe("n");
    assert.deepEqual(await receiveText(publisher), ["\u0001n"]);
    const numbers = Array.from({ length: 500 }, (_, number) => `n${number}`);
    for (const number of numbers) await publisher.send(number);
    assert.deepEqual(await receiveTexts(subscriber, 500), numbers);
  });

  // The book says that this way round nothing is lost: not since publishers filter.
  test(`P5: Publisher that connects drops what it sends before it knows a subscription (${transport})`, async () => {
    using publisher = new Publisher({ reconnectInterval: 1 });
    using subscriber = new Subscriber();
    subscriber.subscribe("");
    if (transport === "inproc") {
      publisher.connect(await subscriber.bind(freshAddress(transport)));
      await publisher.send("early");
    } else {
      const endpoint = await absentAddress(transport);
      publisher.connect(endpoint);
      await publisher.send("early");
      await subscriber.bind(endpoint);
    }
    assert.deepEqual(await firstReceived(publisher, subscriber, "in time"), ["in time"]);
  });

  test(`P6: \`send()\` on Publisher never waits, with no subscriber or with one that does not read (${transport})`, async () => {
    using publisher = new Publisher(narrow);
    using frozen = new Subscriber(slow);
    const endpoint = await publisher.bind(freshAddress(transport));
    let turns = 0;
    const timer = setInterval(() => turns++);
    const body = Buffer.alloc(1000);
    const flood = async (count: number) => {
      for (let number = 0; number < count; number++) {
        await publisher.send([String(number), body], { timeout: 0 });
      }
    };
    await flood(5000);
    frozen.connect(endpoint);
    frozen.subscribe("");
    await subscribed(publisher, frozen);
    await flood(20_000);
    assert.ok(turns > 0, "the event loop got its turns");
    clearInterval(timer);
    const kept = await receiveUntilEnd(publisher, frozen);
    assert.ok(kept.length >= 5 && kept.length < 10_000, `${kept.length} of 20000 kept`);
    if (transport === "inproc") assert.ok(kept.length < 15, `${kept.length} of 20000 kept`);
  });

  test(`P7: Publisher drops whole messages, for the slow subscriber only (${transport})`, async () => {
    using publisher = new Publisher(narrow);
    using lagging = new Subscriber(slow);
    using quick = new Subscriber();
    const endpoint = await link(publisher, lagging, transport);
    quick.connect(endpoint);
    for (const subscriber of [lagging, quick]) subscriber.subscribe("n");
    await subscribed(publisher, lagging, quick);
    const body = Buffer.alloc(60_000);
    const count = 200;
    for (let number = 0; number < count; number++) {
      // Looks at what the quick one has read, which a send alone does once in a while only.
      assert.ok(publisher.writable);
      await publisher.send([`n${number}`, body, `n${number}`]);
      assert.equal(String((await quick.receive())[0]), `n${number}`);
    }
    const kept: number[] = [];
    for (const message of await receiveUntilEnd(publisher, lagging)) {
      assert.equal(message.length, 3);
      assert.equal(message[1]?.length, body.length);
      assert.deepEqual(message[2], message[0]);
      kept.push(Number(String(message[0]).slice(1)));
    }
    assert.ok(kept.length >= 5 && kept.length < count, `${kept.length} of ${count} kept`);
    assert.deepEqual(
      kept,
      [...new Set(kept)].sort((a, b) => a - b),
    );
  });
}

test("P4: Subscriber that connected and subscribed first misses nothing (inproc)", async () => {
  using publisher = new Publisher();
  using subscriber = new Subscriber();
  const endpoint = freshAddress("inproc");
  subscriber.connect(endpoint);
  subscriber.subscribe("");
  await publisher.bind(endpoint);
  const numbers = Array.from({ length: 100 }, (_, number) => String(number));
  for (const number of numbers) await publisher.send(number);
  assert.deepEqual(await drain(subscriber), numbers);
});

test("P7: Publisher goes on once half of the queue is read (inproc)", async () => {
  using publisher = new Publisher({ sendHighWaterMark: 100 });
  using subscriber = new Subscriber({ receiveHighWaterMark: 100 });
  await link(publisher, subscriber, "inproc");
  subscriber.subscribe("");
  const send = async (text: string) => {
    // Takes in what the other side did.
    assert.ok(publisher.writable);
    await publisher.send(text);
  };
  for (let number = 0; number < 300; number++) await send(String(number));
  const texts = await receiveTexts(subscriber, 50);
  await send("too soon");
  texts.push(...(await receiveTexts(subscriber, 100)));
  await send("in time");
  texts.push(...(await drain(subscriber)));
  assert.equal(texts.pop(), "in time");
  // It may hold one that it has looked at already.
  assert.ok(texts.length >= 200 && texts.length < 210, `${texts.length} of 300 kept`);
  assert.deepEqual(
    texts,
    texts.map((_, number) => String(number)),
  );
});

for (const transport of wires) {
  test(`P4: Subscriber misses the first messages though it started first (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    // So long that it does not happen to connect between the next two calls.
    using subscriber = new Subscriber({ reconnectInterval: 500 });
    const refused = new Promise((resolve) => subscriber.events.on("connect:retry", resolve));
    subscriber.connect(endpoint);
    subscriber.subscribe("");
    await refused;
    using publisher = new Publisher();
    publisher.bindSync(endpoint);
    await publisher.send("early");
    assert.deepEqual(await firstReceived(publisher, subscriber, "in time"), ["in time"]);
  });

  test(`P8: Publisher sends nothing that was not subscribed to (${transport})`, async () => {
    using publisher = new Publisher();
    const endpoint = await publisher.bind(freshAddress(transport));
    const relay = await Relay.open(endpoint, freshAddress(transport));
    using subscriber = new Subscriber();
    subscriber.connect(relay.endpoint);
    subscriber.subscribe("wanted");
    await subscribed(publisher, subscriber);
    const before = relay.bytes;
    const body = Buffer.alloc(1000);
    for (let number = 0; number < 1000; number++) await publisher.send(["unwanted", body]);
    await publisher.send(["wanted", body]);
    assert.deepEqual(await receiveTexts(subscriber, 1), ["wanted"]);
    const passed = relay.bytes - before;
    assert.ok(passed >= 1000 && passed < 1100, `${passed} bytes`);
    await relay.close();
  });

  test(`P7: \`noDrop\` makes send() wait for the slow subscriber (${transport})`, async () => {
    using publisher = new Publisher({ ...narrow, noDrop: true });
    using lagging = new Subscriber(slow);
    await link(publisher, lagging, transport);
    lagging.subscribe("n");
    await subscribed(publisher, lagging);
    const body = Buffer.alloc(1 << 20);
    const sending = (async () => {
      for (let number = 0; number < 30; number++) await publisher.send([`n${number}`, body]);
    })();
    const texts = await receiveTexts(lagging, 30);
    assert.deepEqual(
      texts,
      texts.map((_, number) => `n${number}`),
    );
    await sending;
  });
}
