/*
 * Misuse of every option that can be set, on every socket type: values of the wrong type and range,
 * closed sockets, other sockets' options. The socket does its work afterwards.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as zmq from "zmqx";
import * as draft from "zmqx/draft";
import { contextOptions, socketOptions } from "#lib/options.js";
import { freshAddress, until } from "../harness.js";
import { assertWellFormed, failureOf } from "./failures.js";
import { naming } from "./misuse.js";
import {
  classes,
  type Properties,
  type SocketClass,
  samples,
  type TestSocket,
} from "./option-samples.js";

interface Refusals {
  TypeError: unknown[];
  RangeError: unknown[];
}

const bare: unknown = Object.create(null);
const fake: unknown = Object.create(Uint8Array.prototype);
const never = [undefined, true, {}, [], Symbol("x"), bare, () => 5];
const noTexts = { TypeError: [5, 5n, new ArrayBuffer(2), fake, ...never], RangeError: [] };
const halves = [0.5, Number.NaN, Number.POSITIVE_INFINITY];

/** What each kind of option refuses. */
const refusals: Record<string, Refusals> = {
  bool: {
    TypeError: [0, 1, "true", null, ...never.filter((value) => value !== true)],
    RangeError: [],
  },
  i32: { TypeError: ["1", null, 1n, ...never], RangeError: [2 ** 31, -(2 ** 31) - 1, ...halves] },
  i64: { TypeError: ["1", null, ...never], RangeError: [2n ** 63n, -(2n ** 63n) - 1n, ...halves] },
  u64: { TypeError: ["1", null, ...never], RangeError: [2n ** 64n, -1n, -1, ...halves] },
  bytes: noTexts,
  string: noTexts,
  key: { TypeError: noTexts.TypeError, RangeError: ["short", "'".repeat(40), Buffer.alloc(31)] },
  named: { TypeError: ["none", 5, ...never], RangeError: [] },
};

type Rows = typeof socketOptions | typeof contextOptions;
interface Setting {
  name: string;
  kind: string;
  secret: boolean;
}

function settings(table: Rows, holder: string): Setting[] {
  return Object.entries(table)
    .filter(([, { holders }]) => ["all", holder].some((who) => (holders as string[]).includes(who)))
    .filter(([, { access }]) => access !== "r")
    .map(([name, { kind, values, secret }]) => ({ name, kind: values ? "named" : kind, secret }));
}

async function assertRefused(owner: Properties, { name, kind, secret }: Setting): Promise<void> {
  const read = () => owner[name];
  const before = failureOrValue(read);
  for (const [type, values] of Object.entries(refusals[kind] as Refusals)) {
    for (const value of values) {
      const error = await failureOf(() => {
        owner[name] = value;
      });
      const told = `${name}: ${error.name}: ${error.message}`;
      assert.equal(error.name, type, told);
      assert.ok(error.message.includes(`Cannot set "${name}"`), told);
      assert.match(error.message, /expected /, told);
      const given = naming(value);
      const isTold =
        typeof given === "string" ? error.message.includes(given) : given.test(error.message);
      assert.ok(secret || isTold, told);
      assertWellFormed(error);
    }
  }
  assert.deepEqual(failureOrValue(read), before, name);
}

// What is not built in cannot be read either.
const failureOrValue = (read: () => unknown) => {
  try {
    return read();
  } catch (error) {
    return (error as Error).message;
  }
};

/** A class that talks to each class, and whether it is the one that sends. */
const peers: Record<string, [Class: unknown, sends: boolean]> = {
  Pair: [zmq.Pair, true],
  Publisher: [zmq.Subscriber, false],
  Subscriber: [zmq.Publisher, true],
  Request: [zmq.Reply, false],
  Reply: [zmq.Request, true],
  Dealer: [zmq.Dealer, true],
  Router: [zmq.Dealer, true],
  Pull: [zmq.Push, true],
  Push: [zmq.Pull, false],
  XPublisher: [zmq.Subscriber, false],
  XSubscriber: [zmq.Publisher, true],
  Server: [draft.Client, true],
  Client: [draft.Server, false],
  Radio: [draft.Dish, false],
  Dish: [draft.Radio, true],
  Gather: [draft.Scatter, true],
  Scatter: [draft.Gather, false],
};

interface Talking extends TestSocket {
  bind(address: string): Promise<string>;
  connect(address: string): void;
  send(message: unknown, options: object): Promise<void>;
  subscribe?(): void;
  join?(group: string): void;
  readable: boolean;
}

/** Asserts that a message gets from or to a socket, and closes it. */
async function assertWorking(name: string, socket: Talking): Promise<void> {
  const [Peer, peerSends] = peers[name] as [SocketClass, boolean];
  const peer = new Peer({ linger: 0, context: socket.context }) as Talking;
  try {
    peer.connect(await socket.bind(freshAddress("inproc")));
    const [sender, receiver] = peerSends ? [peer, socket] : [socket, peer];
    receiver.subscribe?.();
    receiver.join?.("news");
    if (name === "XSubscriber") await socket.send("\x01", {});
    const options = { timeout: 0, group: "news" };
    // What is sent before the peers know of each other may get lost, or have no turn again.
    await until(async () => {
      await sender.send("x", options).catch(() => undefined);
      return receiver.readable;
    }, `a message of ${name}`);
  } finally {
    await Promise.all([peer.close(), socket.close()]);
  }
}

for (const [holder, Class] of classes) {
  const { name } = Class;
  // Their messages need more than this; other tests prove that these two work.
  const talks = name in peers;

  test(`\`${name}\` refuses wrong values for all its options, and works on`, async () => {
    const socket = new Class({ linger: 0 }) as Talking;
    try {
      for (const setting of settings(socketOptions, holder)) await assertRefused(socket, setting);
      if (talks) await assertWorking(name, socket);
    } finally {
      await socket.close();
    }
  });

  test(`\`${name}\` refuses options of other types, and works on`, async () => {
    const socket = new Class({ linger: 0 }) as Talking;
    const own = settings(socketOptions, holder).map((setting) => setting.name);
    try {
      for (const other of Object.keys(socketOptions).filter((option) => !(option in socket))) {
        const set = () => {
          socket[other] = samples[other];
        };
        assert.throws(set, TypeError, other);
        const construct = () => new Class({ [other]: samples[other] ?? 0 });
        assert.throws(construct, { name: "TypeError", message: new RegExp(`"${other}"`) });
      }
      assert.throws(() => Object.assign(socket, { lingr: 5 }), TypeError);
      assert.throws(() => new Class({ lingr: 5 }), { message: /"lingr".*nearest is "linger"/ });
      assert.ok(own.every((option) => option in socket));
      if (talks) await assertWorking(name, socket);
    } finally {
      await socket.close();
    }
  });

  test(`\`${name}\` has no options once it is closed`, async () => {
    const socket = new Class();
    await socket.close();
    for (const [option, { access }] of Object.entries(socketOptions)) {
      if (!(option in socket)) continue;
      const uses = {
        r: () => socket[option],
        w: () => {
          socket[option] = samples[option];
        },
      };
      for (const [kind, use] of Object.entries(uses).filter(([kind]) => access.includes(kind))) {
        const error = await failureOf(use);
        assert.equal(error.constructor, zmq.ClosedError, `${option}: ${error.message}`);
        assert.equal(error.code, "EBADF");
        assert.ok(error.message.includes(`${kind === "r" ? "get" : "set"} "${option}"`));
        assertWellFormed(error);
      }
    }
  });
}

test("`Context` refuses wrong values for all its options, and works on", async () => {
  const context = new zmq.Context();
  for (const setting of settings(contextOptions, "all")) {
    await assertRefused(context as unknown as Properties, setting);
  }
  const pair = new zmq.Pair({ context });
  await assertWorking("Pair", pair as unknown as Talking);
  await pair.close();
  await context.terminate();
});
