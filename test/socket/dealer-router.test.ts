/*
 * Dealer and Router: any order of messages, shared out and queued fairly, addressed by the first
 * part. What names a peer is in routing-id.test.ts.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Dealer, HighWaterMarkError, HostUnreachableError, Reply, Router } from "zmqx";
import { freshAddress, link, type Transport, transports, until } from "../harness.js";
import {
  absentAddress,
  countPeers,
  now,
  receiveNow,
  receiveText,
  receiveTexts,
  wires,
} from "./peers.js";

for (const transport of transports) {
  test(`Q9: Dealer sends to its peers in turn (${transport})`, async () => {
    using dealer = new Dealer();
    const replies = [new Reply(), new Reply(), new Reply(), new Reply()];
    for (const reply of replies) await link(reply, dealer, transport);
    for (let number = 0; number < 40; number++) await dealer.send(["", String(number)]);
    for (const reply of replies) {
      const first = Number((await receiveText(reply))[0]);
      await reply.send("answer");
      for (let number = first + 4; number < 40; number += 4) {
        assert.deepEqual(await receiveText(reply), [String(number)]);
        await reply.send("answer");
      }
    }
    for (let number = 0; number < 40; number++) {
      assert.deepEqual(await receiveText(dealer), ["", "answer"]);
    }
    for (const reply of replies) void reply.close();
  });

  test(`Q9: \`send()\` on Dealer waits while it has no peer (${transport})`, async () => {
    using dealer = new Dealer();
    const endpoint = await dealer.bind(freshAddress(transport));
    await assert.rejects(dealer.send("refused", now), HighWaterMarkError);
    dealer.sendTimeout = 0;
    await assert.rejects(dealer.send("refused"), { code: "EAGAIN" });
    dealer.sendTimeout = -1;
    let sent = false;
    const sending = dealer.send("waited").then(() => {
      sent = true;
    });
    await turn();
    assert.equal(sent, false);
    using peer = new Dealer();
    peer.connect(endpoint);
    await sending;
    assert.deepEqual(await receiveText(peer), ["waited"]);
  });

  test(`Q11: Router puts the sender in front, and sends to whom the first part names (${transport})`, async () => {
    using router = new Router();
    const endpoint = await router.bind(freshAddress(transport));
    const dealers = ["a", "b", "c"].map((routingId) => new Dealer({ routingId }));
    for (const dealer of dealers) {
      dealer.connect(endpoint);
      await dealer.send(["from", dealer.routingId as string]);
      assert.deepEqual(await receiveText(router), [dealer.routingId, "from", dealer.routingId]);
    }
    for (const dealer of [...dealers].reverse()) {
      await router.send([dealer.routingId as string, "to", dealer.routingId as string]);
    }
    for (const dealer of dealers) {
      assert.deepEqual(await receiveText(dealer), ["to", dealer.routingId]);
      assert.equal(await receiveNow(dealer), undefined);
      void dealer.close();
    }
  });

  test(`Q14: Router drops what it cannot route, in silence (${transport})`, async () => {
    using router = new Router();
    using dealer = new Dealer({ routingId: "known" });
    await link(router, dealer, transport);
    await dealer.send("hello");
    assert.deepEqual(await receiveText(router), ["known", "hello"]);
    await router.send(["unknown", "dropped"]);
    await router.send(["", "dropped"]);
    await router.send("nothing but an id");
    await router.send(["known", "routed"]);
    assert.deepEqual(await receiveText(dealer), ["routed"]);
  });

  test(`Q14: Router with \`mandatory\` rejects with EHOSTUNREACH, at once (${transport})`, async () => {
    using router = new Router({ mandatory: true });
    const dealer = new Dealer({ routingId: "known" });
    await link(router, dealer, transport);
    await dealer.send("hello");
    assert.deepEqual(await receiveText(router), ["known", "hello"]);
    const refused = { name: "HostUnreachableError", code: "EHOSTUNREACH" };
    await assert.rejects(router.send(["unknown", "x"]), refused);
    await assert.rejects(router.send(["", "x"]), refused);
    await router.send(["known", "routed"]);
    assert.deepEqual(await receiveText(dealer), ["routed"]);
    // A receive that waits does not make it wait, and is not disturbed.
    const received = receiveText(router);
    await assert.rejects(router.send(["unknown", "x"]), HostUnreachableError);
    await dealer.send("still here");
    assert.deepEqual(await received, ["known", "still here"]);
    void dealer.close();
    await until(async () => {
      try {
        await router.send(["known", "gone?"]);
        return false;
      } catch (error) {
        assert.ok(error instanceof HostUnreachableError);
        return true;
      }
    }, "the end of the peer");
  });

  test(`Q12: Router gives peers without an id 5 bytes that start with 0 (${transport})`, async () => {
    using router = new Router();
    const endpoint = await router.bind(freshAddress(transport));
    const ids = new Set<string>();
    for (let number = 0; number < 5; number++) {
      const dealer = new Dealer();
      dealer.connect(endpoint);
      await dealer.send("hello");
      const [id] = (await router.receive()) as [Buffer];
      assert.equal(id.length, 5);
      assert.equal(id[0], 0);
      ids.add(id.toString("hex"));
      await router.send([id, "hello yourself"]);
      assert.deepEqual(await receiveText(dealer), ["hello yourself"]);
      void dealer.close();
    }
    // One who comes back is a new one.
    assert.equal(ids.size, 5);
  });
}

for (const transport of wires) {
  test(`Q9: Dealer serves a quiet peer while another one floods it (${transport})`, async () => {
    using dealer = new Dealer();
    using loud = new Dealer({ linger: 0 });
    using quiet = new Dealer();
    const endpoint = await link(dealer, loud, transport);
    for (let number = 0; number < 200; number++) await loud.send("loud");
    quiet.connect(endpoint);
    await quiet.send("quiet");
    await until(async () => {
      await loud.send("loud");
      return (await receiveText(dealer))[0] === "quiet";
    }, "the message of the quiet one");
  });

  test(`Q10: Dealer takes messages for an absent peer up to the high-water mark (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using dealer = new Dealer({ sendHighWaterMark: 5, reconnectInterval: 1 });
    dealer.connect(endpoint);
    for (let number = 0; number < 5; number++) await dealer.send(String(number), now);
    await assert.rejects(dealer.send("one too many", now), HighWaterMarkError);
    using peer = new Dealer();
    await peer.bind(endpoint);
    assert.deepEqual(await receiveTexts(peer, 5), ["0", "1", "2", "3", "4"]);
    await dealer.send("5");
    assert.deepEqual(await receiveText(peer), ["5"]);
  });

  test(`Q10: Dealer with \`immediate\` takes none for an absent peer (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using dealer = new Dealer({ immediate: true, reconnectInterval: 1 });
    dealer.connect(endpoint);
    await assert.rejects(dealer.send("refused", now), HighWaterMarkError);
    const sending = dealer.send("waited");
    using peer = new Dealer();
    await peer.bind(endpoint);
    await sending;
    assert.deepEqual(await receiveText(peer), ["waited"]);
  });
}

test("Q9: Dealer takes from all its peers in turn (inproc)", async () => {
  using dealer = new Dealer();
  const endpoint = await dealer.bind(freshAddress("inproc"));
  const peers = [new Dealer(), new Dealer(), new Dealer()];
  for (const [index, peer] of peers.entries()) {
    peer.connect(endpoint);
    for (let number = 0; number < 10; number++) await peer.send(String(index));
  }
  // Knows all of them from now on.
  assert.ok(dealer.readable);
  const texts = await receiveTexts(dealer, 30);
  for (let round = 0; round < 10; round++) {
    assert.deepEqual(texts.slice(3 * round, 3 * round + 3).sort(), ["0", "1", "2"]);
  }
  for (const peer of peers) void peer.close();
});

test("Q10: Dealer takes messages for an absent peer up to the high-water mark (inproc)", async () => {
  const endpoint = freshAddress("inproc");
  using dealer = new Dealer({ sendHighWaterMark: 5 });
  dealer.connect(endpoint);
  for (let number = 0; number < 5; number++) await dealer.send(String(number), now);
  await assert.rejects(dealer.send("one too many", now), HighWaterMarkError);
  using peer = new Dealer();
  await peer.bind(endpoint);
  assert.deepEqual(await receiveTexts(peer, 5), ["0", "1", "2", "3", "4"]);
});

/** A Router and a Dealer called "slow" with little room between them, and one called "quick". */
async function congested(router: Router, slow: Dealer, quick: Dealer, transport: Transport) {
  const buffers = { receiveHighWaterMark: 5, receiveBufferSize: 1 << 16 };
  Object.assign(router, { sendHighWaterMark: 5, sendBufferSize: 1 << 16, linger: 0 });
  Object.assign(slow, buffers, { routingId: "slow" });
  Object.assign(quick, { routingId: "quick" });
  const peers = countPeers(router, transport);
  const endpoint = await link(router, slow, transport);
  quick.connect(endpoint);
  await peers(2);
  // So much that 40 of them do not find room in the buffers of the operating system.
  return Buffer.alloc(transport === "inproc" ? 10 : 1 << 20);
}

for (const transport of transports) {
  test(`Q15: Router drops what its peer has no room for (${transport})`, async () => {
    using router = new Router();
    using slow = new Dealer();
    using quick = new Dealer();
    const body = await congested(router, slow, quick, transport);
    for (let number = 0; number < 40; number++) {
      await router.send(["slow", String(number), body], now);
    }
    await router.send(["quick", "not held up"], now);
    assert.deepEqual(await receiveText(quick), ["not held up"]);
    // Waits for room, and so comes after all that was not dropped.
    router.mandatory = true;
    const sending = router.send(["slow", "last"]);
    const texts: string[] = [];
    while (texts.at(-1) !== "last") texts.push(...(await receiveTexts(slow, 1)));
    await sending;
    const numbers = texts.slice(0, -1).map(Number);
    assert.ok(numbers.length >= 5 && numbers.length < 40, `${numbers.length} kept`);
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
    );
    if (transport === "inproc") assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test(`Q15: Router with \`mandatory\` waits for room, and drops nothing (${transport})`, async () => {
    using router = new Router({ mandatory: true });
    using slow = new Dealer();
    using quick = new Dealer();
    const body = await congested(router, slow, quick, transport);
    let sent = 0;
    const sending = Array.from({ length: 40 }, (_, number) =>
      router.send(["slow", String(number), body]).then(() => sent++),
    );
    await turn();
    assert.ok(sent < 40, `${sent} sent`);
    for (let number = 0; number < 40; number++) {
      assert.deepEqual(await receiveTexts(slow, 1), [String(number)]);
    }
    await Promise.all(sending);
  });
}

test("Q15: Router with `mandatory` rejects with EAGAIN when it may not wait (inproc)", async () => {
  using router = new Router({ mandatory: true });
  using slow = new Dealer();
  using quick = new Dealer();
  await congested(router, slow, quick, "inproc");
  for (let number = 0; number < 10; number++) await router.send(["slow", String(number)], now);
  await assert.rejects(router.send(["slow", "refused"], now), HighWaterMarkError);
  await router.send(["quick", "not held up"], now);
  assert.deepEqual(await receiveText(quick), ["not held up"]);
  const texts = await receiveTexts(slow, 10);
  assert.deepEqual(texts.map(Number), [...texts.keys()]);
});
