/*
 * What a connection that is lost and made again brings back, and what it does not.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Dealer,
  HighWaterMarkError,
  HostUnreachableError,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  Subscriber,
} from "zmqx";
import { freshAddress, link, runChild, until } from "../harness.js";
import {
  absentAddress,
  countPeers,
  disconnected,
  drain,
  firstReceived,
  now,
  receiveText,
  receiveTexts,
  subscribed,
  wires,
} from "./peers.js";
import { Relay } from "./wire.js";

const quick = { reconnectInterval: 1, linger: 0 };
const restarts = 5;

for (const transport of wires) {
  test(`C4: Request finds a server that restarts (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using request = new Request(quick);
    request.connect(endpoint);
    for (let round = 0; round < restarts; round++) {
      const reply = new Reply({ linger: 0 });
      await reply.bind(endpoint);
      const lost = disconnected(request);
      await request.send(`question ${round}`);
      assert.deepEqual(await receiveText(reply), [`question ${round}`]);
      await reply.send(`answer ${round}`);
      assert.deepEqual(await receiveText(request), [`answer ${round}`]);
      await reply.close();
      await lost;
    }
  });

  test(`C4: Dealer, Push and Subscriber find a server that restarts (${transport})`, async () => {
    const endpoints = await Promise.all([1, 2, 3].map(() => absentAddress(transport)));
    const [atRouter, atPull, atPublisher] = endpoints as [string, string, string];
    using dealer = new Dealer(quick);
    dealer.connect(atRouter);
    using push = new Push(quick);
    push.connect(atPull);
    using subscriber = new Subscriber(quick);
    subscriber.connect(atPublisher);
    subscriber.subscribe("news");
    for (let round = 0; round < restarts; round++) {
      const [router, pull, publisher] = [new Router(quick), new Pull(), new Publisher(quick)];
      await router.bind(atRouter);
      await pull.bind(atPull);
      await publisher.bind(atPublisher);
      const lost = [dealer, push, subscriber].map(disconnected);
      await dealer.send(String(round));
      const [id, text] = (await router.receive()) as [Buffer, Buffer];
      assert.equal(String(text), String(round));
      await router.send([id, "answer"]);
      assert.deepEqual(await receiveText(dealer), ["answer"]);
      await push.send(String(round));
      assert.deepEqual(await receiveText(pull), [String(round)]);
      await subscribed(publisher, subscriber);
      await publisher.send(`news ${round}`);
      assert.deepEqual(await receiveText(subscriber), [`news ${round}`]);
      await Promise.all([router.close(), pull.close(), publisher.close()]);
      await Promise.all(lost);
    }
  });

  test(`C4: Request finds a server that was killed and started again (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using request = new Request({ ...quick, relaxed: true, correlate: true });
    request.connect(endpoint);
    const serve = `import { Reply } from "zmqx";
      const reply = new Reply();
      await reply.bind(process.argv.at(-1));
      await reply.receive();
      await reply.send(String(process.pid));
      await reply.receive();
      process.kill(process.pid, "SIGKILL");`;
    const servers = new Set<string>();
    for (let round = 0; round < 2; round++) {
      const server = runChild(serve, { args: [endpoint] });
      await request.send("who?");
      servers.add((await receiveText(request))[0] as string);
      await request.send("die");
      assert.equal((await server).signal, "SIGKILL");
    }
    assert.equal(servers.size, 2);
  });

  test(`C6: Subscriber subscribes again on a new connection (${transport})`, async () => {
    using publisher = new Publisher();
    const endpoint = await publisher.bind(freshAddress(transport));
    const relay = await Relay.open(endpoint, freshAddress(transport));
    using subscriber = new Subscriber(quick);
    subscriber.connect(relay.endpoint);
    subscriber.subscribe("kept");
    subscriber.subscribe("dropped");
    await subscribed(publisher, subscriber);
    const lost = disconnected(subscriber);
    relay.cut();
    await lost;
    subscriber.unsubscribe("dropped");
    await subscribed(publisher, subscriber);
    await publisher.send("dropped");
    await publisher.send("other");
    await publisher.send("kept");
    assert.deepEqual(await receiveText(subscriber), ["kept"]);
    await relay.close();
  });

  test(`C9: \`bind()\` to an endpoint that others used gets what their peers still send (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using push = new Push(quick);
    push.connect(endpoint);
    const first = new Pull();
    await first.bind(endpoint);
    await push.send("meant for the first");
    assert.deepEqual(await receiveText(first), ["meant for the first"]);
    const lost = disconnected(push);
    await first.close();
    await lost;
    await push.send("meant for the first, too");
    using stranger = new Pull();
    await stranger.bind(endpoint);
    assert.deepEqual(await receiveText(stranger), ["meant for the first, too"]);
  });

  test(`C11: the side that bound drops what is queued for a peer that leaves (${transport})`, async () => {
    using push = new Push({ linger: 0, sendBufferSize: 1 << 16 });
    const small = { receiveHighWaterMark: 1, receiveBufferSize: 1 << 16 };
    const leaving = new Pull(small);
    const endpoint = await link(push, leaving, transport);
    // More than what is on its way: most of it waits in the queue of the Push.
    for (let number = 0; number < 20; number++) await push.send(Buffer.alloc(1 << 20));
    await leaving.receive();
    void leaving.close();
    await until(() => !push.writable, "the end of the connection");
    using staying = new Pull();
    staying.connect(endpoint);
    await push.send("after");
    assert.deepEqual(await receiveText(staying), ["after"]);
  });

  test(`C11: the side that connected keeps its queue for when the peer returns (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using push = new Push(quick);
    push.connect(endpoint);
    const before = new Pull();
    await before.bind(endpoint);
    await push.send("before");
    assert.deepEqual(await receiveText(before), ["before"]);
    const lost = disconnected(push);
    await before.close();
    await lost;
    const queued = ["1", "2", "3"];
    for (const text of queued) await push.send(text, now);
    using after = new Pull();
    await after.bind(endpoint);
    assert.deepEqual(await receiveTexts(after, 3), queued);
  });

  test(`C11: \`immediate\` keeps no queue for a peer that has gone (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using push = new Push({ ...quick, immediate: true });
    push.connect(endpoint);
    const before = new Pull();
    await before.bind(endpoint);
    await push.send("before");
    assert.deepEqual(await receiveText(before), ["before"]);
    await before.close();
    await until(() => !push.writable, "the end of the connection");
    await assert.rejects(push.send("refused", now), HighWaterMarkError);
    const sending = push.send("waited");
    using after = new Pull();
    await after.bind(endpoint);
    assert.deepEqual(await receiveText(after), ["waited"]);
    await sending;
  });

  test(`C12: \`routingId\` does not make a Dealer durable (${transport})`, async () => {
    // Otherwise the id may still be taken by the connection that ends.
    using router = new Router({ handover: true });
    const endpoint = await router.bind(freshAddress(transport));
    const before = new Dealer({ routingId: "durable?" });
    before.connect(endpoint);
    await before.send("hello");
    assert.deepEqual(await receiveText(router), ["durable?", "hello"]);
    void before.close();
    router.mandatory = true;
    await until(async () => {
      try {
        await router.send(["durable?", "gone?"]);
        return false;
      } catch (error) {
        assert.ok(error instanceof HostUnreachableError);
        return true;
      }
    }, "the end of the connection");
    router.mandatory = false;
    await router.send(["durable?", "into the gap"]);
    using after = new Dealer({ routingId: "durable?" });
    after.connect(endpoint);
    await after.send("back");
    assert.deepEqual(await receiveText(router), ["durable?", "back"]);
    await router.send(["durable?", "welcome"]);
    assert.deepEqual(await receiveText(after), ["welcome"]);
    assert.deepEqual(await drain(after), []);
  });

  test(`C12: Subscriber that comes back has missed what was sent meanwhile (${transport})`, async () => {
    using publisher = new Publisher();
    const peers = countPeers(publisher, transport);
    const endpoint = await publisher.bind(freshAddress(transport));
    const before = new Subscriber();
    before.connect(endpoint);
    before.subscribe("n");
    await peers(1);
    await subscribed(publisher, before);
    const lost = disconnected(publisher);
    void before.close();
    await lost;
    await publisher.send("n: into the gap");
    using after = new Subscriber();
    after.connect(endpoint);
    after.subscribe("n");
    assert.deepEqual(await firstReceived(publisher, after, "n: after"), ["n: after"]);
  });

  test(`C13: \`reconnectInterval\` doubles up to reconnectMaxInterval (${transport})`, async () => {
    // With 1 there is no random part.
    using push = new Push({ linger: 0, reconnectInterval: 1, reconnectMaxInterval: 8 });
    const intervals: number[] = [];
    push.events.on("connect:retry", ({ interval }) => intervals.push(interval));
    push.connect(await absentAddress(transport));
    await until(() => intervals.length >= 7, "seven attempts");
    assert.deepEqual(intervals.slice(0, 7), [1, 2, 4, 8, 8, 8, 8]);
  });

  test(`C13: \`reconnectInterval\` stays the same without a maximum (${transport})`, async () => {
    using push = new Push({ linger: 0, reconnectInterval: 1 });
    const intervals: number[] = [];
    push.events.on("connect:retry", ({ interval }) => intervals.push(interval));
    push.connect(await absentAddress(transport));
    await until(() => intervals.length >= 5, "five attempts");
    assert.deepEqual(intervals.slice(0, 5), [1, 1, 1, 1, 1]);
  });
}
