/*
 * Garbage from outside against bound sockets of every type: the process lives, and legal traffic
 * goes on.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  capability,
  Dealer,
  Pair,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  type Socket,
  Stream,
  Subscriber,
  XPublisher,
  XSubscriber,
} from "zmqx";
import { Client, Dish, Gather, Radio, Scatter, Server } from "zmqx/draft";
import { freshAddress, link, until } from "../harness.js";
import { Recording } from "../monitor/recording.js";
import { drain, wires } from "../socket/peers.js";
import { attacks } from "./attacks.js";
import { randomIntegers } from "./random.js";
import { RawPeer } from "./raw.js";

interface Case {
  /** The socket type that gets along with it, as ZMTP spells it. */
  peer: string;
  open(): Socket;
  /** Exchanges messages with the bound socket. */
  traffic(bound: Socket, address: string): Promise<void>;
}

interface Sends extends Socket {
  send(message: string): Promise<void>;
}
interface Receives extends Socket {
  receive(): Promise<Buffer[]>;
}

/** Some of what comes to a bound socket may be the garbage of others: waits for what is not. */
async function expect(socket: Receives, text: string): Promise<void> {
  for (;;) {
    const parts = await socket.receive();
    if (parts.some((part) => String(part) === text)) return;
  }
}

const toBound = (Type: new () => Sends) => async (bound: Socket, address: string) => {
  using peer = new Type();
  peer.connect(address);
  await peer.send("legal");
  await expect(bound as Receives, "legal");
};

/** Sends until something is received: who subscribes misses what was sent before. */
async function repeat(receiver: { receive(): Promise<unknown> }, send: () => Promise<void>) {
  let isReceived = false;
  const receiving = receiver.receive().then(() => {
    isReceived = true;
  });
  while (!isReceived) {
    await send();
    await new Promise(setImmediate);
  }
  await receiving;
}

async function subscribe(bound: Socket, address: string): Promise<void> {
  using peer = new Subscriber();
  peer.connect(address);
  peer.subscribe("legal");
  await repeat(peer, () => (bound as Sends).send("legal"));
}

async function publish(bound: Socket, address: string): Promise<void> {
  if (bound instanceof Subscriber) bound.subscribe("legal");
  else await (bound as XSubscriber).send("\x01legal");
  // It tells new peers what it wants while it waits, or is asked for something.
  const expecting = expect(bound as Subscriber | XSubscriber, "legal");
  using peer = new XPublisher();
  peer.connect(address);
  await peer.receive();
  await peer.send("legal");
  await expecting;
}

const fromBound = (Type: new () => Receives) => async (bound: Socket, address: string) => {
  using peer = new Type();
  peer.connect(address);
  await (bound as Sends).send("legal");
  assert.equal(String((await peer.receive())[0]), "legal");
};

/** Between a Radio and a Dish, whichever is bound. */
async function radio(bound: Socket, address: string): Promise<void> {
  using peer = bound instanceof Radio ? new Dish() : new Radio();
  const [sender, receiver] = (bound instanceof Radio ? [bound, peer] : [peer, bound]) as [
    Radio,
    Dish,
  ];
  receiver.join("group");
  peer.connect(address);
  await repeat(receiver, () => sender.send("legal", { group: "group" }));
  receiver.leave("group");
}

const cases: Record<string, Case> = {
  Pair: {
    peer: "PAIR",
    open: () => new Pair(),
    async traffic(bound, address) {
      // It has room for one peer, and sees the last one leave when it has read all of it.
      await drain(bound as Pair);
      await toBound(Pair)(bound, address);
    },
  },
  Publisher: { peer: "SUB", open: () => new Publisher(), traffic: subscribe },
  Subscriber: { peer: "PUB", open: () => new Subscriber(), traffic: publish },
  Request: {
    peer: "REP",
    open: () => new Request({ relaxed: true, correlate: true }),
    async traffic(bound, address) {
      using reply = new Reply();
      reply.connect(address);
      await (bound as Request).send("legal");
      assert.equal(String((await reply.receive())[0]), "legal");
      await reply.send("answer");
      await expect(bound as Request, "answer");
    },
  },
  Reply: {
    peer: "REQ",
    open: () => new Reply(),
    async traffic(bound, address) {
      using request = new Request({ relaxed: true, correlate: true });
      request.connect(address);
      const serving = (async () => {
        for (let question = ""; question !== "last"; ) {
          question = String((await (bound as Reply).receive())[0]);
          await (bound as Reply).send("answer");
        }
      })();
      // libzmq drops the answer that follows a malformed request of somebody who has left: a
      // client that cares asks again.
      let isAnswered = false;
      while (!isAnswered) {
        await request.send("legal");
        isAnswered = await request.receive({ timeout: 200 }).then(
          ([answer]) => String(answer) === "answer",
          () => false,
        );
      }
      await request.send("last");
      await serving;
      assert.equal(String((await request.receive())[0]), "answer");
    },
  },
  Dealer: { peer: "DEALER", open: () => new Dealer(), traffic: toBound(Dealer) },
  Router: { peer: "DEALER", open: () => new Router(), traffic: toBound(Dealer) },
  Pull: { peer: "PUSH", open: () => new Pull(), traffic: toBound(Push) },
  Push: { peer: "PULL", open: () => new Push(), traffic: fromBound(Pull) },
  XPublisher: { peer: "SUB", open: () => new XPublisher(), traffic: subscribe },
  XSubscriber: { peer: "PUB", open: () => new XSubscriber(), traffic: publish },
  Stream: {
    peer: "PAIR",
    open: () => new Stream(),
    async traffic(bound, address) {
      await using peer = await RawPeer.connect(address);
      peer.write(Buffer.from("legal"));
      await expect(bound as Stream, "legal");
    },
  },
};

if (capability.draft) {
  Object.assign(cases, {
    Server: { peer: "CLIENT", open: () => new Server(), traffic: toBound(Client) },
    Client: {
      peer: "SERVER",
      open: () => new Client(),
      traffic: fromBound(Server as unknown as new () => Receives),
    },
    Gather: { peer: "SCATTER", open: () => new Gather(), traffic: toBound(Scatter) },
    Scatter: { peer: "GATHER", open: () => new Scatter(), traffic: fromBound(Gather) },
    Radio: { peer: "DISH", open: () => new Radio(), traffic: radio },
    Dish: { peer: "RADIO", open: () => new Dish(), traffic: radio },
  });
}

for (const transport of wires) {
  for (const [name, { peer: type, open, traffic }] of Object.entries(cases)) {
    test(`E9: a bound ${name} survives garbage, and serves on (${transport})`, async () => {
      using bound = open();
      const record = new Recording(bound);
      const address = await bound.bind(freshAddress(transport));
      await traffic(bound, address);
      const count = Object.keys(attacks).length;
      for (const attack of Object.values(attacks)) {
        const peer = await RawPeer.connect(address);
        for (const bytes of attack(type)) peer.write(bytes);
        await peer.close();
      }
      await until(() => record.all("disconnect").length > count, "the last of them to be gone");
      await traffic(bound, address);
    });
  }

  test(`E9: legal traffic does not notice garbage next to it (${transport})`, async () => {
    using router = new Router();
    using dealer = new Dealer();
    const address = await link(router, dealer, transport);
    const random = randomIntegers(10);
    const kinds = Object.values(attacks);
    let attacked = 0;
    const attacker = async () => {
      while (attacked++ < 300) {
        const peer = await RawPeer.connect(address);
        for (const bytes of kinds[random(kinds.length)]?.("DEALER") ?? []) peer.write(bytes);
        await peer.close();
      }
    };
    let isOver = false;
    const attacking = Promise.all([attacker(), attacker(), attacker()]).then(() => {
      isOver = true;
    });
    // Ends with a message, not with the socket: garbage may come until the very end.
    const served = (async () => {
      for await (const message of router) {
        await router.send(message);
        if (String(message[1]) === "last") return;
      }
    })();
    let exchanged = 0;
    while (!isOver || exchanged < 500) {
      await dealer.send(["number", `${exchanged}`]);
      assert.deepEqual((await dealer.receive()).map(String), ["number", `${exchanged}`]);
      exchanged++;
    }
    await attacking;
    await dealer.send("last");
    await served;
    assert.deepEqual((await dealer.receive()).map(String), ["last"]);
  });
}
