/*
 * Subscriptions that come and go, at either side, with another implementation at the other one.
 */

import assert from "node:assert/strict";
import { Subscriber, XPublisher, XSubscriber } from "zmqx";
import { Option, type Side } from "./exchanges.js";
import { address, assertSame, each } from "./peer.js";

/** Sends one message for each topic; `subscriber` gets those of `wanted`, and nothing between. */
async function filtered(publisher: Side, subscriber: Side, wanted: string[]): Promise<void> {
  for (const topic of ["a.1", "b.1", "ab", "a", "", "c.1", "end"]) {
    await publisher.send([topic, "a.body"]);
  }
  const received: string[] = [];
  while (received.at(-1) !== "end") received.push(String((await subscriber.receive())[0]));
  assert.deepEqual(received, [...wanted, "end"]);
}

each(
  ["SUB", "tcp"],
  (title) => `P2, P3, P10: XPublisher is told what SUB of ${title} subscribes and drops`,
  async (peer) => {
    using ours = new XPublisher({ linger: 0 });
    const theirs = await peer.socket("SUB");
    await theirs.connect(await ours.bind(address("tcp")));
    for (const topic of ["end", "a.", "a.", "b", "\x00\xff"]) {
      await theirs.set(Option.subscribe, Buffer.from(topic, "latin1"));
    }
    for (const topic of ["end", "a.", "b", "\x00\xff"]) {
      assertSame(await ours.receive(), [Buffer.from(`\x01${topic}`, "latin1")]);
    }
    await filtered(ours, theirs, ["a.1", "b.1"]);
    for (const topic of ["a.", "b"]) await theirs.set(Option.unsubscribe, Buffer.from(topic));
    assertSame(await ours.receive(), ["\x00b"]);
    await filtered(ours, theirs, ["a.1"]);
    await theirs.set(Option.unsubscribe, Buffer.from("a."));
    assertSame(await ours.receive(), ["\x00a."]);
    await filtered(ours, theirs, []);
    await theirs.close();
    const rest = [await ours.receive(), await ours.receive()].map(([bytes]) => String(bytes));
    assert.ok(rest.includes("\x00end"), rest.join());
  },
);

each(
  ["XPUB", "tcp"],
  (title) => `P2, P3, P10: XPUB of ${title} is told what Subscriber subscribes and drops`,
  async (peer) => {
    using ours = new Subscriber();
    const theirs = await peer.socket("XPUB");
    ours.connect(await theirs.bind(address("tcp")));
    ours.subscribe("end", "a.", "a.", "b");
    for (const topic of ["end", "a.", "b"]) assertSame(await theirs.receive(), [`\x01${topic}`]);
    await filtered(theirs, ours as unknown as Side, ["a.1", "b.1"]);
    ours.unsubscribe("a.", "b");
    assertSame(await theirs.receive(), ["\x00b"]);
    await filtered(theirs, ours as unknown as Side, ["a.1"]);
    ours.unsubscribe("a.");
    assertSame(await theirs.receive(), ["\x00a."]);
    await filtered(theirs, ours as unknown as Side, []);
    await ours.close();
    assertSame(await theirs.receive(), ["\x00end"]);
  },
);

each(
  ["XPUB", "tcp"],
  (title) => `P11: XSubscriber subscribes at XPUB of ${title} with frames`,
  async (peer) => {
    using ours = new XSubscriber({ linger: 0 });
    const theirs = await peer.socket("XPUB");
    ours.connect(await theirs.bind(address("tcp")));
    for (const frame of ["\x01end", "\x01a", "\x00a", "\x01c."]) await ours.send(frame);
    for (const frame of ["\x01end", "\x01a", "\x00a", "\x01c."]) {
      assertSame(await theirs.receive(), [frame]);
    }
    await filtered(theirs, ours as unknown as Side, ["c.1"]);
  },
);

each(
  ["SUB", "tcp"],
  (title) => `C6: SUB of ${title} subscribes again when Publisher is back`,
  async (peer) => {
    const first = new XPublisher({ linger: 0 });
    const endpoint = await first.bind(address("tcp"));
    const theirs = await peer.socket("SUB", { [Option.reconnectInterval]: 10 });
    await theirs.connect(endpoint);
    await theirs.set(Option.subscribe, Buffer.from("a"));
    assertSame(await first.receive(), ["\x01a"]);
    await first.close();
    using second = new XPublisher({ linger: 0 });
    await second.bind(endpoint);
    const publishing = async (): Promise<void> => {
      assertSame(await second.receive(), ["\x01a"]);
      await second.send("abc");
    };
    // libzmq subscribes again when the subscriber is received from.
    const [message] = await Promise.all([theirs.receive(), publishing()]);
    assertSame(message, ["abc"]);
  },
);

each(
  ["XPUB", "tcp"],
  (title) => `C6: Subscriber subscribes again when XPUB of ${title} is back`,
  async (peer) => {
    using ours = new Subscriber({ reconnectInterval: 10 });
    const first = await peer.socket("XPUB");
    const endpoint = await first.bind(address("tcp"));
    ours.subscribe("a");
    ours.connect(endpoint);
    assertSame(await first.receive(), ["\x01a"]);
    await peer.kill();
    await using back = await peer.another();
    const second = await back.socket("XPUB");
    await second.bind(endpoint);
    const publishing = async (): Promise<void> => {
      assertSame(await second.receive(), ["\x01a"]);
      await second.send(["abc"]);
    };
    const [message] = await Promise.all([ours.receive(), publishing()]);
    assertSame(message, ["abc"]);
  },
);

each(
  ["SUB", "tcp"],
  (title) => `P7: Publisher sends SUB of ${title} what it asked for, and others something else`,
  async (peer) => {
    using ours = new XPublisher({ linger: 0 });
    const endpoint = await ours.bind(address("tcp"));
    const [left, right] = [await peer.socket("SUB"), await peer.socket("SUB")];
    using own = new Subscriber();
    own.subscribe("b", "end");
    own.connect(endpoint);
    await left.connect(endpoint);
    await right.connect(endpoint);
    for (const topic of ["a", "end"]) await left.set(Option.subscribe, Buffer.from(topic));
    for (const topic of ["c", "last"]) await right.set(Option.subscribe, Buffer.from(topic));
    const topics = new Set(["a", "b", "c", "end", "last"].map((topic) => `\x01${topic}`));
    while (topics.size > 0) topics.delete(String((await ours.receive())[0]));
    // "end" has two subscribers, of which only the first shows: what follows waits for both.
    await ours.send("last");
    assertSame(await right.receive(), ["last"]);
    for (const topic of ["a", "b", "c"]) await ours.send(topic);
    assertSame(await left.receive(), ["a"]);
    assertSame(await own.receive(), ["b"]);
    assertSame(await right.receive(), ["c"]);
  },
);
