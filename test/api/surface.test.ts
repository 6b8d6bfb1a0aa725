/*
 * Whatever zeromq 6.8.0 has is found here: every export, member and option of the list in
 * zeromq.ts, but for the quirks named below. And what each socket type has is just what it can do.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as zmq from "zmqx";
import * as draft from "zmqx/draft";
import "../harness.js";
import { type Properties, type SocketClass, samples, using } from "./option-samples.js";
import { zeromq } from "./zeromq.js";

type Class = (new (...values: never[]) => object) & { prototype: object };

const modules: Record<string, Record<string, unknown>> = { zeromq: zmq, "zeromq/draft": draft };

const everySocket = "every socket had every method, and they failed on most types";
/** What zeromq has on a prototype and zmqx has not, on purpose. */
const quirks: Record<string, string> = {
  "Socket.send": everySocket,
  "Socket.receive": everySocket,
  "Socket.join": everySocket,
  "Socket.leave": everySocket,
  "Socket.@@asyncIterator": everySocket,
  "Observer.emitter": "what on() and off() use was visible, though undocumented",
  "Socket.tcpAcceptFilter": "reading it failed, as libzmq does not tell it",
  "Router.mandatory": "reading it failed, as libzmq does not tell it",
};

const words = (text = ""): string[] => text.split(/\s+/).filter((word) => word !== "");
const keyOf = (name: string): PropertyKey =>
  name === "@@asyncIterator" ? Symbol.asyncIterator : name;

function find(object: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (let level = object; level !== null; level = Object.getPrototypeOf(level)) {
    const property = Object.getOwnPropertyDescriptor(level, key);
    if (property !== undefined) return property;
  }
  return undefined;
}

/** Whether an object can do with a member what `kind` says. */
function has(object: object, name: string, kind: string): boolean {
  const property = find(object, keyOf(name));
  if (property === undefined) return false;
  if (kind === "function") return typeof property.value === "function";
  return [...kind].every((use) => property[use === "r" ? "get" : "set"] !== undefined);
}

test("Every exported class has its name", () => {
  for (const [name, value] of Object.entries({ ...zmq, ...draft })) {
    if (typeof value === "function") assert.equal(value.name, name);
  }
});

for (const [entry, { values }] of Object.entries(zeromq)) {
  const ours = modules[entry] as Record<string, unknown>;
  test(`\`${entry.replace("zeromq", "zmqx")}\` exports every value that ${entry} does`, () => {
    for (const [type, names] of Object.entries(values)) {
      for (const name of words(names)) {
        assert.equal(typeof ours[name], type === "class" ? "function" : type, name);
      }
    }
  });
}

const found = Object.entries(zeromq).flatMap(([entry, { classes }]) =>
  Object.entries(classes).map(([name, lists]) => {
    return { name, lists, Class: modules[entry]?.[name] as Class };
  }),
);

for (const { name, lists, Class } of found) {
  test(`\`${name}\` has every member that the one of zeromq has`, () => {
    const lacking: string[] = [];
    for (const [kind, names] of Object.entries(lists.loaded)) {
      lacking.push(...words(names).filter((member) => !has(Class.prototype, member, kind)));
    }
    const expected = Object.keys(quirks).filter((quirk) => quirk.startsWith(`${name}.`));
    assert.deepEqual(lacking.map((member) => `${name}.${member}`).sort(), expected.sort());
  });

  test(`\`${name}\` has every member that zeromq declares for it`, () => {
    for (const [kind, names] of Object.entries(lists.declared)) {
      for (const member of words(names)) {
        // What is declared as readable may really have had a setter only.
        const needed = kind.replace("rw", "w");
        assert.ok(has(Class.prototype, member, needed), `${name}.${member} (${kind})`);
      }
    }
  });
}

test("`Proxy` has the ends that it was given", async () => {
  const [front, back] = [new zmq.Pull(), new zmq.Push()];
  const proxy = new zmq.Proxy(front, back);
  assert.equal(proxy.frontEnd, front);
  assert.equal(proxy.backEnd, back);
  await Promise.all([front.close(), back.close()]);
});

test("`capability` tells of everything that zeromq's can tell of", () => {
  for (const name of ["ipc", "pgm", "tipc", "norm", "curve", "gssapi", "draft"] as const) {
    assert.equal(typeof zmq.capability[name], "boolean", name);
  }
});

for (const { name, lists, Class } of found) {
  if (!(Class.prototype instanceof zmq.Socket)) continue;
  test(`\`${name}\` takes every option that zeromq's constructor takes`, async () => {
    const declared = [lists, zeromq.zeromq?.classes.Socket].map((list) => list?.declared);
    const names = declared.flatMap((list) => [...words(list?.rw), ...words(list?.w)]);
    const given: Properties = { ...samples, verbosity: "allSubs" };
    for (const option of names) {
      assert.ok(option in given, option);
      const options = { [option]: given[option] };
      try {
        await using(Class as SocketClass, options, () => undefined);
      } catch (error) {
        // This libzmq, or this system, may not have it.
        assert.equal((error as zmq.ZmqError).code, "EINVAL", option);
      }
    }
  });
}

test("`Context` takes every option that zeromq's constructor takes", async () => {
  const declared = zeromq.zeromq?.classes.Context?.declared;
  const given: Properties = {
    blocky: false,
    ioThreads: 2,
    ipv6: true,
    maxMessageSize: 1000,
    maxSockets: 10,
    threadPriority: 1,
    threadSchedulingPolicy: 1,
  };
  assert.deepEqual(words(declared?.rw).sort(), Object.keys(given).sort());
  await new zmq.Context(given).terminate();
});

const methodsOfSocket = [
  ...words(`
    bind bindSync unbind unbindSync connect disconnect close ref unref
    getBoolOption setBoolOption getInt32Option setInt32Option getUint32Option setUint32Option
    getInt64Option setInt64Option getUint64Option setUint64Option getStringOption setStringOption
  `),
  String(Symbol.dispose),
  String(Symbol.asyncDispose),
];
const sending = ["send", "sendTracked", "trySend", "sendMany", "sendSync"];
const receiving = [
  "receive",
  "tryReceive",
  "receiveMany",
  "batches",
  "receiveSync",
  String(Symbol.asyncIterator),
];
const both = [...sending, ...receiving];

const methods: Record<string, string[]> = {
  Pair: both,
  Publisher: sending,
  Subscriber: [...receiving, "subscribe", "unsubscribe"],
  Request: both,
  Reply: both,
  Dealer: both,
  Router: both,
  Pull: receiving,
  Push: sending,
  XPublisher: both,
  XSubscriber: both,
  Stream: both,
  Server: both,
  Client: both,
  Radio: sending,
  Dish: [...receiving, "join", "leave"],
  Gather: receiving,
  Scatter: sending,
  Datagram: both,
};

function methodsOf(prototype: object): string[] {
  const names = new Set<string>();
  for (let level = prototype; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const key of Reflect.ownKeys(level)) {
      const property = Object.getOwnPropertyDescriptor(level, key);
      if (typeof property?.value === "function" && key !== "constructor") names.add(String(key));
    }
  }
  return [...names].sort();
}

test("`Socket` has the methods of every socket, and no others", () => {
  assert.deepEqual(methodsOf(zmq.Socket.prototype), [...methodsOfSocket].sort());
});

for (const [name, own] of Object.entries(methods)) {
  test(`\`${name}\` has the methods that it can do, and no others`, () => {
    const Class = ((zmq as Properties)[name] ?? (draft as Properties)[name]) as Class;
    assert.deepEqual(methodsOf(Class.prototype), [...methodsOfSocket, ...own].sort());
  });
}

test("every socket class that is exported is in the table of methods", () => {
  const classes = Object.entries({ ...zmq, ...draft }).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof zmq.Socket,
  );
  assert.deepEqual(classes.map(([name]) => name).sort(), Object.keys(methods).sort());
});
