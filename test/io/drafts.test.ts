/*
 * The draft types with the methods that take many messages, or do not wait.
 */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { test } from "node:test";
import { HostUnreachableError } from "zmqx";
import { Client, Datagram, Dish, Gather, Radio, Scatter, Server } from "zmqx/draft";
import { freshAddress, link, transports, until } from "../harness.js";

const refused = (name: string) => ({ name, message: /^Cannot send/ });

for (const transport of transports) {
  test(`\`trySend()\` and \`tryReceive()\` carry the routing id of Server (${transport})`, async () => {
    using server = new Server();
    const clients = [new Client(), new Client()];
    const endpoint = await server.bind(freshAddress(transport));
    for (const [index, client] of clients.entries()) {
      client.connect(endpoint);
      await until(() => client.trySend(`from ${index}`));
    }
    assert.equal(clients[0]?.tryReceive(), undefined);
    for (const _ of clients) {
      await until(() => server.readable);
      const [message, { routingId }] = server.tryReceive() ?? assert.fail("no message");
      assert.equal(typeof routingId, "number");
      assert.equal(server.trySend(`to ${message}`, { routingId }), true);
    }
    assert.equal(server.tryReceive(), undefined);
    for (const [index, client] of clients.entries()) {
      await until(() => client.readable);
      assert.deepEqual(client.tryReceive()?.map(String), [`to from ${index}`]);
      await client.close();
    }
  });

  test(`\`sendMany()\` and \`receiveMany()\` of Server and Client keep order and routing id (${transport})`, async () => {
    using server = new Server();
    using client = new Client();
    await link(server, client, transport);
    const numbers = Array.from({ length: 300 }, (_, number) => String(number));
    assert.equal(await client.sendMany(numbers), 300);
    const received: string[] = [];
    let from: number | undefined;
    while (received.length < 300) {
      for (const [message, { routingId }] of await server.receiveMany({ timeout: 30_000 })) {
        received.push(String(message));
        from ??= routingId;
        assert.equal(routingId, from);
      }
    }
    assert.deepEqual(received, numbers);
    assert.equal(await server.sendMany(numbers, { routingId: from as number }), 300);
    const answers: string[] = [];
    for await (const batch of client.batches()) {
      answers.push(...batch.map(String));
      if (answers.length === 300) break;
    }
    assert.deepEqual(answers, numbers);
  });

  test(`\`trySend()\` of Radio goes to the group, \`tryReceive()\` of Dish tells it (${transport})`, async () => {
    // Before the groups are known, it may say hello more often than a high-water mark has room for.
    using radio = new Radio({ sendHighWaterMark: 0 });
    using dish = new Dish({ receiveHighWaterMark: 0 });
    await link(dish, radio, transport);
    dish.join("odd", "even");
    const hello = async (group: string): Promise<void> => {
      await until(() => {
        assert.equal(radio.trySend("hello", { group }), true);
        return dish.tryReceive() !== undefined;
      });
    };
    await hello("odd");
    await hello("even");
    const numbers = Array.from({ length: 20 }, (_, number) => String(number));
    await radio.sendMany(numbers, { group: "odd" });
    await radio.sendMany(["end"], { group: Buffer.from("even") });
    const received: [string, string][] = [];
    for await (const batch of dish.batches({ max: 7 })) {
      assert.ok(batch.length <= 7);
      for (const [message, { group }] of batch) {
        if (String(message) !== "hello") received.push([String(message), String(group)]);
      }
      if (received.length === 21) break;
    }
    assert.deepEqual(received, [...numbers.map((number) => [number, "odd"]), ["end", "even"]]);
    dish.leave("odd");
    assert.equal(dish.tryReceive(), undefined);
  });

  test(`\`sendMany()\` and \`batches()\` of Scatter and Gather give one part each (${transport})`, async () => {
    using scatter = new Scatter();
    using gather = new Gather();
    await link(gather, scatter, transport);
    const numbers = Array.from({ length: 700 }, (_, number) => String(number));
    const sending = scatter.sendMany(numbers);
    const received: string[] = [];
    for await (const batch of gather.batches()) {
      for (const message of batch) {
        assert.equal(message.length, 1);
        received.push(String(message[0]));
      }
      if (received.length === numbers.length) break;
    }
    assert.deepEqual(received, numbers);
    assert.equal(await sending, 700);
  });
}

test("`receiveMany()` of Server takes all messages that are there", async () => {
  using server = new Server();
  using client = new Client();
  await link(server, client, "inproc");
  for (let count = 0; count < 10; count++) await client.send(String(count));
  const messages = await server.receiveMany();
  assert.deepEqual(
    messages.map(([message]) => Number(message)),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test("`trySend()` of draft types wants their options, and one part", async () => {
  using server = new Server();
  using radio = new Radio();
  using client = new Client();
  using scatter = new Scatter();
  await server.bind(freshAddress("inproc"));
  assert.throws(() => server.trySend("x", undefined as never), refused("TypeError"));
  assert.throws(() => server.trySend("x", { routingId: "1" } as never), refused("TypeError"));
  assert.throws(() => server.trySend("x", { routingId: 0 }), refused("RangeError"));
  assert.throws(() => server.trySend("x", { routingId: 2 ** 32 }), refused("RangeError"));
  assert.throws(() => server.trySend("x", { routingId: 12345 }), HostUnreachableError);
  assert.throws(() => radio.trySend("x", {} as never), refused("TypeError"));
  assert.throws(() => radio.trySend("x", { group: "" }), refused("RangeError"));
  assert.throws(() => radio.trySend("x", { group: "x".repeat(16) }), refused("RangeError"));
  for (const socket of [client, scatter]) {
    assert.throws(() => socket.trySend(["x", "y"] as never), refused("TypeError"));
    assert.throws(() => socket.trySend({} as never), refused("TypeError"));
    assert.equal(socket.trySend("nobody is there"), false);
  }
});

test("`sendMany()` of Server says how many it sent before the peer was unknown", async () => {
  using server = new Server();
  await server.bind(freshAddress("inproc"));
  await assert.rejects(server.sendMany(["a", "b"], { routingId: 99 }), {
    name: "HostUnreachableError",
    sent: 0,
  });
  await assert.rejects(server.sendMany(["a"], {} as never), TypeError);
});

// Port 0 is of no use here: libzmq does not tell which one it got.
async function freeUdpAddress(): Promise<string> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return `127.0.0.1:${port}`;
}

test("`trySend()` and `tryReceive()` of Datagram carry the address of the peer", async () => {
  using here = new Datagram();
  using there = new Datagram();
  const [hereAt, thereAt] = [await freeUdpAddress(), await freeUdpAddress()];
  await here.bind(`udp://${hereAt}`);
  await there.bind(`udp://${thereAt}`);
  assert.throws(() => here.trySend("x" as never), TypeError);
  // Datagrams are lost while nobody listens yet.
  await until(() => here.trySend([thereAt, "question"]) && there.readable, "the datagram");
  const [address, text] = there.tryReceive() ?? assert.fail("no message");
  // libzmq ends it as a string of C.
  assert.deepEqual([String(address), String(text)], [`${hereAt}\0`, "question"]);
  const answers: [string, string][] = [
    [hereAt, "one"],
    [hereAt, "two"],
  ];
  assert.equal(await there.sendMany(answers), 2);
  const received: string[] = [];
  for await (const batch of here.batches()) {
    received.push(...batch.map(([, text]) => String(text)));
    if (received.length === 2) break;
  }
  assert.deepEqual(received, ["one", "two"]);
});
