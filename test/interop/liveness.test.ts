/*
 * Peers of other implementations that are quiet, stopped, killed and started again: what heartbeats
 * and reconnecting make of it.
 */

import assert from "node:assert/strict";
import { Dealer, Publisher, Pull, Router } from "zmqx";
import { until } from "../harness.js";
import { Tap } from "../io/tap.js";
import { Recording } from "../monitor/recording.js";
import { arrived, Option, type Side } from "./exchanges.js";
import { address, assertSame, each } from "./peer.js";

const patient = {
  heartbeatInterval: 20,
  heartbeatTimeout: 30_000,
  heartbeatTimeToLive: 30_000,
} as const;
const strict = { heartbeatInterval: 20, heartbeatTimeout: 300 } as const;
const remoteBeats = { [Option.heartbeatInterval]: 20, [Option.heartbeatTimeout]: 30_000 };

each(
  ["DEALER", "tcp", "heartbeats"],
  (title) => `E15: heartbeats of Router are answered by ${title}, and the other way round`,
  async (peer) => {
    using router = new Router({ linger: 0 });
    using beating = new Router({ ...patient, linger: 0 });
    const recordings = [new Recording(router), new Recording(beating)];
    // Beats of ours are answered by theirs; beats of theirs by ours.
    for (const [ours, options] of [
      [beating, {}],
      [router, remoteBeats],
    ] as const) {
      await using tap = await Tap.open(await ours.bind(address("tcp")), address("tcp"));
      const theirs = await peer.socket("DEALER", options);
      await theirs.connect(tap.endpoint);
      await tap.carried("PING", 10);
      await tap.carried("PONG", 10);
      await theirs.send(["after silence"]);
      const [id, ...rest] = await ours.receive();
      assertSame(rest, ["after silence"]);
      await ours.send([id, "answer"]);
      assertSame(await theirs.receive(), ["answer"]);
      await theirs.close();
    }
    for (const recording of recordings) {
      await recording.wait("handshake");
      assert.equal(recording.all("handshake").length, 1);
    }
  },
);

each(
  ["DEALER", "tcp"],
  (title) => `E15: Router with heartbeats keeps a peer of ${title}, whether or not it knows them`,
  async (peer) => {
    using router = new Router({ ...strict, linger: 0 });
    const recording = new Recording(router);
    const theirs = await peer.socket("DEALER");
    await theirs.connect(await router.bind(address("tcp")));
    const started = Date.now();
    // Traffic for longer than the silence that is allowed, which has a test of its own.
    await until(async () => {
      await theirs.send(["ping"]);
      await router.receive();
      return Date.now() - started > 1.5 * strict.heartbeatTimeout;
    });
    assert.equal(recording.all("disconnect").length, 0);
  },
);

each(
  ["DEALER", "tcp", "heartbeats"],
  (title) => `E15: Router finds a stopped ${title} dead, and meets it again when it goes on`,
  async (peer) => {
    using router = new Router({ ...strict, linger: 0 });
    const recording = new Recording(router);
    const theirs = await peer.socket("DEALER", { [Option.reconnectInterval]: 10 });
    await theirs.connect(await router.bind(address("tcp")));
    await theirs.send(["hello"]);
    assertSame((await router.receive()).slice(1), ["hello"]);
    peer.signal("SIGSTOP");
    await recording.wait("disconnect");
    peer.signal("SIGCONT");
    await recording.wait("handshake", 2);
    await theirs.send(["again"]);
    assertSame((await router.receive()).slice(1), ["again"]);
  },
);

each(
  ["ROUTER", "tcp", "heartbeats"],
  (title) => `E15: Dealer finds the stopped ${title} that it is connected to dead`,
  async (peer) => {
    using dealer = new Dealer({ ...strict, linger: 0, reconnectInterval: 10 });
    const recording = new Recording(dealer);
    const theirs = await peer.socket("ROUTER");
    dealer.connect(await theirs.bind(address("tcp")));
    await dealer.send("hello");
    assertSame((await theirs.receive()).slice(1), ["hello"]);
    peer.signal("SIGSTOP");
    await recording.wait("disconnect");
    peer.signal("SIGCONT");
    await recording.wait("handshake", 2);
    await dealer.send("again");
    assertSame((await theirs.receive()).slice(1), ["again"]);
  },
);

each(
  ["ROUTER", "tcp"],
  (title) => `C4: Dealer resumes with another process of ${title} on the endpoint of a killed one`,
  async (peer) => {
    using dealer = new Dealer({ linger: 0, reconnectInterval: 10 });
    const recording = new Recording(dealer);
    const first = await peer.socket("ROUTER");
    const endpoint = await first.bind(address("tcp"));
    dealer.connect(endpoint);
    await dealer.send("one");
    assertSame((await first.receive()).slice(1), ["one"]);
    await peer.kill();
    await recording.wait("disconnect");
    // C11: what is sent meanwhile waits for whoever comes.
    await dealer.send("two");
    await using back = await peer.another();
    const second = await back.socket("ROUTER");
    assert.equal(await second.bind(endpoint), endpoint);
    const [id, ...rest] = (await second.receive()) as [Buffer, Buffer];
    assertSame(rest, ["two"]);
    await second.send([id, "three"]);
    assertSame(await dealer.receive(), ["three"]);
  },
);

each(
  ["PUSH", "tcp"],
  (title) => `C4: ${title} resumes when Pull is bound again`,
  async (peer) => {
    const first = new Pull();
    const endpoint = await first.bind(address("tcp"));
    const theirs = await peer.socket("PUSH", { [Option.reconnectInterval]: 10 });
    await theirs.connect(endpoint);
    await theirs.send(["one"]);
    assertSame(await first.receive(), ["one"]);
    await first.close();
    using second = new Pull();
    const recording = new Recording(second);
    await second.bind(endpoint);
    await recording.wait("accept");
    await theirs.send(["two"]);
    assertSame(await second.receive(), ["two"]);
  },
);

each(
  ["SUB", "tcp"],
  (title) => `C4: Publisher goes on with another process of ${title} after one was killed`,
  async (peer) => {
    using publisher = new Publisher({ linger: 0, sendHighWaterMark: 0 });
    const recording = new Recording(publisher);
    const endpoint = await publisher.bind(address("tcp"));
    const first = await peer.socket("SUB", { [Option.subscribe]: Buffer.alloc(0) });
    await first.connect(endpoint);
    await arrived(publisher as unknown as Side, first, "first");
    await peer.kill();
    await recording.wait("disconnect");
    await using back = await peer.another();
    const second = await back.socket("SUB", { [Option.subscribe]: Buffer.alloc(0) });
    await second.connect(endpoint);
    await arrived(publisher as unknown as Side, second, "second");
  },
);
