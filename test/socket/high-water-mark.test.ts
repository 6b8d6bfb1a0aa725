/*
 * The high-water marks: what they count, where they hold, and what each type does when it is there.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import {
  capability,
  Dealer,
  HighWaterMarkError,
  Pair,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  type Socket,
  Subscriber,
  XPublisher,
  XSubscriber,
} from "zmqx";
import { Client, Dish, Gather, Radio, Scatter, Server } from "zmqx/draft";
import { freshAddress, link, transports, until } from "../harness.js";
import {
  absentAddress,
  drain,
  now,
  receiveNow,
  receiveText,
  receiveTexts,
  wires,
} from "./peers.js";

/** Sends until there is no room: how many messages there was room for. */
async function fill(push: Push | Dealer | Pair, message: string | string[] = "x"): Promise<number> {
  for (let count = 0; ; count++) {
    try {
      await push.send(message, now);
    } catch (error) {
      assert.ok(error instanceof HighWaterMarkError);
      return count;
    }
  }
}

for (const transport of transports) {
  test(`H2: \`sendHighWaterMark\` is one of each connection (${transport})`, async () => {
    using push = new Push({ sendHighWaterMark: 10, linger: 0 });
    assert.equal(await fill(push), 0);
    for (let peers = 1; peers <= 3; peers++) {
      push.connect(await absentAddress(transport));
      assert.equal(await fill(push), 10);
    }
  });

  test(`H7: high-water marks count messages, not parts (${transport})`, async () => {
    using push = new Push({ sendHighWaterMark: 10, linger: 0 });
    push.connect(await absentAddress(transport));
    assert.equal(await fill(push, ["one", "two", "three"]), 10);
  });

  test(`H8: \`sendHighWaterMark\` of 0 sets no limit (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using push = new Push({ sendHighWaterMark: 0, reconnectInterval: 1 });
    push.connect(endpoint);
    const count = 20_000;
    for (let number = 0; number < count; number++) await push.send(String(number), now);
    using pull = new Pull();
    await pull.bind(endpoint);
    for (let number = 0; number < count; number++) {
      assert.deepEqual(await receiveText(pull), [String(number)]);
    }
  });

  test(`H9: \`sendHighWaterMark\` set later counts for connections made from then on (${transport})`, async () => {
    using push = new Push({ sendHighWaterMark: 3, linger: 0 });
    push.connect(await absentAddress(transport));
    assert.equal(await fill(push), 3);
    push.sendHighWaterMark = 5;
    push.connect(await absentAddress(transport));
    assert.equal(await fill(push), 5);
  });
}

for (const transport of wires) {
  test(`H9: \`sendHighWaterMark\` set later counts for connections that are not full (${transport})`, async () => {
    using push = new Push({ linger: 0 });
    push.connect(await absentAddress(transport));
    push.sendHighWaterMark = 5;
    assert.equal(await fill(push), 5);
  });

  test(`H6: a high-water mark bounds what is on its way, and is not exact (${transport})`, async () => {
    using push = new Push({ sendBufferSize: 1 << 16, sendHighWaterMark: 10, linger: 0 });
    using pull = new Pull({ receiveBufferSize: 1 << 16, receiveHighWaterMark: 10 });
    await link(push, pull, transport);
    const body = Buffer.alloc(100_000);
    const count = 300;
    let sent = 0;
    const sending = (async () => {
      for (; sent < count; sent++) await push.send([String(sent), body]);
    })();
    await until(() => sent >= 10, "as many as the mark says");
    for (let received = 0; received < count; received++) {
      for (let slow = 0; slow < 5; slow++) await turn();
      // Twice the mark, and what fits into the buffers in between.
      assert.ok(sent - received < 100, `${sent} sent, ${received} received`);
      assert.deepEqual(await receiveTexts(pull, 1), [String(received)]);
    }
    await sending;
  });
}

test("H3: only those that send have `sendHighWaterMark`, those that receive the other one", () => {
  for (const [Type, sends, receives] of [
    [Publisher, true, false],
    [Push, true, false],
    [Subscriber, false, true],
    [Pull, false, true],
    [Dealer, true, true],
    [Router, true, true],
    [Pair, true, true],
    [XPublisher, true, true],
    [XSubscriber, true, true],
  ] as const) {
    using socket: Socket = new Type();
    assert.equal("sendHighWaterMark" in socket, sends, Type.name);
    assert.equal("receiveHighWaterMark" in socket, receives, Type.name);
  }
});

test("H5: over inproc, the high-water marks of both ends add up", async () => {
  for (const [sendHighWaterMark, receiveHighWaterMark] of [
    [5, 7],
    [1, 1],
    [1000, 3],
  ] as const) {
    for (const order of ["sender bound", "receiver bound", "connected first"]) {
      using push = new Push({ sendHighWaterMark, linger: 0 });
      using pull = new Pull({ receiveHighWaterMark });
      const endpoint = freshAddress("inproc");
      if (order === "sender bound") await push.bind(endpoint);
      if (order === "connected first") push.connect(endpoint);
      else if (order === "sender bound") pull.connect(endpoint);
      if (order !== "sender bound") await pull.bind(endpoint);
      if (order === "receiver bound") push.connect(endpoint);
      assert.equal(await fill(push), sendHighWaterMark + receiveHighWaterMark, order);
    }
  }
});

test("H5: over inproc, a high-water mark of 0 at either end sets no limit", async () => {
  for (const [sendHighWaterMark, receiveHighWaterMark] of [
    [0, 1],
    [1, 0],
  ] as const) {
    using push = new Push({ sendHighWaterMark, linger: 0 });
    using pull = new Pull({ receiveHighWaterMark });
    await link(pull, push, "inproc");
    for (let number = 0; number < 5000; number++) await push.send(String(number), now);
    assert.equal((await drain(pull)).length, 5000);
  }
});

const least = { sendHighWaterMark: 1, linger: 0 };
const slow = { receiveHighWaterMark: 1 };

for (const [Type, Peer] of [
  [Push, Pull],
  [Dealer, Dealer],
  [Pair, Pair],
] as const) {
  test(`H4: ${Type.name} does not send beyond the high-water mark, and loses nothing`, async () => {
    using socket = new Type(least);
    using peer = new Peer(slow);
    await link(peer, socket, "inproc");
    assert.equal(await fill(socket), 2);
    assert.deepEqual(await drain(peer), ["x", "x"]);
  });
}

test("H4: Request does not send without a peer", async () => {
  using request = new Request(least);
  await request.bind(freshAddress("inproc"));
  await assert.rejects(request.send("x", now), HighWaterMarkError);
});

/** Of 100 messages, the first ones were kept; some sockets hold one that they have looked at. */
function assertDropped(kept: string[]): void {
  assert.ok(kept.length >= 2 && kept.length < 10, `${kept.length} of 100 kept`);
  assert.deepEqual(kept.slice(0, 2), ["0", "1"]);
  assert.deepEqual(
    kept.map(Number),
    [...new Set(kept.map(Number))].sort((a, b) => a - b),
  );
}

for (const Type of [Publisher, XPublisher]) {
  test(`H4: ${Type.name} drops what goes beyond the high-water mark`, async () => {
    using publisher = new Type(least);
    using subscriber = new Subscriber(slow);
    subscriber.subscribe("");
    await link(publisher, subscriber, "inproc");
    // Takes the subscription in.
    assert.ok(publisher.writable);
    for (let number = 0; number < 100; number++) await publisher.send(String(number), now);
    assertDropped(await drain(subscriber));
  });
}

test("H4: XSubscriber drops what goes beyond the high-water mark", async () => {
  const endpoint = await absentAddress("tcp");
  using subscriber = new XSubscriber({ ...least, reconnectInterval: 1 });
  subscriber.connect(endpoint);
  for (let number = 0; number < 100; number++) await subscriber.send(String(number), now);
  using publisher = new XPublisher();
  await publisher.bind(endpoint);
  assert.deepEqual(await receiveText(publisher), ["0"]);
  // Takes in that there is room again.
  assert.ok(subscriber.writable);
  await subscriber.send("end");
  assert.deepEqual(await receiveText(publisher), ["end"]);
});

test("H4: Router drops what goes beyond the high-water mark", async () => {
  using router = new Router(least);
  using dealer = new Dealer({ ...slow, routingId: "dealer" });
  await link(router, dealer, "inproc");
  // Takes the peer in.
  assert.ok(router.writable);
  for (let number = 0; number < 100; number++) await router.send(["dealer", `${number}`], now);
  assertDropped(await drain(dealer));
});

test("H4: Reply drops the answers that go beyond the high-water mark", async () => {
  using reply = new Reply(least);
  using dealer = new Dealer(slow);
  await link(reply, dealer, "inproc");
  for (let number = 0; number < 100; number++) {
    await dealer.send(["", String(number)]);
    assert.deepEqual(await receiveText(reply), [String(number)]);
    await reply.send(String(number), now);
  }
  const kept: string[] = [];
  for (let answer = await receiveNow(dealer); answer; answer = await receiveNow(dealer)) {
    kept.push(answer[1] as string);
  }
  assertDropped(kept);
});

const draft = { skip: !capability.draft };

test("H4: Scatter does not send beyond the high-water mark", draft, async () => {
  using scatter = new Scatter(least);
  using gather = new Gather(slow);
  await link(gather, scatter, "inproc");
  for (let number = 0; number < 2; number++) await scatter.send("x", now);
  await assert.rejects(scatter.send("x", now), HighWaterMarkError);
});

test("H4: Client and Server do not send beyond the high-water mark", draft, async () => {
  using client = new Client({ ...least, ...slow });
  using server = new Server({ ...least, ...slow });
  await link(server, client, "inproc");
  for (let number = 0; number < 2; number++) await client.send("x", now);
  await assert.rejects(client.send("x", now), HighWaterMarkError);
  const [, { routingId }] = await server.receive();
  for (let number = 0; number < 2; number++) await server.send("x", { ...now, routingId });
  await assert.rejects(server.send("x", { ...now, routingId }), HighWaterMarkError);
});

test("H4: Radio drops what goes beyond the high-water mark", draft, async () => {
  using radio = new Radio(least);
  using dish = new Dish(slow);
  dish.join("group");
  await link(radio, dish, "inproc");
  // Takes in who joined what.
  assert.ok(radio.writable);
  const group = "group";
  for (let number = 0; number < 100; number++) await radio.send(`${number}`, { ...now, group });
  const kept: string[] = [];
  for (;;) {
    const message = await dish.receive(now).catch(() => undefined);
    if (message === undefined) break;
    kept.push(String(message[0]));
  }
  assertDropped(kept);
});
