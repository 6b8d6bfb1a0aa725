/*
 * Request and Reply: strictly in turn, with the envelope added and taken off on the way.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Dealer, HighWaterMarkError, Push, Reply, Request, Router, StateError } from "zmqx";
import { freshAddress, link, runChild, transports, until } from "../harness.js";
import {
  absentAddress,
  countPeers,
  drain,
  now,
  receiveText,
  receiveTexts,
  wires,
} from "./peers.js";

for (const transport of transports) {
  test(`Q1: \`send()\` twice on Request, or \`receive()\` first, rejects with EFSM (${transport})`, async () => {
    using request = new Request();
    using reply = new Reply();
    await link(reply, request, transport);
    const refused = { name: "StateError", code: "EFSM" };
    await assert.rejects(request.receive(), refused);
    await request.send("one");
    await assert.rejects(request.send("two"), refused);
    assert.deepEqual(await receiveText(reply), ["one"]);
    await reply.send("answer");
    assert.deepEqual(await receiveText(request), ["answer"]);
    await assert.rejects(request.receive(), StateError);
    await request.send("three");
    assert.deepEqual(await receiveText(reply), ["three"]);
  });

  test(`Q1: \`receive()\` twice on Reply, or \`send()\` first, rejects with EFSM (${transport})`, async () => {
    using request = new Request();
    using reply = new Reply();
    await link(reply, request, transport);
    await assert.rejects(reply.send("too soon"), StateError);
    await request.send("one");
    assert.deepEqual(await receiveText(reply), ["one"]);
    await assert.rejects(reply.receive(), StateError);
    await reply.send("answer");
    await assert.rejects(reply.send("again"), StateError);
    assert.deepEqual(await receiveText(request), ["answer"]);
    await request.send("two");
    assert.deepEqual(await receiveText(reply), ["two"]);
  });

  test(`Q1: EFSM rejects at once while another operation waits (${transport})`, async () => {
    using request = new Request();
    using reply = new Reply();
    await link(reply, request, transport);
    const asked = receiveText(reply);
    await assert.rejects(reply.send("not my turn"), StateError);
    await request.send("one");
    const answered = receiveText(request);
    await assert.rejects(request.send("not my turn"), StateError);
    // Queued behind the first one, whose answer makes it illegal.
    const second = assert.rejects(request.receive(), StateError);
    assert.deepEqual(await asked, ["one"]);
    await reply.send("answer");
    assert.deepEqual(await answered, ["answer"]);
    await second;
  });

  test(`Q1: \`relaxed\` and \`correlate\` let Request ask again without an answer (${transport})`, async () => {
    using request = new Request({ relaxed: true, correlate: true });
    using router = new Router();
    await link(router, request, transport);
    await request.send("one");
    const [id, first, , body] = (await router.receive()) as Buffer[];
    assert.equal(String(body), "one");
    await request.send("two");
    const [, second] = (await router.receive()) as Buffer[];
    await router.send([id as Buffer, first as Buffer, "", "answer to one"]);
    await router.send([id as Buffer, second as Buffer, "", "answer to two"]);
    assert.deepEqual(await receiveText(request), ["answer to two"]);
  });

  test(`Q2: Request asks its peers in turn (${transport})`, async () => {
    using request = new Request();
    const replies = [new Reply(), new Reply(), new Reply()];
    for (const reply of replies) await link(reply, request, transport);
    const serving = replies.map(async (reply, index) => {
      for await (const _ of reply) await reply.send(String(index));
    });
    const asked: string[] = [];
    for (let number = 0; number < 9; number++) {
      await request.send("who?");
      asked.push((await receiveText(request))[0] as string);
    }
    assert.deepEqual(asked.slice(0, 3).sort(), ["0", "1", "2"]);
    assert.deepEqual(asked.slice(3), [...asked.slice(0, 3), ...asked.slice(0, 3)]);
    for (const reply of replies) void reply.close();
    await Promise.all(serving);
  });

  test(`Q2: Request takes the reply of the peer it asked, and of no other (${transport})`, async () => {
    using request = new Request({ routingId: "asker" });
    const routers = [new Router({ mandatory: true }), new Router({ mandatory: true })];
    for (const router of routers) await link(router, request, transport);
    for (let round = 0; round < 4; round++) {
      await request.send("question");
      // Only the one asked ever becomes readable.
      await until(() => routers.some((router) => router.readable));
      const asked = routers.find((router) => router.readable) as Router;
      const other = routers.find((router) => router !== asked) as Router;
      const [id, delimiter, body] = await receiveText(asked);
      assert.deepEqual([id, delimiter, body], ["asker", "", "question"]);
      await until(() =>
        other.send(["asker", "", "unasked"]).then(
          () => true,
          () => false,
        ),
      );
      await until(() => request.readable, "the unasked reply");
      await asked.send(["asker", "", `answer ${round}`]);
      assert.deepEqual(await receiveText(request), [`answer ${round}`]);
    }
    for (const router of routers) void router.close();
  });

  test(`Q3: Request adds an empty delimiter (${transport})`, async () => {
    using request = new Request({ routingId: "me" });
    using router = new Router();
    await link(router, request, transport);
    await request.send(["head", "", "body"]);
    assert.deepEqual(await receiveText(router), ["me", "", "head", "", "body"]);
    await router.send(["me", "", "", "answer"]);
    assert.deepEqual(await receiveText(request), ["", "answer"]);
  });

  test(`Q3: Reply takes the envelope off, and sends the whole of it back (${transport})`, async () => {
    using dealer = new Dealer();
    using reply = new Reply();
    await link(reply, dealer, transport);
    await dealer.send(["hop 1", "hop 2", "hop 3", "", "body", "", "more"]);
    assert.deepEqual(await receiveText(reply), ["body", "", "more"]);
    await reply.send(["answer", "end"]);
    assert.deepEqual(await receiveText(dealer), ["hop 1", "hop 2", "hop 3", "", "answer", "end"]);
  });

  test(`Q4: Reply discards a request without a delimiter, and lives on (${transport})`, async () => {
    using dealer = new Dealer();
    using reply = new Reply();
    await link(reply, dealer, transport);
    await dealer.send("raw");
    await dealer.send(["raw", "too"]);
    await dealer.send(["", "proper"]);
    assert.deepEqual(await receiveText(reply), ["proper"]);
    await reply.send("answer");
    assert.deepEqual(await receiveText(dealer), ["", "answer"]);
  });

  test(`Q5: Reply to a client that has gone is dropped, and does not wait (${transport})`, async () => {
    using reply = new Reply();
    const endpoint = await reply.bind(freshAddress(transport));
    const peers = countPeers(reply, transport);
    const gone = new Dealer({ linger: 0 });
    gone.connect(endpoint);
    await peers(1);
    await gone.send(["", "question"]);
    assert.deepEqual(await receiveText(reply), ["question"]);
    void gone.close();
    await until(() => gone.closed);
    await reply.send("nobody hears this", now);
    using client = new Request();
    client.connect(endpoint);
    await client.send("next");
    assert.deepEqual(await receiveText(reply), ["next"]);
    await reply.send("heard");
    assert.deepEqual(await receiveText(client), ["heard"]);
  });

  test(`Q5: Reply answers the last one who asked (${transport})`, async () => {
    using reply = new Reply();
    const endpoint = await reply.bind(freshAddress(transport));
    const clients = [new Request(), new Request(), new Request()];
    for (const [index, client] of clients.entries()) {
      client.connect(endpoint);
      await client.send(`question ${index}`);
    }
    for (const _ of clients) await reply.send(`re: ${await receiveText(reply)}`);
    for (const [index, client] of clients.entries()) {
      assert.deepEqual(await receiveText(client), [`re: question ${index}`]);
      void client.close();
    }
  });
}

for (const transport of wires) {
  test(`Q5: Reply to a client that was killed is dropped (${transport})`, async () => {
    using reply = new Reply();
    const endpoint = await reply.bind(freshAddress(transport));
    using control = new Push();
    const child = runChild(
      `import { Pull, Request } from "zmqx";
      const [endpoint, control] = process.argv.slice(-2);
      const orders = new Pull();
      orders.connect(control);
      const request = new Request();
      request.connect(endpoint);
      await request.send("question");
      await orders.receive();
      process.kill(process.pid, "SIGKILL");`,
      { args: [endpoint, await control.bind(freshAddress(transport))] },
    );
    assert.deepEqual(await receiveText(reply), ["question"]);
    await control.send("die");
    assert.equal((await child).signal, "SIGKILL");
    await reply.send("nobody hears this", now);
    using client = new Request();
    client.connect(endpoint);
    await client.send("next");
    assert.deepEqual(await receiveText(reply), ["next"]);
    await reply.send("heard");
    assert.deepEqual(await receiveText(client), ["heard"]);
  });

  test(`Q6: Reply serves a quiet client while another one floods it (${transport})`, async () => {
    using reply = new Reply();
    using loud = new Dealer({ linger: 0 });
    using quiet = new Request();
    const endpoint = await link(reply, loud, transport);
    for (let number = 0; number < 200; number++) await loud.send(["", "loud"]);
    quiet.connect(endpoint);
    await quiet.send("quiet");
    await until(async () => {
      await loud.send(["", "loud"]);
      const [text] = await receiveText(reply);
      await reply.send(text as string);
      await drain(loud);
      return text === "quiet";
    }, "the question of the quiet one");
    assert.deepEqual(await receiveText(quiet), ["quiet"]);
  });
}

test("Q6: Reply takes from all its clients in turn (inproc)", async () => {
  using reply = new Reply();
  const endpoint = await reply.bind(freshAddress("inproc"));
  const dealers = [new Dealer(), new Dealer(), new Dealer()];
  for (const [index, dealer] of dealers.entries()) {
    dealer.connect(endpoint);
    for (let number = 0; number < 10; number++) await dealer.send(["", String(index)]);
  }
  // Knows all of them from now on.
  assert.ok(reply.readable);
  for (let round = 0; round < 10; round++) {
    const turns: string[] = [];
    for (const _ of dealers) {
      turns.push(...(await receiveTexts(reply, 1)));
      await reply.send("answer");
    }
    assert.deepEqual(turns.sort(), ["0", "1", "2"]);
  }
  for (const dealer of dealers) {
    assert.equal((await drain(dealer)).length, 10);
    void dealer.close();
  }
});

test("Request waits to send while it has no peer, and Reply never does", async () => {
  using request = new Request({ linger: 0 });
  const endpoint = await request.bind(await absentAddress("tcp"));
  await assert.rejects(request.send("refused", now), HighWaterMarkError);
  let sent = false;
  const sending = request.send("waited").then(() => {
    sent = true;
  });
  await turn();
  assert.equal(sent, false);
  using reply = new Reply();
  reply.connect(endpoint);
  await sending;
  assert.deepEqual(await receiveText(reply), ["waited"]);
});
