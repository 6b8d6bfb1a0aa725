/*
 * The states that a thread can be in when its end comes, as data. Whatever is opened here is kept
 * open and reachable: only the end of the thread closes it.
 */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Context, Dealer, Pair, Proxy, Pull, Push, Router, type Socket } from "zmqx";
import { Client, Server } from "zmqx/draft";

export interface State {
  readonly name: string;
  /**
   * Brings this thread into the state. What it gives lets the thread end by itself afterwards,
   * where something keeps it alive on purpose.
   */
  enter(): Promise<() => void>;
}

const wildcard = "tcp://127.0.0.1:*";
/** An endpoint of this machine where nobody listens: port 1 is reserved. */
export const nowhere = "tcp://127.0.0.1:1";
const kept: unknown[] = [];
const nothing = (): void => undefined;

function keep<T>(value: T): T {
  kept.push(value);
  return value;
}

const unref = (socket: Socket) => (): void => void socket.unref();

export const states: readonly State[] = [
  {
    name: "an idle socket",
    async enter() {
      keep(new Dealer());
      return nothing;
    },
  },
  {
    name: "a bound socket",
    async enter() {
      await keep(new Router()).bind(wildcard);
      return nothing;
    },
  },
  {
    name: "a pending receive",
    async enter() {
      const pull = keep(new Pull());
      await pull.bind(wildcard);
      keep(pull.receive());
      return unref(pull);
    },
  },
  {
    name: "a pending receive with timeout and signal",
    async enter() {
      const pull = keep(new Pull());
      const { signal } = keep(new AbortController());
      keep(pull.receive({ timeout: 1_000_000, signal }));
      return unref(pull);
    },
  },
  {
    name: "a loop",
    async enter() {
      const [push, pull] = [keep(new Push()), keep(new Pull())];
      push.connect(await pull.bind(wildcard));
      await push.send("first");
      await new Promise<void>((resolve) => keep(readAll(pull, resolve)));
      return unref(pull);
    },
  },
  {
    name: "a blocked send",
    async enter() {
      const push = keep(new Push());
      keep(push.send("for nobody"));
      return unref(push);
    },
  },
  {
    name: "an observer in use",
    async enter() {
      const router = keep(new Router());
      const bound = new Promise((resolve) => router.events.on("bind", resolve));
      await router.bind(wildcard);
      await bound;
      // The observer goes on to the last event, which comes after its socket has closed.
      return () => void router.close();
    },
  },
  {
    name: "a live proxy",
    async enter() {
      const proxy = keep(new Proxy(new Pull(), new Push()));
      const [push, pull] = [keep(new Push({ linger: 0 })), keep(new Pull())];
      push.connect(await proxy.frontEnd.bind(wildcard));
      pull.connect(await proxy.backEnd.bind(wildcard));
      proxy.backEnd.linger = 0;
      keep(proxy.run());
      for (let count = 0; count < 200; count++) await push.send(`number ${count}`);
      await pull.receive();
      return () => proxy.terminate();
    },
  },
  {
    name: "messages in flight",
    async enter() {
      const pull = keep(new Pull());
      const [push, lost] = [keep(new Push({ linger: 100 })), keep(new Push({ linger: 100 }))];
      push.connect(await pull.bind(wildcard));
      lost.connect(nowhere);
      for (let count = 0; count < 50; count++) {
        await push.send([Buffer.alloc(100_000), "small"]);
        await lost.send(Buffer.alloc(100_000));
      }
      keep(await pull.receive());
      return nothing;
    },
  },
  {
    name: "a peer in another thread over inproc",
    async enter() {
      const pair = keep(new Pair());
      const address = `inproc://states-${process.pid}-${Math.random()}`;
      await pair.bind(address);
      const worker = keep(new Worker(other, { execArgv: [], eval: true, workerData: address }));
      await once(worker, "message");
      for (let count = 0; count < 50; count++) await pair.send(`unread ${count}`);
      await pair.receive();
      keep(pair.receive());
      return () => {
        pair.unref();
        worker.unref();
      };
    },
  },
  {
    name: "a close that is awaited",
    async enter() {
      const push = keep(new Push());
      push.connect(nowhere);
      await push.send("for nobody");
      keep(push.close({ linger: 100 }).then(nothing));
      return nothing;
    },
  },
  {
    name: "a context that terminates",
    async enter() {
      const context = keep(new Context());
      const push = new Push({ context, linger: 100 });
      push.connect(nowhere);
      await push.send("for nobody");
      keep(context.terminate());
      return nothing;
    },
  },
  {
    name: "thread-safe sockets that wait",
    async enter() {
      const [server, client] = [keep(new Server()), keep(new Client())];
      client.connect(await server.bind(wildcard));
      await client.send("request");
      await server.receive();
      keep([server.receive(), client.receive()]);
      return () => {
        server.unref();
        client.unref();
      };
    },
  },
];

const other = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { Pair } = require("zmqx");
  const pair = new Pair();
  // Nothing else keeps it from being collected, with a warning.
  globalThis.pair = pair;
  pair.connect(workerData);
  for (let count = 0; count < 50; count++) pair.send("unread");
  parentPort.postMessage("connected");
  parentPort.on("message", () => undefined);
`;

async function readAll(pull: Pull, onMessage: () => void): Promise<void> {
  for await (const _ of pull) onMessage();
}
