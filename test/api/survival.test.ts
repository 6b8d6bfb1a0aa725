/*
 * E9: what libzmq takes without a look, and then aborts the process over, is an error here, or does
 * no harm. Each in a process of its own.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, runChild } from "../harness.js";

/** Programs that must print the error they run into. */
const refused: Record<string, string> = {
  "a buffer of one byte": "new Dealer({ inBatchSize: 1 })",
  "more I/O threads than a process can have": `
    new Dealer({ context: new Context({ ioThreads: 100_000 }) })`,
  "more I/O threads than numbers": `
    new Dealer({ context: new Context({ ioThreads: 2 ** 31 - 1 }) })`,
  "more sockets than memory": "new Dealer({ context: new Context({ maxSockets: 2 ** 31 - 1 }) })",
  "a scheduling policy that there is not": `
    new Dealer({ context: new Context({ threadSchedulingPolicy: 99 }) })`,
  "a descriptor that is not open": "new Dealer({ useFd: 65_536 })",
  "a name given to two connections of a Router": `
    const router = new Router();
    router.connect("tcp://127.0.0.1:1", { routingId: "peer" });
    router.connect("tcp://127.0.0.1:2", { routingId: "peer" })`,
  "a name given to two connections of a Stream": `
    const stream = new Stream();
    stream.connect("tcp://127.0.0.1:1", { routingId: "peer" });
    stream.connect("tcp://127.0.0.1:2", { routingId: "peer" })`,
  "a name that an accepted peer has": `
    const [router, one, two] = [new Router(), new Dealer({ routingId: "peer" }), new Dealer()];
    one.connect(await router.bind("inproc://one"));
    await one.send("x");
    await router.receive();
    router.connect(await two.bind("inproc://two"), { routingId: "peer" })`,
  "a farewell over inproc": `
    const router = new Router({ disconnectMessage: "bye" });
    const dealer = new Dealer();
    dealer.connect(await router.bind("inproc://farewell"));
    await dealer.send("x");
    await router.receive();
    router.close();
    dealer`,
};

for (const [what, source] of Object.entries(refused)) {
  test(`E9: ${what}: an error, not the end of the process`, async () => {
    const ended = await runChild(`
      import { Context, Dealer, Router, Stream } from "zmqx";
      try {
        ${source}.bindSync("tcp://127.0.0.1:*");
      } catch (error) {
        console.log(error.name + ": " + error.message);
      }
      process.exit();
    `);
    assertEndedWell(ended);
    assert.match(ended.stdout, /^(Type|Range|Zmq)Error: Cannot /);
  });
}

/** Programs that must come to their end. */
const harmless: Record<string, string> = {
  "contexts end while their sockets wait for inproc peers": `
    for (let round = 0; round < 600; round++) {
      const context = new Context();
      for (const Class of [Router, Reply]) {
        new Class({ context, linger: 0 }).connect("inproc://nobody");
      }
      const ended = context.terminate();
      if (round % 2) await ended;
    }
  `,
  "sockets give up inproc peers that never came": `
    for (let round = 0; round < 1000; round++) {
      const context = new Context();
      for (let count = 0; count < 2; count++) {
        const router = new Router({ context, linger: 0 });
        router.connect("inproc://nobody");
        try {
          router.disconnect("inproc://nobody");
        } catch {}
      }
      context.terminate({ timeout: 0 }).catch(() => undefined);
      if (round % 2) await context.terminate();
    }
  `,
  "an inproc peer comes when it has been given up": `
    const [router, dealer] = [new Router({ linger: 0 }), new Dealer({ linger: 0 })];
    router.connect("inproc://late");
    try {
      router.disconnect("inproc://late");
    } catch {}
    await dealer.bind("inproc://late");
    await dealer.send("x", { timeout: 50 }).catch(() => undefined);
    router.close();
    dealer.close();
  `,
  "a Datagram without an endpoint is sent what it does not take": `
    const datagram = new Datagram({ linger: 0 });
    Push.prototype.send.call(datagram, "x").catch(() => undefined);
    await datagram.receive({ timeout: 50 }).catch(() => undefined);
    datagram.close();
  `,
  "C14: a Dish meets a Pull over inproc": `
    const [pull, dish] = [new Pull(), new Dish()];
    try {
      dish.join("news");
      dish.connect(await pull.bind("inproc://wrong"));
      await pull.receive({ timeout: 50 });
    } catch {}
    pull.close();
    dish.close();
  `,
  "C14: a Stream meets a Dealer over inproc": `
    const [stream, dealer] = [new Stream({ linger: 0 }), new Dealer({ linger: 0 })];
    try {
      dealer.connect(await stream.bind("inproc://wrong"));
      await dealer.send(["a", "b", "c"], { timeout: 0 });
      for (;;) await stream.receive({ timeout: 50 });
    } catch {}
    stream.close();
    dealer.close();
  `,
};

for (const [what, source] of Object.entries(harmless)) {
  test(`E9: ${what}`, async () => {
    const ended = await runChild(`
      import { Context, Dealer, Pull, Push, Reply, Router, Stream } from "zmqx";
      import { Datagram, Dish } from "zmqx/draft";
      ${source}
      console.log("done");
    `);
    assertEndedWell(ended);
    assert.equal(ended.stdout, "done\n");
  });
}
