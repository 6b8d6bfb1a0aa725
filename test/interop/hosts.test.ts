/*
 * Two hosts with a link between them: zmqx on the one, each implementation on the other.
 */

import assert from "node:assert/strict";
import { Dealer, Router } from "zmqx";
import { Recording } from "../monitor/recording.js";
import { Option } from "./exchanges.js";
import { Host, hostsMissing } from "./host.js";
import { assertSame, each, type RemoteSocket } from "./peer.js";

const skip = hostsMissing();
const beating = {
  heartbeatInterval: 30,
  heartbeatTimeout: 300,
  reconnectInterval: 10,
  connectTimeout: 300,
  linger: 0,
} as const;

async function asked(dealer: Dealer, router: RemoteSocket, text: string): Promise<void> {
  await dealer.send([text, "", "x".repeat(20_000)]);
  const [id, ...rest] = await router.receive();
  assertSame(rest, [text, "", "x".repeat(20_000)]);
  await router.send([id as Buffer, text]);
  assertSame(await dealer.receive(), [text]);
}

each(
  ["ROUTER", "DEALER", "tcp"],
  (title) => `hosts: zmqx and ${title} on another host connect to each other`,
  async (local) => {
    using host = new Host();
    await using peer = await local.another(host.inside);
    using dealer = new Dealer({ linger: 0 });
    const theirRouter = await peer.socket("ROUTER");
    dealer.connect(await theirRouter.bind(`tcp://${host.far}:*`));
    await asked(dealer, theirRouter, "there");

    using router = new Router({ linger: 0 });
    const theirDealer = await peer.socket("DEALER");
    await theirDealer.connect(await router.bind(`tcp://${host.near}:*`));
    await theirDealer.send(["back"]);
    assertSame((await router.receive()).slice(1), ["back"]);
  },
  skip,
);

each(
  ["ROUTER", "tcp", "heartbeats"],
  (title) => `E16: Dealer notices that the link to ${title} is cut, and resumes when it is back`,
  async (local) => {
    using host = new Host();
    await using peer = await local.another(host.inside);
    using dealer = new Dealer(beating);
    const recording = new Recording(dealer);
    const router = await peer.socket("ROUTER");
    dealer.connect(await router.bind(`tcp://${host.far}:*`));
    await asked(dealer, router, "before");
    host.cut();
    await recording.wait("disconnect");
    // C11: waits for the link.
    await dealer.send("meanwhile");
    host.restore();
    assertSame((await router.receive()).slice(1), ["meanwhile"]);
    await asked(dealer, router, "after");
    await recording.wait("handshake", 2);
  },
  skip,
);

each(
  ["DEALER", "tcp", "heartbeats"],
  (title) => `E16: Router and ${title} both notice the cut, and ${title} connects again`,
  async (local) => {
    using host = new Host();
    await using peer = await local.another(host.inside);
    using router = new Router(beating);
    const recording = new Recording(router);
    const dealer = await peer.socket("DEALER", {
      [Option.heartbeatInterval]: 30,
      [Option.heartbeatTimeout]: 300,
      [Option.reconnectInterval]: 10,
    });
    await dealer.connect(await router.bind(`tcp://${host.near}:*`));
    await dealer.send(["before"]);
    assertSame((await router.receive()).slice(1), ["before"]);
    host.cut();
    await recording.wait("disconnect");
    host.restore();
    await recording.wait("handshake", 2);
    await dealer.send(["after"]);
    assertSame((await router.receive()).slice(1), ["after"]);
  },
  skip,
);

each(
  ["ROUTER", "tcp"],
  (title) => `E16: without heartbeats, a short cut of the link to ${title} is only a delay`,
  async (local) => {
    using host = new Host();
    await using peer = await local.another(host.inside);
    using dealer = new Dealer({ linger: 0 });
    const recording = new Recording(dealer);
    const router = await peer.socket("ROUTER");
    dealer.connect(await router.bind(`tcp://${host.far}:*`));
    await asked(dealer, router, "before");
    host.cut();
    await dealer.send("meanwhile");
    host.restore();
    assertSame((await router.receive()).slice(1), ["meanwhile"]);
    await asked(dealer, router, "after");
    assert.equal(recording.all("disconnect").length, 0);
    await recording.wait("connect");
    assert.equal(recording.all("connect").length, 1);
  },
  skip,
);

each(
  ["ROUTER", "tcp"],
  (title) => `E15: a slow link to ${title} delays messages, and heartbeats put up with it`,
  async (local, context) => {
    using host = new Host();
    const reason = host.delay(100);
    if (reason !== false) {
      context.skip(reason);
      return;
    }
    await using peer = await local.another(host.inside);
    using dealer = new Dealer({ ...beating, heartbeatTimeout: 5_000, connectTimeout: 10_000 });
    const recording = new Recording(dealer);
    const router = await peer.socket("ROUTER");
    dealer.connect(await router.bind(`tcp://${host.far}:*`));
    for (let round = 0; round < 5; round++) {
      const started = performance.now();
      await asked(dealer, router, `${round}`);
      assert.ok(performance.now() - started >= 99);
    }
    assert.equal(recording.all("disconnect").length, 0);
  },
  skip,
);
