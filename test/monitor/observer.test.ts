/*
 * Observer: the ways to read events, and what reading or not reading them does to others.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ClosedError, Dealer, type Event, Observer, Pull, Push, Reply, Router } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import { greeting, RawPeer } from "../io/raw.js";
import { wires } from "../socket/peers.js";

test("`events` is one Observer, made when it is first read", async () => {
  using socket = new Reply();
  await socket.bind(freshAddress("tcp"));
  assert.ok(socket.events instanceof Observer);
  assert.equal(socket.events, socket.events);
  const address = await socket.bind(freshAddress("tcp"));
  assert.deepEqual(await socket.events.receive(), { type: "bind", address });
});

for (const transport of wires) {
  test(`Observer: \`receive()\` gives events in order, also to calls that wait (${transport})`, async () => {
    using socket = new Reply();
    const waiting = [1, 2, 3].map(() => socket.events.receive());
    const first = await socket.bind(freshAddress(transport));
    const second = await socket.bind(freshAddress(transport));
    await socket.unbind(first);
    assert.deepEqual(await Promise.all(waiting), [
      { type: "bind", address: first },
      { type: "bind", address: second },
      { type: "close", address: first },
    ]);
    await socket.unbind(second);
    assert.deepEqual(await socket.events.receive(), { type: "close", address: second });
  });

  test(`Observer: \`on()\` gives the events of one type, until \`off()\` (${transport})`, async () => {
    using socket = new Reply();
    const got: string[] = [];
    const listener = (event: Event) => got.push(event.type);
    const closes: string[] = [];
    assert.equal(socket.events.on("bind", listener), socket.events);
    socket.events.on("close", ({ address }) => closes.push(address));
    const addresses: string[] = [];
    for (let i = 0; i < 2; i++) addresses.push(await socket.bind(freshAddress(transport)));
    await socket.unbind(addresses[0] as string);
    await until(() => closes.length === 1);
    assert.deepEqual(got, ["bind", "bind"]);
    assert.equal(socket.events.off("bind", listener), socket.events);
    addresses.push(await socket.bind(freshAddress(transport)));
    await socket.unbind(addresses[2] as string);
    await until(() => closes.length === 2);
    assert.deepEqual(closes, [addresses[0], addresses[2]]);
    assert.deepEqual(got, ["bind", "bind"]);
  });

  test(`Observer: a loop may be left and resumed without losing events (${transport})`, async () => {
    using socket = new Reply();
    const { events } = socket;
    const addresses: string[] = [];
    for (let i = 0; i < 6; i++) addresses.push(await socket.bind(freshAddress(transport)));
    const got: (string | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      for await (const event of events) {
        got.push("address" in event ? event.address : undefined);
        if (got.length % 2 === 0) break;
      }
    }
    assert.deepEqual(got, addresses);
    assert.equal(events.closed, false);
  });

  test(`Observer: nobody reads, thousands of events happen, traffic goes on (${transport})`, async () => {
    using router = new Router();
    using dealer = new Dealer();
    const { events } = router;
    await link(router, dealer, transport);
    await dealer.send("first");
    await router.receive();
    const address = router.lastEndpoint as string;
    const visits = 700;
    for (let visit = 1; visit <= visits; visit++) {
      const peer = await RawPeer.connect(address);
      peer.write(greeting("SPAM"));
      await peer.closed;
      await dealer.send(`${visit}`);
      assert.equal(String((await router.receive())[1]), `${visit}`);
    }
    // Not one of them was lost.
    const counts = new Map<string, number>();
    const failed = "handshake:error:protocol";
    while (counts.get("disconnect") !== visits || counts.get(failed) !== visits) {
      const { type } = await events.receive();
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    assert.equal(counts.get("accept"), visits + 1);
    assert.equal(counts.get("bind"), 1);
    assert.equal(counts.get("handshake"), 1);
  });

  test(`Observer: several observers of a socket each get every event (${transport})`, async () => {
    using socket = new Reply();
    const observers = [socket.events, new Observer(socket), new Observer(socket)] as const;
    const listened: Event[] = [];
    observers[2].on("bind", (event) => listened.push(event));
    observers[2].on("close", (event) => listened.push(event));
    const address = await socket.bind(freshAddress(transport));
    await socket.unbind(address);
    const expected = [
      { type: "bind", address },
      { type: "close", address },
    ];
    for (const observer of observers.slice(0, 2)) {
      assert.deepEqual([await observer.receive(), await observer.receive()], expected);
    }
    await until(() => listened.length === 2);
    assert.deepEqual(listened, expected);

    // The end of one is not that of the others.
    observers[1].close();
    const next = await socket.bind(freshAddress(transport));
    assert.deepEqual(await observers[0].receive(), { type: "bind", address: next });
    await until(() => listened.length === 3);
    await assert.rejects(observers[1].receive(), ClosedError);
  });

  test(`Observer: observers of several sockets keep to their own (${transport})`, async () => {
    const sockets = Array.from({ length: 10 }, () => new Reply());
    const observers = sockets.map((socket) => socket.events);
    for (const [index, socket] of sockets.entries()) {
      const address = await socket.bind(freshAddress(transport));
      assert.deepEqual(await observers[index]?.receive(), { type: "bind", address });
    }
    for (const [index, socket] of sockets.entries()) {
      await socket.close();
      const types: string[] = [];
      for await (const { type } of observers[index] as Observer) types.push(type);
      assert.deepEqual(types, ["close", "end"]);
    }
  });
}

test("Observer: `receive()` rejects with a TypeError while listeners are used", async () => {
  using socket = new Reply();
  let bound = 0;
  socket.events.on("bind", () => bound++);
  await assert.rejects(socket.events.receive(), TypeError);
  const loop = async () => {
    for await (const _ of socket.events) assert.fail("got an event");
  };
  await assert.rejects(loop(), TypeError);
  await socket.bind(freshAddress("tcp"));
  await until(() => bound === 1);
});

for (const transport of transports) {
  test(`E12: Observer: a loop ends when the socket has closed (${transport})`, async () => {
    const socket = new Reply();
    const types: string[] = [];
    const loop = (async () => {
      for await (const { type } of socket.events) types.push(type);
    })();
    await socket.bind(freshAddress(transport));
    await socket.close();
    await loop;
    assert.equal(types.at(-1), "end");
    assert.equal(socket.events.closed, true);
    await assert.rejects(socket.events.receive(), ClosedError);
  });

  test(`Observer: \`close()\` ends what waits, and leaves the socket alone (${transport})`, async () => {
    using pull = new Pull();
    using push = new Push();
    const observer = pull.events;
    const loop = (async () => {
      for await (const _ of observer);
    })();
    const waiting = assert.rejects(observer.receive(), ClosedError);
    observer.close();
    observer.close();
    await Promise.all([loop, waiting]);
    assert.equal(observer.closed, true);
    await assert.rejects(observer.receive(), ClosedError);
    await link(pull, push, transport);
    await push.send("goes on");
    assert.deepEqual((await pull.receive()).map(String), ["goes on"]);
  });
}

test("Observer: `using` closes it, and a new one gets what happens from then on", async () => {
  using socket = new Reply();
  {
    using observer = new Observer(socket);
    const address = await socket.bind(freshAddress("tcp"));
    assert.deepEqual(await observer.receive(), { type: "bind", address });
  }
  await socket.bind(freshAddress("tcp"));
  using observer = new Observer(socket);
  const address = await socket.bind(freshAddress("tcp"));
  assert.deepEqual(await observer.receive(), { type: "bind", address });
});

test("Observer: there is none for a closed socket, nor for anything else", () => {
  const socket = new Reply();
  socket.close();
  assert.throws(() => new Observer(socket), ClosedError);
  for (const value of [undefined, null, {}, "socket"]) {
    assert.throws(() => new Observer(value as unknown as Reply), TypeError);
  }
});
