/*
 * Publisher and Subscriber: who gets what. What gets lost is in publish-loss.test.ts.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Publisher, Pull, Push, Subscriber } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import {
  absentAddress,
  countPeers,
  drain,
  receiveNow,
  receiveText,
  receiveTexts,
  subscribed,
  wires,
} from "./peers.js";

for (const transport of transports) {
  test(`P1: Subscriber without a subscription gets nothing, with an empty one all (${transport})`, async () => {
    using publisher = new Publisher();
    using none = new Subscriber();
    using all = new Subscriber();
    const peers = countPeers(publisher, transport);
    const endpoint = await link(publisher, none, transport);
    all.connect(endpoint);
    all.subscribe();
    await peers(2);
    await subscribed(publisher, all, none);
    for (const text of ["a", "b", ""]) await publisher.send(text);
    assert.deepEqual(await receiveTexts(all, 3), ["a", "b", ""]);
    // Nothing comes before what is subscribed to in the end.
    none.subscribe("c");
    await subscribed(publisher, none);
    await publisher.send("c");
    assert.deepEqual(await receiveText(none), ["c"]);
  });

  test(`P2: Subscriber matches any prefix, of the first part, once (${transport})`, async () => {
    using publisher = new Publisher();
    using subscriber = new Subscriber();
    await link(publisher, subscriber, transport);
    subscriber.subscribe("a", "ab", "abc", Buffer.from([0, 1]));
    await subscribed(publisher, subscriber);
    await publisher.send(["x", "abc"]);
    await publisher.send("");
    await publisher.send("b");
    await publisher.send("A");
    await publisher.send(Buffer.from([0, 2]));
    await publisher.send(["abcd", "x"]);
    await publisher.send("a");
    await publisher.send(Buffer.from([0, 1, 2]));
    await publisher.send("abc");
    assert.deepEqual(await receiveText(subscriber), ["abcd", "x"]);
    assert.deepEqual(await receiveText(subscriber), ["a"]);
    assert.deepEqual(await subscriber.receive(), [Buffer.from([0, 1, 2])]);
    assert.deepEqual(await receiveText(subscriber), ["abc"]);
    assert.equal(await receiveNow(subscriber), undefined);
  });

  test(`P3: \`unsubscribe()\` counts: as often as subscribe() (${transport})`, async () => {
    using publisher = new Publisher();
    using subscriber = new Subscriber();
    await link(publisher, subscriber, transport);
    subscriber.subscribe("a", "end");
    subscriber.subscribe("a");
    await subscribed(publisher, subscriber);
    const expectAfter = async (expected: string[]) => {
      await subscribed(publisher, subscriber);
      await publisher.send("a");
      await publisher.send("end");
      assert.deepEqual(await receiveTexts(subscriber, expected.length), expected);
    };
    subscriber.unsubscribe("a");
    await expectAfter(["a", "end"]);
    subscriber.unsubscribe("a");
    await expectAfter(["end"]);
    subscriber.unsubscribe("a");
    subscriber.subscribe("a");
    await expectAfter(["a", "end"]);
  });

  test(`P3: \`unsubscribe()\` leaves longer and shorter prefixes alone (${transport})`, async () => {
    using publisher = new Publisher();
    using subscriber = new Subscriber();
    await link(publisher, subscriber, transport);
    subscriber.subscribe("ab", "abcd", "");
    subscriber.unsubscribe("ab");
    subscriber.unsubscribe();
    await subscribed(publisher, subscriber);
    await publisher.send("abc");
    await publisher.send("abcde");
    assert.deepEqual(await receiveText(subscriber), ["abcde"]);
  });

  test(`Publisher sends each message to all that want it (${transport})`, async () => {
    using publisher = new Publisher();
    const endpoint = await publisher.bind(freshAddress(transport));
    const subscribers = ["a", "b", "a"].map((prefix) => {
      const subscriber = new Subscriber();
      subscriber.connect(endpoint);
      subscriber.subscribe(prefix);
      return subscriber;
    });
    await subscribed(publisher, ...subscribers);
    for (let number = 0; number < 5; number++) {
      await publisher.send([`a${number}`, "x"]);
      await publisher.send([`b${number}`, "x"]);
    }
    for (const [index, subscriber] of subscribers.entries()) {
      const letter = index === 1 ? "b" : "a";
      const expected = [0, 1, 2, 3, 4].map((number) => `${letter}${number}`);
      assert.deepEqual(await receiveTexts(subscriber, 5), expected);
      assert.equal(await receiveNow(subscriber), undefined);
      void subscriber.close();
    }
  });

  test(`P13: Publisher cannot see its subscribers, but by events (${transport})`, async () => {
    using publisher = new Publisher();
    using subscriber = new Subscriber();
    const peers = countPeers(publisher, transport);
    await link(publisher, subscriber, transport);
    subscriber.subscribe("a");
    await peers(1);
    await subscribed(publisher, subscriber);
    assert.equal(publisher.readable, false);
    assert.equal("receive" in publisher, false);
  });
}

test("P9: Subscriber has no `send()`, Publisher no `receive()`", () => {
  using publisher = new Publisher();
  using subscriber = new Subscriber();
  assert.equal("send" in subscriber, false);
  assert.equal(subscriber.writable, false);
  assert.equal("receive" in publisher, false);
  assert.equal(Symbol.asyncIterator in publisher, false);
  assert.equal(publisher.writable, true);
});

for (const transport of wires) {
  test(`P12: Subscriber serves a quiet Publisher while another one floods it (${transport})`, async () => {
    using subscriber = new Subscriber();
    using loud = new Publisher({ linger: 0 });
    using quiet = new Publisher();
    await link(loud, subscriber, transport);
    await link(quiet, subscriber, transport);
    subscriber.subscribe("loud", "quiet");
    await subscribed(loud, subscriber);
    await subscribed(quiet, subscriber);
    for (let number = 0; number < 200; number++) await loud.send("loud");
    await quiet.send("quiet");
    await until(async () => {
      await loud.send("loud");
      return (await receiveText(subscriber))[0] === "quiet";
    }, "the message of the quiet one");
  });

  test(`P14: \`conflate\` keeps the last message only (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using push = new Push({ conflate: true, reconnectInterval: 1 });
    push.connect(endpoint);
    for (let number = 0; number < 1000; number++) await push.send(String(number));
    using pull = new Pull();
    await pull.bind(endpoint);
    assert.deepEqual(await receiveText(pull), ["999"]);
    await push.send("end");
    assert.deepEqual(await receiveText(pull), ["end"]);
  });
}

test("P12: Subscriber takes from all its publishers in turn (inproc)", async () => {
  using subscriber = new Subscriber();
  const publishers = [new Publisher(), new Publisher(), new Publisher()];
  for (const publisher of publishers) await link(publisher, subscriber, "inproc");
  subscriber.subscribe("");
  for (const [index, publisher] of publishers.entries()) {
    // Takes the subscription in.
    assert.ok(publisher.writable);
    for (let number = 0; number < 10; number++) await publisher.send(String(index));
  }
  // Knows all of them from now on.
  assert.ok(subscriber.readable);
  const texts = await receiveTexts(subscriber, 30);
  for (let round = 0; round < 10; round++) {
    assert.deepEqual(texts.slice(3 * round, 3 * round + 3).sort(), ["0", "1", "2"]);
  }
  for (const publisher of publishers) void publisher.close();
});

test("P14: `conflate` keeps the last message only (inproc)", async () => {
  using publisher = new Publisher();
  using subscriber = new Subscriber({ conflate: true });
  await link(publisher, subscriber, "inproc");
  subscriber.subscribe("");
  assert.ok(publisher.writable);
  for (let number = 0; number < 1000; number++) await publisher.send(String(number));
  assert.deepEqual(await drain(subscriber), ["999"]);
});
