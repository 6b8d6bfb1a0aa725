/*
 * Binding and connecting: in any order, as often as wanted, to real endpoints, and with none but
 * the right types.
 */

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import * as net from "node:net";
import { test } from "node:test";
import * as zmq from "zmqx";
import { Dealer, Pair, Pull, Push, Reply, Request, Router, type Socket, Subscriber } from "zmqx";
import { freshAddress, link, runChild, transports, until } from "../harness.js";
import { absentAddress, drain, receiveText, receiveTexts, subscribed, wires } from "./peers.js";

for (const transport of transports) {
  test(`C1: \`connect()\` before bind() queues messages until then (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using push = new Push({ reconnectInterval: 1 });
    push.connect(endpoint);
    const numbers = Array.from({ length: 10 }, (_, number) => String(number));
    for (const number of numbers) await push.send(number);
    using pull = new Pull();
    await pull.bind(endpoint);
    assert.deepEqual(await receiveTexts(pull, 10), numbers);
  });

  test(`C3: one socket binds and connects to many at once (${transport})`, async () => {
    using center = new Dealer();
    const peers = Array.from({ length: 4 }, () => new Dealer());
    for (const [index, peer] of peers.entries()) {
      if (index % 2 === 0) await link(center, peer, transport);
      else await link(peer, center, transport);
      await peer.send(`from ${index}`);
      assert.deepEqual(await receiveText(center), [`from ${index}`]);
    }
    for (let number = 0; number < 8; number++) await center.send("to all");
    for (const peer of peers) {
      assert.deepEqual(await receiveTexts(peer, 2), ["to all", "to all"]);
      void peer.close();
    }
  });

  test(`C15: Request and Reply start in any order (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using request = new Request({ reconnectInterval: 1 });
    request.connect(endpoint);
    await request.send("question");
    using reply = new Reply();
    await reply.bind(endpoint);
    assert.deepEqual(await receiveText(reply), ["question"]);
    await reply.send("answer");
    assert.deepEqual(await receiveText(request), ["answer"]);
  });

  test(`C7: \`unbind()\` frees the endpoint that bind() returned (${transport})`, async () => {
    using first = new Reply();
    const endpoint = await first.bind(freshAddress(transport));
    assert.equal(first.lastEndpoint, endpoint);
    await first.unbind(endpoint);
    await assert.rejects(first.unbind(endpoint), { code: "ENOENT", endpoint });
    using second = new Reply();
    assert.equal(await second.bind(endpoint), endpoint);
    using request = new Request();
    request.connect(endpoint);
    await request.send("who?");
    assert.deepEqual(await receiveText(second), ["who?"]);
  });
}

test("C2: inproc connects before and after bind(), though the book says after only", async () => {
  const endpoint = freshAddress("inproc");
  using early = new Pair();
  using late = new Pair();
  early.connect(endpoint);
  await early.send("queued");
  await late.bind(endpoint);
  assert.deepEqual(await receiveText(late), ["queued"]);
  await late.send("answer");
  assert.deepEqual(await receiveText(early), ["answer"]);
  using many = new Pull();
  const other = freshAddress("inproc");
  const pushes = Array.from({ length: 3 }, () => new Push());
  for (const [index, push] of pushes.entries()) {
    if (index === 2) await many.bind(other);
    push.connect(other);
    await push.send(String(index));
  }
  assert.deepEqual((await receiveTexts(many, 3)).sort(), ["0", "1", "2"]);
  for (const push of pushes) void push.close();
});

test("C3: one socket talks over all transports at the same time", async () => {
  using pull = new Pull();
  const pushes = transports.map(() => new Push());
  for (const [index, transport] of transports.entries()) {
    await link(pull, pushes[index] as Push, transport);
    await pushes[index]?.send(transport);
  }
  assert.deepEqual((await receiveTexts(pull, 3)).sort(), [...transports].sort());
  for (const push of pushes) void push.close();
});

for (const transport of ["tcp", "inproc"] as const) {
  test(`C5: \`bind()\` to a taken endpoint rejects with EADDRINUSE (${transport})`, async () => {
    using first = new Reply();
    using second = new Reply();
    const endpoint = await first.bind(freshAddress(transport));
    const refused = { name: "AddressInUseError", code: "EADDRINUSE", endpoint };
    await assert.rejects(second.bind(endpoint), refused);
    await assert.rejects(first.bind(endpoint), refused);
    using request = new Request();
    request.connect(endpoint);
    await request.send("who?");
    assert.deepEqual(await receiveText(first), ["who?"]);
  });
}

// libzmq removes the file before it binds: it cannot tell whether somebody listens.
test("C5: `bind()` takes an ipc path from whoever has it", async () => {
  using first = new Reply();
  using second = new Reply();
  const endpoint = await first.bind(freshAddress("ipc"));
  await second.bind(endpoint);
  using request = new Request();
  request.connect(endpoint);
  await request.send("who?");
  assert.deepEqual(await receiveText(second), ["who?"]);
});

test("C5: `bind()` takes an ipc path over that a crashed process left behind", async () => {
  const endpoint = freshAddress("ipc");
  const child = await runChild(
    `import { Reply } from "zmqx";
    await new Reply().bind(process.argv.at(-1));
    process.kill(process.pid, "SIGKILL");`,
    { args: [endpoint] },
  );
  assert.equal(child.signal, "SIGKILL");
  assert.ok(existsSync(endpoint.slice("ipc://".length)), "the crash left the path behind");
  using reply = new Reply();
  await reply.bind(endpoint);
  using request = new Request();
  request.connect(endpoint);
  await request.send("who?");
  assert.deepEqual(await receiveText(reply), ["who?"]);
});

for (const address of ["tcp://127.0.0.1:*", "tcp://127.0.0.1:0", "tcp://*:*", "ipc://*"]) {
  test(`C7: \`bind()\` to "${address}" returns the real endpoint`, async () => {
    using pull = new Pull();
    const endpoint = await pull.bind(address);
    const shape = address.startsWith("tcp") ? /^tcp:\/\/[\d.]+:[1-9]\d+$/ : /^ipc:\/\/.*[^*]$/;
    assert.match(endpoint, shape);
    assert.equal(pull.lastEndpoint, endpoint);
    await assert.rejects(pull.unbind(address), { code: "ENOENT", endpoint: address });
    using push = new Push();
    push.connect(endpoint.replace("//0.0.0.0", "//127.0.0.1"));
    await push.send("found");
    assert.deepEqual(await receiveText(pull), ["found"]);
  });
}

test("C7: `unbind()` closes the port, and the connections that came through it", async () => {
  using pull = new Pull();
  using push = new Push({ linger: 0 });
  const endpoint = await link(pull, push, "tcp");
  let lost = false;
  push.events.on("disconnect", () => {
    lost = true;
  });
  await push.send("one");
  assert.deepEqual(await receiveText(pull), ["one"]);
  await pull.unbind(endpoint);
  // A connection ends when the socket agrees, and so when it is used.
  await until(() => !pull.readable && lost, "the end of the connection");
  const { hostname, port } = new URL(endpoint);
  const [error] = await once(net.connect(Number(port), hostname), "error");
  assert.equal(error.code, "ECONNREFUSED");
});

test("C8: `connect()` to a wildcard throws EINVAL", () => {
  using push = new Push();
  for (const address of ["tcp://*:*", "tcp://127.0.0.1:*"]) {
    assert.throws(() => push.connect(address), { code: "EINVAL", endpoint: address });
  }
  assert.throws(() => push.connect("tcp://*:5555"), { code: "EINVAL" });
});

for (const transport of wires) {
  test(`C10: \`connect()\` to the same endpoint twice counts once (${transport})`, async () => {
    using publisher = new zmq.Publisher();
    using subscriber = new Subscriber();
    const endpoint = await link(publisher, subscriber, transport);
    subscriber.connect(endpoint);
    subscriber.subscribe("");
    await subscribed(publisher, subscriber);
    await publisher.send("once");
    await publisher.send("end");
    assert.deepEqual(await receiveTexts(subscriber, 2), ["once", "end"]);
    assert.deepEqual(await drain(subscriber), []);

    using router = new Router();
    using dealer = new Dealer();
    const place = await link(router, dealer, transport);
    dealer.connect(place);
    const ids = new Set<string>();
    for (let number = 0; number < 4; number++) {
      await dealer.send("x");
      ids.add(String((await router.receive())[0]));
    }
    assert.equal(ids.size, 1);
  });
}

// What ZMTP lets talk to each other; a type may talk to itself where it is its own partner.
const partners: [string, string][] = [
  ["Pair", "Pair"],
  ["Publisher", "Subscriber"],
  ["Publisher", "XSubscriber"],
  ["XPublisher", "Subscriber"],
  ["XPublisher", "XSubscriber"],
  ["Request", "Reply"],
  ["Request", "Router"],
  ["Dealer", "Reply"],
  ["Dealer", "Dealer"],
  ["Dealer", "Router"],
  ["Router", "Router"],
  ["Push", "Pull"],
];
const types = [...new Set(partners.flat())];
const classes = zmq as unknown as Record<string, new (options?: object) => Socket>;

function create(type: string): Socket {
  // Long, so that a refused connection is not tried again during the test.
  return new (classes[type] as new (options?: object) => Socket)({
    linger: 0,
    reconnectInterval: 60_000,
  });
}

for (const transport of wires) {
  for (const [index, bound] of types.entries()) {
    test(`C14: ${bound} shakes hands with its partners only (${transport})`, async () => {
      for (const connected of types.slice(index)) {
        const fits = partners.some(
          ([a, b]) => (a === bound && b === connected) || (a === connected && b === bound),
        );
        using a = create(bound);
        using b = create(connected);
        const outcomes: string[] = [];
        for (const socket of [a, b]) {
          socket.events.on("handshake", () => outcomes.push("fits"));
          socket.events.on("disconnect", () => outcomes.push("refused"));
        }
        await link(a, b, transport);
        await until(() => outcomes.length === 2, `${bound} and ${connected}`);
        const expected = fits ? "fits" : "refused";
        assert.deepEqual(outcomes, [expected, expected], `${bound} and ${connected}`);
      }
    });
  }
}
