/*
 * Loops over sockets with `for await`: how they end, and what they leave behind.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Context, Pair, Proxy, Pull, Push, Reply, Request } from "zmqx";
import { assertEndedWell, freshAddress, link, runChild, transports, until } from "../harness.js";
import { assertTalking, failureOf, withSockets } from "./failures.js";

type Iterable<T> = { [Symbol.asyncIterator](): AsyncIterator<T, undefined> };

/** A loop that runs: what it has got so far, as text, and its end. */
function loopOver(iterable: Iterable<Buffer[]>) {
  const texts: string[] = [];
  const ended = (async () => {
    for await (const message of iterable) texts.push(message.join());
  })();
  return { texts, ended };
}

for (const transport of transports) {
  test(`E12: \`for await\` ends when its socket closes while it waits (${transport})`, () =>
    withSockets([new Pull(), new Push()], async (pull, push) => {
      await link(pull, push, transport);
      const { texts, ended } = loopOver(pull);
      await push.send(["a", "b"]);
      await push.send("c");
      await until(() => texts.length === 2, "two messages");
      await turn();
      pull.close();
      await ended;
      assert.deepEqual(texts, ["a,b", "c"]);
    }));
}

test("E12: `for await` ends when its own body closes the socket", () =>
  withSockets([new Pull(), new Push()], async (pull, push) => {
    await link(pull, push, "inproc");
    await push.send("a");
    await push.send("b");
    let count = 0;
    for await (const [message] of pull) {
      assert.equal(String(message), "a");
      count++;
      pull.close();
    }
    assert.equal(count, 1);
  }));

test("E12: `for await` over a closed socket gives nothing", async () => {
  const pull = new Pull();
  await pull.close();
  const { texts, ended } = loopOver(pull);
  await ended;
  assert.deepEqual(texts, []);
});

for (const end of ["shutdown", "terminate"] as const) {
  test(`E12: \`for await\` ends with the context of its socket (${end})`, async () => {
    const context = new Context();
    const pull = new Pull({ context });
    await pull.bind(freshAddress("inproc"));
    const { texts, ended } = loopOver(pull);
    await turn();
    await context[end]();
    await ended;
    assert.deepEqual(texts, []);
    assert.equal(pull.closed, true);
    await context.terminate();
  });
}

test("E12: `next()` gives the end in the very turn of `shutdown()`", async () => {
  const context = new Context();
  const pull = new Pull({ context });
  await pull.bind(freshAddress("inproc"));
  const iterator = pull[Symbol.asyncIterator]();
  const ended = context.shutdown();
  assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  assert.equal(pull.closed, true);
  await ended;
  await context.terminate();
});

test("E12: `break` leaves the socket open, and the next loop goes on", () =>
  withSockets([new Pair(), new Pair()], async (one, other) => {
    await link(one, other, "inproc");
    for (const text of ["a", "b", "c"]) await other.send(text);
    for (const expected of ["a", "b", "c"]) {
      for await (const [message] of one) {
        assert.equal(String(message), expected);
        break;
      }
      assert.equal(one.closed, false);
    }
    await assertTalking(one, other);
  }));

test("E12: an error in the body ends the loop, and leaves the socket open", () =>
  withSockets([new Pair(), new Pair()], async (one, other) => {
    await link(one, other, "inproc");
    await other.send("a");
    const mine = new Error("Mine");
    const loop = async () => {
      for await (const _ of one) throw mine;
    };
    assert.equal(await failureOf(loop), mine);
    assert.equal(one.closed, false);
    await assertTalking(one, other);
  }));

test("E12: two loops over one socket share its messages, and both end", () =>
  withSockets([new Pull(), new Push()], async (pull, push) => {
    await link(pull, push, "inproc");
    const loops = [loopOver(pull), loopOver(pull)];
    const sent = Array.from({ length: 100 }, (_, index) => String(index).padStart(2, "0"));
    for (const text of sent) await push.send(text);
    const received = () => loops.flatMap(({ texts }) => texts);
    await until(() => received().length === sent.length, "all messages");
    pull.close();
    await Promise.all(loops.map(({ ended }) => ended));
    assert.deepEqual(received().sort(), sent);
    for (const { texts } of loops) {
      assert.ok(texts.length > 0);
      assert.deepEqual(texts, [...texts].sort());
    }
  }));

test("E12: `next()` may be called ahead: results come in order, and end together", () =>
  withSockets([new Pull(), new Push()], async (pull, push) => {
    await link(pull, push, "inproc");
    const iterator = pull[Symbol.asyncIterator]();
    const results = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
    await push.send("a");
    await push.send("b");
    assert.equal(String((await results[0])?.value), "a");
    assert.equal(String((await results[1])?.value), "b");
    pull.close();
    const end = { value: undefined, done: true };
    assert.deepEqual(await Promise.all(results.slice(2)), [end, end]);
    assert.deepEqual(await iterator.next(), end);
  }));

test("E4: `for await` throws a TimeoutError after `receiveTimeout`, and may go on", () =>
  withSockets([new Pull({ receiveTimeout: 5 }), new Push()], async (pull, push) => {
    await link(pull, push, "inproc");
    await push.send("a");
    const texts: string[] = [];
    const loop = async () => {
      for await (const [message] of pull) texts.push(String(message));
    };
    const error = await failureOf(loop);
    assert.equal(error.name, "TimeoutError");
    assert.equal(error.code, "EAGAIN");
    assert.equal(pull.closed, false);
    await push.send("b");
    assert.equal((await failureOf(loop)).name, "TimeoutError");
    assert.deepEqual(texts, ["a", "b"]);
  }));

test("E5: `for await` that times out again and again loses no message", () =>
  withSockets([new Pull({ receiveTimeout: 1 }), new Push()], async (pull, push) => {
    await link(pull, push, "tcp");
    const total = 500;
    let timeouts = 0;
    const sending = (async () => {
      for (let index = 0; index < total; index++) {
        await push.send(String(index));
        // Now and then the loop has nothing to do for longer than it waits.
        const before = timeouts;
        if (index % 50 === 0) await until(() => timeouts > before);
      }
    })();
    const numbers: number[] = [];
    while (numbers.length < total) {
      try {
        for await (const [message] of pull) {
          if (numbers.push(Number(message)) === total) break;
        }
      } catch (error) {
        assert.equal((error as Error).name, "TimeoutError");
        timeouts++;
      }
    }
    await sending;
    assert.deepEqual(
      numbers,
      Array.from({ length: total }, (_, index) => index),
    );
  }));

test("Q1: `for await` over a Request that has asked nothing throws a StateError", () =>
  withSockets([new Request()], async (request) => {
    const loop = async () => {
      for await (const _ of request) assert.fail("a reply to nothing");
    };
    assert.equal((await failureOf(loop)).code, "EFSM");
    assert.equal(request.closed, false);
  }));

test("`for await` over a socket that a proxy has throws a BusyError", () =>
  withSockets([new Pull(), new Push()], async (pull, push) => {
    await pull.bind(freshAddress("inproc"));
    await push.bind(freshAddress("inproc"));
    const proxy = new Proxy(pull, push);
    const running = proxy.run();
    assert.equal((await failureOf(() => loopOver(pull).ended)).code, "EBUSY");
    proxy.terminate();
    await running;
  }));

test("`for await` serves requests of several clients", () =>
  withSockets(
    [new Reply(), new Request(), new Request(), new Request()],
    async (reply, ...clients) => {
      const endpoint = await reply.bind(freshAddress("tcp"));
      const serving = (async () => {
        for await (const [question] of reply) await reply.send(`${question}!`);
      })();
      const asking = clients.map(async (client, number) => {
        client.connect(endpoint);
        for (let index = 0; index < 20; index++) {
          await client.send(`${number}.${index}`);
          assert.equal(String((await client.receive())[0]), `${number}.${index}!`);
        }
      });
      await Promise.all(asking);
      reply.close();
      await serving;
    },
  ));

test("E11: `for await` over what is there already lets timers have their turn", () =>
  withSockets([new Pull({ receiveHighWaterMark: 0 }), new Push()], async (pull, push) => {
    push.sendHighWaterMark = 0;
    await link(pull, push, "inproc");
    for (let index = 0; index < 20_000; index++) await push.send("x");
    let firedAfter: number | undefined;
    let count = 0;
    setTimeout(() => {
      firedAfter = count;
    }, 1);
    for await (const _ of pull) if (++count === 20_000) break;
    assert.ok(firedAfter !== undefined && firedAfter < 20_000, `fired after ${firedAfter}`);
  }));

test("L12: a program ends by itself when its loop has ended, or its socket is unref()ed", async () => {
  const ended = await runChild(`
    import { Pull, Router } from "zmqx";
    const [pull, router] = [new Pull(), new Router().unref()];
    await pull.bind("inproc://loop");
    await router.bind("inproc://other");
    void (async () => { for await (const _ of router); })();
    setImmediate(() => pull.close());
    for await (const _ of pull);
    console.log("done");
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "done\n");
});

test("`for await` needs a socket that receives", () =>
  withSockets([new Push()], async (push) => {
    assert.equal(Symbol.asyncIterator in push, false);
    const loop = () => loopOver(push as never).ended;
    assert.equal((await failureOf(loop)).name, "TypeError");
  }));
