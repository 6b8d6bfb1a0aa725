/*
 * What a proxy forwards between the pairs of socket types that are made for it.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Dealer,
  Pair,
  Proxy,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  Subscriber,
  XPublisher,
  XSubscriber,
} from "zmqx";
import { freshAddress, transports } from "../harness.js";
import { receiveText, receiveTexts, subscribed } from "../socket/peers.js";
import { Running } from "./running.js";

/** Answers every request until the socket is closed. */
async function serve(reply: Reply, name: string): Promise<void> {
  for await (const request of reply) await reply.send([...request, name]);
}

for (const transport of transports) {
  test(`E14: Proxy forwards requests and replies between Router and Dealer (${transport})`, async () => {
    await using running = await Running.start(new Router(), new Dealer(), transport);
    const workers = ["one", "two"].map((name) => {
      const reply = new Reply();
      reply.connect(running.back);
      return { reply, served: serve(reply, name) };
    });
    const shares = new Map<string, number>();
    const ask = async (client: number): Promise<void> => {
      using request = new Request();
      request.connect(running.front);
      for (let i = 0; i < 40; i++) {
        await request.send([`${client}`, "", `${i}`]);
        const [a, b, c, worker = ""] = await receiveText(request);
        assert.deepEqual([a, b, c], [`${client}`, "", `${i}`]);
        shares.set(worker, (shares.get(worker) ?? 0) + 1);
      }
    };
    await Promise.all([1, 2, 3].map(ask));
    assert.deepEqual([...shares.keys()].sort(), ["one", "two"]);
    assert.equal((shares.get("one") ?? 0) + (shares.get("two") ?? 0), 120);
    for (const { reply, served } of workers) {
      reply.close();
      await served;
    }
  });

  test(`E14: Proxy forwards through a chain of proxies and back (${transport})`, async () => {
    await using far = await Running.start(new Router(), new Dealer(), transport);
    const [router, dealer] = [new Router(), new Dealer()];
    const near = await router.bind(freshAddress(transport));
    dealer.connect(far.front);
    const proxy = new Proxy(router, dealer);
    const ended = proxy.run();
    using reply = new Reply();
    reply.connect(far.back);
    const served = serve(reply, "far");
    using request = new Request();
    request.connect(near);
    for (let i = 0; i < 20; i++) {
      await request.send(`${i}`);
      assert.deepEqual(await receiveText(request), [`${i}`, "far"]);
    }
    reply.close();
    await served;
    proxy.terminate();
    await ended;
  });

  test(`P11: Proxy forwards subscriptions from XPublisher to XSubscriber (${transport})`, async () => {
    await using running = await Running.start(new XSubscriber(), new XPublisher(), transport);
    using publisher = new XPublisher();
    publisher.connect(running.front);
    using subscriber = new Subscriber();
    subscriber.connect(running.back);
    subscriber.subscribe("a", "b");
    const came = [await receiveText(publisher), await receiveText(publisher)];
    assert.deepEqual(came.sort(), [["\x01a"], ["\x01b"]]);
    for (const topic of ["c", "a1", "c", "b1"]) await publisher.send([topic, "body"]);
    assert.deepEqual(await receiveText(subscriber), ["a1", "body"]);
    assert.deepEqual(await receiveText(subscriber), ["b1", "body"]);
    subscriber.unsubscribe("a");
    assert.deepEqual(await receiveText(publisher), ["\x00a"]);
    await publisher.send("a2");
    await publisher.send("b2");
    assert.deepEqual(await receiveText(subscriber), ["b2"]);
    // The last subscriber of a topic takes it along.
    await subscriber.close();
    assert.deepEqual(await receiveText(publisher), ["\x00b"]);
  });

  test(`P11: Proxy takes XPublisher for the front end, and many peers (${transport})`, async () => {
    await using running = await Running.start(new XPublisher(), new XSubscriber(), transport);
    const publishers = [new Publisher(), new Publisher()] as const;
    const subscribers = [new Subscriber(), new Subscriber(), new Subscriber()] as const;
    for (const publisher of publishers) publisher.connect(running.back);
    for (const subscriber of subscribers) {
      subscriber.connect(running.front);
      subscriber.subscribe("news");
    }
    for (const publisher of publishers) await subscribed(publisher, ...subscribers);
    for (let i = 0; i < 100; i++) {
      for (const [index, publisher] of publishers.entries()) {
        await publisher.send(`news ${index} ${i}`);
        await publisher.send(`gossip ${index} ${i}`);
      }
    }
    for (const subscriber of subscribers) {
      const texts = await receiveTexts(subscriber, 200);
      for (const index of publishers.keys()) {
        assert.deepEqual(
          texts.filter((text) => text.startsWith(`news ${index}`)),
          Array.from({ length: 100 }, (_, i) => `news ${index} ${i}`),
        );
      }
    }
    for (const socket of [...publishers, ...subscribers]) socket.close();
  });

  test(`E14: Proxy forwards from Pull to Push, in order, each once (${transport})`, async () => {
    await using running = await Running.start(new Pull(), new Push(), transport);
    using push = new Push();
    using pull = new Pull();
    push.connect(running.front);
    pull.connect(running.back);
    const count = 3000;
    const sending = (async () => {
      for (let i = 0; i < count; i++) await push.send([`${i}`, "", "x".repeat(i % 100)]);
    })();
    for (let i = 0; i < count; i++) {
      assert.deepEqual(await receiveText(pull), [`${i}`, "", "x".repeat(i % 100)]);
    }
    await sending;
  });

  test(`E14: Proxy forwards between two Pairs, both ways at once (${transport})`, async () => {
    await using running = await Running.start(new Pair(), new Pair(), transport);
    using left = new Pair();
    using right = new Pair();
    left.connect(running.front);
    right.connect(running.back);
    const count = 1000;
    const flood = async (from: Pair, name: string) => {
      for (let i = 0; i < count; i++) await from.send(`${name} ${i}`);
    };
    const expect = async (to: Pair, name: string) => {
      for (let i = 0; i < count; i++) assert.deepEqual(await receiveText(to), [`${name} ${i}`]);
    };
    await Promise.all([
      flood(left, "left"),
      flood(right, "right"),
      expect(left, "right"),
      expect(right, "left"),
    ]);
  });

  test(`M7: Proxy forwards large and many parts, and empty ones (${transport})`, async () => {
    await using running = await Running.start(new Pair(), new Pair(), transport);
    using left = new Pair();
    using right = new Pair();
    left.connect(running.front);
    right.connect(running.back);
    const large = Buffer.alloc(16 << 20, "0123456789abcdef-");
    const messages = [
      [large],
      [""],
      ["", large.subarray(0, 70_000), "", ""],
      Array.from({ length: 1000 }, (_, i) => Buffer.from(`part ${i}`)),
    ];
    for (const message of messages) {
      await left.send(message);
      const got = await right.receive();
      assert.equal(got.length, message.length);
      for (const [index, part] of message.entries()) {
        assert.ok(Buffer.from(part).equals(got[index] as Buffer), `part ${index}`);
      }
      await right.send(message);
      assert.equal((await left.receive()).length, message.length);
    }
  });

  test(`E14: Proxy over one socket for both ends sends back what comes (${transport})`, async () => {
    const socket = new Pair();
    using pair = new Pair();
    pair.connect(await socket.bind(freshAddress(transport)));
    const proxy = new Proxy(socket, socket);
    const ended = proxy.run();
    // Many: a proxy that sleeps through one has to be met at the wrong moment.
    for (let i = 0; i < 5000; i++) {
      await pair.send(`${i}`);
      assert.deepEqual(await receiveText(pair), [`${i}`]);
    }
    proxy.terminate();
    await ended;
    assert.ok(socket.closed);
  });
}
