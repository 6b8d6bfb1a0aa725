/*
 * Contexts and sockets where several threads of the process are at work: what they share, what
 * they cannot, and the end of a context for all of them.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel, Worker } from "node:worker_threads";
import * as zmq from "zmqx";
import { Context, context, Pair, Proxy, Pull, Push, TimeoutError } from "zmqx";
import * as draft from "zmqx/draft";
import { freshAddress } from "../harness.js";
import { play } from "./thread.js";

for (const order of ["bound", "connected"] as const) {
  test(`L8: threads share the default context, with the socket of the worker ${order}`, async () => {
    const address = freshAddress("inproc");
    const pair = new Pair();
    const [here, there] = order === "bound" ? ["connect", "bindSync"] : ["bindSync", "connect"];
    pair[here as "connect"](address);
    const { ended } = play(
      `const pair = new zmq.Pair();
      pair.${there}(data);
      await pair.send(["echo", ...(await pair.receive())]);
      await pair.receive();
      pair.close();`,
      address,
    );
    await pair.send("question");
    assert.deepEqual((await pair.receive()).map(String), ["echo", "question"]);
    await pair.send("end");
    assert.equal(await ended, 0);
    await pair.close();
  });
}

test("L10: 3,000 handshakes with a worker over inproc lose none", async () => {
  const pair = new Pair();
  const address = await pair.bind(freshAddress("inproc"));
  const { ended } = play(
    `using = new zmq.Pair();
    using.connect(data);
    for await (const [message] of using) {
      await using.send(message);
      if (String(message) === "end") break;
    }
    using.close();`
      .replaceAll("using", "pair")
      .replace("pair =", "const pair ="),
    address,
  );
  for (let count = 0; count < 3000; count++) {
    await pair.send(String(count));
    assert.equal(String((await pair.receive())[0]), String(count));
  }
  await pair.send("end");
  await pair.receive();
  assert.equal(await ended, 0);
  await pair.close();
});

test("L9: a socket goes on with the next worker when its peer was terminated", async () => {
  const pull = new Pull();
  const address = await pull.bind(freshAddress("inproc"));
  for (let round = 0; round < 5; round++) {
    const { worker } = play(
      `const push = new zmq.Push({ sendHighWaterMark: 2 });
      push.connect(data.address);
      for (;;) await push.send(String(data.round));`,
      { address, round },
    );
    const seen = async () => Number(String((await pull.receive())[0]));
    while ((await seen()) !== round);
    await worker.terminate();
  }
  await pull.close();
});

test("`Context.attach()` gives a worker the context with the token", async () => {
  const own = new Context({ maxSockets: 50 });
  const pair = new Pair({ context: own });
  const address = await pair.bind(freshAddress("inproc"));
  const { next, ended } = play(
    `const context = zmq.Context.attach(data.token);
    post([context.token, context.maxSockets]);
    const pair = new zmq.Pair({ context });
    pair.connect(data.address);
    await pair.send("through the same context");
    pair.close();`,
    { token: own.token, address },
  );
  assert.deepEqual(await next(), [own.token, 50]);
  assert.equal(String(await pair.receive()), "through the same context");
  assert.equal(await ended, 0);
  await pair.close();
  await own.terminate();
});

test("`Context.attach()` works the other way round, and outlives the thread that made it", async () => {
  const { next, ended } = play("globalThis.made = new zmq.Context(); post(made.token);");
  // The worker goes on until it is told to.
  const token = (await next()) as number;
  const gone = await ended;
  assert.equal(gone, 0);
  assert.throws(() => Context.attach(token), { code: "ENOENT", syscall: "attach" });

  const second = play(
    `globalThis.made = new zmq.Context({ maxSockets: 7 });
    post(made.token);
    parentPort.once("message", () => undefined);`,
  );
  const attached = Context.attach((await second.next()) as number);
  second.worker.postMessage("end");
  await second.ended;
  assert.equal(attached.maxSockets, 7);
  const [a, b] = [new Pair({ context: attached }), new Pair({ context: attached })];
  a.connect(await b.bind("tcp://127.0.0.1:*"));
  await a.send("still there");
  assert.equal(String(await b.receive()), "still there");
  await Promise.all([a.close(), b.close()]);
  await attached.terminate();
});

test("`Context.attach()` refuses what is no token", () => {
  assert.notEqual(new Context().token, context.token);
  assert.equal(Context.attach(context.token).token, context.token);
  for (const wrong of ["1", null, undefined, 1n, {}]) {
    assert.throws(() => Context.attach(wrong as never), TypeError);
  }
  for (const wrong of [0, -1, 1.5, Number.NaN, 2 ** 32]) {
    assert.throws(() => Context.attach(wrong), RangeError);
  }
  assert.throws(() => Context.attach(0xffff_ffff), { code: "ENOENT" });
});

const posted: Record<string, (pair: Pair, other: Pair) => object> = {
  "a Socket": (pair) => pair,
  "an Observer": (pair) => pair.events,
  "a Proxy": (pair, other) => new Proxy(pair, other),
  "a Context": () => new Context(),
};

for (const [name, make] of Object.entries(posted)) {
  test(`L8: \`postMessage()\` refuses ${name} with a clear error`, async () => {
    const [pair, other] = [new Pair(), new Pair()];
    const value = make(pair, other);
    const { port1, port2 } = new MessageChannel();
    const refused = { name: "DataCloneError" };
    try {
      assert.throws(() => port1.postMessage(value), refused);
      assert.throws(() => port1.postMessage({ deep: [value] }), refused);
      assert.throws(() => structuredClone(value), refused);
      assert.throws(() => new Worker("", { eval: true, workerData: { value } }), refused);
    } finally {
      port1.close();
      port2.close();
      await Promise.all([pair.close(), other.close()]);
    }
  });
}

test("L8: `postMessage()` refuses every type of socket", async () => {
  const types = [zmq.Dealer, zmq.Publisher, zmq.Subscriber, zmq.Stream, draft.Client, draft.Radio];
  for (const Type of types) {
    const socket = new Type();
    assert.throws(() => structuredClone(socket), { name: "DataCloneError" }, Type.name);
    await socket.close();
  }
});

for (const end of ["shutdown", "terminate"] as const) {
  test(`L7: \`${end}()\` ends what waits in all threads, and refuses new sockets there`, async () => {
    const own = new Context();
    const played = Array.from({ length: 4 }, () =>
      play(
        `const context = zmq.Context.attach(data);
        const [pull, push, looped] = [new zmq.Pull({ context }), new zmq.Push({ context }), new zmq.Pull({ context })];
        const waiting = [pull.receive(), push.send("for nobody"), (async () => { for await (const _ of looped); })()];
        const proxy = new zmq.Proxy(new zmq.Router({ context }), new zmq.Dealer({ context }));
        await proxy.frontEnd.bind("tcp://127.0.0.1:*");
        await proxy.backEnd.bind("tcp://127.0.0.1:*");
        waiting.push(proxy.run());
        post("waiting");
        const results = await Promise.allSettled(waiting);
        post(results.map((result) => result.reason?.code ?? result.status));
        try { new zmq.Pull({ context }); } catch (error) { post(error.name); }
        await pull.receive().catch((error) => post(error.code));
        await context.terminate();
        post("terminated");`,
        own.token,
      ),
    );
    const pull = new Pull({ context: own });
    const received = assert.rejects(pull.receive(), { code: "ETERM" });
    for (const { next } of played) assert.equal(await next(), "waiting");
    const terminated = own[end]();
    for (const { next, ended } of played) {
      assert.deepEqual(await next(), ["ETERM", "ETERM", "fulfilled", "ETERM"]);
      assert.equal(await next(), "ContextTerminatedError");
      assert.equal(await next(), "ETERM");
      assert.equal(await next(), "terminated");
      assert.equal(await ended, 0);
    }
    await received;
    await terminated;
  });
}

test("L7: a worker that ends the context ends what waits in the main thread", async () => {
  const own = new Context();
  const pull = new Pull({ context: own });
  const received = assert.rejects(pull.receive(), { code: "ETERM" });
  const { next, ended } = play(
    "await zmq.Context.attach(data).terminate(); post('terminated');",
    own.token,
  );
  await received;
  assert.equal(await next(), "terminated");
  assert.equal(await ended, 0);
  assert.equal(pull.closed, true);
});

test("`terminate()` waits for the sockets of a thread that is busy", async () => {
  const own = new Context();
  const lock = new Int32Array(new SharedArrayBuffer(4));
  const { next, worker } = play(
    `const pull = new zmq.Pull({ context: zmq.Context.attach(data.token) });
    post("open");
    Atomics.wait(data.lock, 0, 0);
    parentPort.on("message", () => undefined);`,
    { token: own.token, lock },
  );
  await next();
  await assert.rejects(own.terminate({ timeout: 50 }), TimeoutError);
  Atomics.store(lock, 0, 1);
  Atomics.notify(lock, 0);
  await own.terminate();
  await worker.terminate();
});

test("`terminate()` resolves when a worker that had sockets is terminated meanwhile", async () => {
  for (let round = 0; round < 5; round++) {
    const own = new Context();
    const { next, worker } = play(
      `const context = zmq.Context.attach(data);
      const [push, pull] = [new zmq.Push({ context, linger: 0 }), new zmq.Pull({ context })];
      push.connect(await pull.bind("tcp://127.0.0.1:*"));
      (async () => { for (;;) await push.send("x"); })().catch(() => undefined);
      (async () => { for await (const _ of pull); })();
      post("busy");
      parentPort.on("message", () => undefined);`,
      own.token,
    );
    await next();
    const push = new Push({ context: own });
    const rejected = assert.rejects(push.send("for nobody"), { code: "ETERM" });
    await Promise.all([own.terminate(), worker.terminate(), rejected]);
  }
});
