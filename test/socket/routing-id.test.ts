/*
 * Routing ids: whose they are, when they are known, and what happens when two peers have the same.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Dealer, HostUnreachableError, Router } from "zmqx";
import { freshAddress, link, runChild, transports, until } from "../harness.js";
import { absentAddress, drain, receiveNow, receiveText, wires } from "./peers.js";

/** Whether a mandatory Router knows the peer: it is sent `text`. */
async function reaches(router: Router, id: string | Buffer, text: string): Promise<boolean> {
  try {
    await router.send([id, text]);
    return true;
  } catch (error) {
    assert.ok(error instanceof HostUnreachableError);
    return false;
  }
}

test("Q13: `routingId` refuses 0 and 256 bytes, and a zero in front", () => {
  using dealer = new Dealer({ routingId: "before" });
  for (const wrong of ["", Buffer.alloc(256, 1), "\0abc", Buffer.from([0])]) {
    assert.throws(() => {
      dealer.routingId = wrong as string;
    }, RangeError);
    assert.throws(() => new Dealer({ routingId: wrong as string }), RangeError);
  }
  assert.equal(dealer.routingId, "before");
});

for (const transport of transports) {
  test(`Q13: \`routingId\` may have 1 to 255 bytes of any kind (${transport})`, async () => {
    using router = new Router();
    const endpoint = await router.bind(freshAddress(transport));
    for (const id of [Buffer.from([1]), Buffer.from([255, 0, 254, 0]), Buffer.alloc(255, 7)]) {
      using dealer = new Dealer({ routingId: id as unknown as string });
      dealer.connect(endpoint);
      await dealer.send("hello");
      assert.deepEqual((await router.receive())[0], id);
      await router.send([id, "answer"]);
      assert.deepEqual(await receiveText(dealer), ["answer"]);
    }
  });

  test(`Q13: \`routingId\` set after connect() does not change that connection (${transport})`, async () => {
    using router = new Router();
    using dealer = new Dealer({ routingId: "early" });
    const endpoint = await link(router, dealer, transport);
    dealer.routingId = "late";
    await dealer.send("hello");
    assert.deepEqual(await receiveText(router), ["early", "hello"]);
    using other = new Router();
    await link(other, dealer, transport);
    dealer.disconnect(endpoint);
    await dealer.send("hello");
    assert.deepEqual(await receiveText(other), ["late", "hello"]);
  });

  test(`Q16: Router reaches a peer that probes, before it says anything (${transport})`, async () => {
    using router = new Router({ mandatory: true });
    using dealer = new Dealer({ routingId: "probing", probeRouter: true });
    await link(router, dealer, transport);
    assert.deepEqual(await receiveText(router), ["probing", ""]);
    await router.send(["probing", "found"]);
    assert.deepEqual(await receiveText(dealer), ["found"]);
  });

  test(`Q17: Router ignores a second peer with the same id (${transport})`, async () => {
    using router = new Router({ mandatory: true });
    using first = new Dealer({ routingId: "same", linger: 0 });
    using second = new Dealer({ routingId: "same", linger: 0 });
    using witness = new Dealer({ routingId: "witness" });
    const endpoint = await link(router, first, transport);
    await first.send("I am the one");
    assert.deepEqual(await receiveText(router), ["same", "I am the one"]);
    second.connect(endpoint);
    await second.send("so am I");
    witness.connect(endpoint);
    await witness.send("hello");
    assert.deepEqual(await receiveText(router), ["witness", "hello"]);
    await router.send(["same", "to the first"]);
    assert.deepEqual(await receiveText(first), ["to the first"]);
    await first.send("still me");
    assert.deepEqual(await receiveText(router), ["same", "still me"]);
    assert.deepEqual(await drain(router), []);
    assert.deepEqual(await drain(second), []);
  });

  test(`Q17: Router with \`handover\` gives the id to the later peer (${transport})`, async () => {
    using router = new Router({ mandatory: true, handover: true });
    using first = new Dealer({ routingId: "same", linger: 0 });
    using second = new Dealer({ routingId: "same", linger: 0 });
    const endpoint = await link(router, first, transport);
    await first.send("I am the one");
    assert.deepEqual(await receiveText(router), ["same", "I am the one"]);
    second.connect(endpoint);
    await second.send("now I am");
    assert.deepEqual(await receiveText(router), ["same", "now I am"]);
    await router.send(["same", "to the second"]);
    assert.deepEqual(await receiveText(second), ["to the second"]);
    assert.equal(await receiveNow(first), undefined);
  });

  test(`Q18: Router talks to Router when one side has an id that the other knows (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using server = new Router({ routingId: endpoint, mandatory: true });
    using client = new Router({ mandatory: true });
    await server.bind(endpoint);
    client.connect(endpoint);
    await until(() => reaches(client, endpoint, "ping"), "the way to the server");
    const [id, ping] = (await server.receive()) as [Buffer, Buffer];
    assert.equal(String(ping), "ping");
    assert.equal(id.length, 5);
    await server.send([id, "pong"]);
    assert.deepEqual(await receiveText(client), [endpoint, "pong"]);
  });

  test(`Q19: Router forgets the peers that have gone (${transport})`, async () => {
    using router = new Router({ mandatory: true });
    const endpoint = await router.bind(freshAddress(transport));
    const ids: Buffer[] = [];
    for (let number = 0; number < 100; number++) {
      using dealer = new Dealer();
      dealer.connect(endpoint);
      await dealer.send("hello");
      ids.push((await router.receive())[0] as Buffer);
    }
    for (const id of ids) {
      await until(async () => !(await reaches(router, id, "gone?")), "the end of the peer");
    }
  });
}

for (const transport of wires) {
  test(`Q16: Router does not reach a peer that it has not met (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using router = new Router();
    using picky = new Router({ mandatory: true, reconnectInterval: 1 });
    using server = new Router({ routingId: "server" });
    router.connect(endpoint);
    picky.connect(endpoint);
    await router.send(["server", "dropped"]);
    await assert.rejects(picky.send(["server", "refused"]), { code: "EHOSTUNREACH" });
    await server.bind(endpoint);
    await until(() => reaches(picky, "server", "met"), "the server");
    assert.deepEqual((await receiveText(server))[1], "met");
    assert.deepEqual(await drain(server), []);
  });

  test(`Q16: Router names a peer it connects to, and reaches it from the start (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    using router = new Router({ mandatory: true, reconnectInterval: 1 });
    router.connect(endpoint, { routingId: "my name for it" });
    await router.send(["my name for it", "early"]);
    await assert.rejects(router.send(["another name", "x"]), { code: "EHOSTUNREACH" });
    using dealer = new Dealer({ routingId: "its own name" });
    await dealer.bind(endpoint);
    assert.deepEqual(await receiveText(dealer), ["early"]);
    await dealer.send("answer");
    assert.deepEqual(await receiveText(router), ["my name for it", "answer"]);
  });
}

test("Q19: Router takes no more memory for 3000 clients that came and went", async () => {
  const child = await runChild(`
    import { setImmediate as turn } from "node:timers/promises";
    import { Dealer, Router } from "zmqx";
    const router = new Router();
    await router.bind("inproc://many");
    // Those that were closed count until a thread of libzmq has let go of them.
    async function makeDealer() {
      for (;;) {
        try {
          return new Dealer();
        } catch (error) {
          if (error.code !== "EMFILE") throw error;
          await turn();
        }
      }
    }
    async function serve(count) {
      for (let number = 0; number < count; number++) {
        const dealer = await makeDealer();
        dealer.connect("inproc://many");
        await dealer.send("hello");
        await router.send([(await router.receive())[0], "hello yourself"]);
        await dealer.receive();
        void dealer.close();
        await turn();
      }
      return process.memoryUsage().rss;
    }
    const before = await serve(500);
    console.log((await serve(3000)) - before);
    router.close();
  `);
  assert.deepEqual([child.code, child.stderr], [0, ""]);
  // A connection that is kept takes two queues, of 16 kB each at least. The sanitizer keeps freed
  // memory for itself.
  if (!process.env.ASAN_OPTIONS) assert.ok(Number(child.stdout) < 40e6, `${child.stdout} bytes`);
});
