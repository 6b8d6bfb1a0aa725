/*
 * Request whose answer does not come: it waits, and what it takes to ask again.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Push, Reply, Request, Router, StateError, TimeoutError } from "zmqx";
import { freshAddress, link, runChild, transports } from "../harness.js";
import { absentAddress, disconnected, receiveText, wires } from "./peers.js";

/** Takes one request, says so, and is killed. */
const crashing = `
  import { Pull, Reply } from "zmqx";
  const [endpoint, control] = process.argv.slice(-2);
  const orders = new Pull();
  orders.connect(control);
  const reply = new Reply();
  await reply.bind(endpoint);
  await reply.receive();
  await orders.receive();
  process.kill(process.pid, "SIGKILL");
`;

for (const transport of wires) {
  for (const [what, beating] of [
    ["", {}],
    [", with heartbeats too", { heartbeatInterval: 20, heartbeatTimeout: 1000 }],
  ] as const) {
    test(`Q7: Request waits on when its server has crashed${what} (${transport})`, async () => {
      const endpoint = await absentAddress(transport);
      using control = new Push();
      const args = [endpoint, await control.bind(freshAddress(transport))];
      const crashed = runChild(crashing, { args });
      using request = new Request({ ...beating, linger: 0, reconnectInterval: 1 });
      request.connect(endpoint);
      await request.send("question");
      const lost = disconnected(request);
      await control.send("die");
      assert.equal((await crashed).signal, "SIGKILL");
      await lost;
      const giveUp = new AbortController();
      let isOver = false;
      const waiting = request.receive({ signal: giveUp.signal }).finally(() => {
        isOver = true;
      });
      const rejected = assert.rejects(waiting, { name: "AbortError" });
      // The next server is found, but never hears of the question.
      const found = new Promise((resolve) => request.events.on("handshake", resolve));
      using next = new Reply();
      await next.bind(endpoint);
      await found;
      using other = new Request();
      other.connect(endpoint);
      for (let number = 0; number < 20; number++) {
        await other.send(`${number}`);
        assert.deepEqual(await receiveText(next), [`${number}`]);
        await next.send("answer");
        assert.deepEqual(await receiveText(other), ["answer"]);
      }
      assert.equal(isOver, false);
      await assert.rejects(request.send("another one"), StateError);
      giveUp.abort();
      await rejected;
    });
  }
}

for (const transport of transports) {
  test(`Q8: Request that is not answered has to be replaced by another (${transport})`, async () => {
    using router = new Router();
    const first = new Request({ linger: 0 });
    const endpoint = await link(router, first, transport);
    await first.send("first");
    const [lazy, , one] = (await router.receive()) as [Buffer, Buffer, Buffer];
    assert.equal(String(one), "first");
    await assert.rejects(first.receive({ timeout: 1 }), TimeoutError);
    await assert.rejects(first.send("second"), StateError);
    await first.close();
    using second = new Request();
    second.connect(endpoint);
    await second.send("second");
    const [quick, , two] = (await router.receive()) as [Buffer, Buffer, Buffer];
    assert.equal(String(two), "second");
    await router.send([lazy, "", "answer to the first"]);
    await router.send([quick, "", "answer to the second"]);
    assert.deepEqual(await receiveText(second), ["answer to the second"]);
  });

  test(`Q8: \`relaxed\` and \`correlate\` spare that: only the latest question counts (${transport})`, async () => {
    using router = new Router();
    using request = new Request({ relaxed: true, correlate: true });
    await link(router, request, transport);
    const envelopes: Buffer[][] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      await request.send(`attempt ${attempt}`);
      const question = await router.receive();
      assert.equal(String(question.at(-1)), `attempt ${attempt}`);
      envelopes.push(question.slice(0, -1));
      if (attempt < 2) await assert.rejects(request.receive({ timeout: 1 }), TimeoutError);
    }
    for (const [attempt, envelope] of envelopes.entries()) {
      await router.send([...envelope, `answer ${attempt}`]);
    }
    assert.deepEqual(await receiveText(request), ["answer 2"]);
    await assert.rejects(request.receive(), StateError);
  });
}

for (const transport of wires) {
  test(`Q8: \`relaxed\` and \`correlate\` ask the server that follows a crashed one (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    const options = { relaxed: true, correlate: true, reconnectInterval: 1, linger: 0 };
    using request = new Request(options);
    request.connect(endpoint);
    using control = new Push();
    const args = [endpoint, await control.bind(freshAddress(transport))];
    const crashed = runChild(crashing, { args });
    await request.send("first");
    const lost = disconnected(request);
    await control.send("die");
    assert.equal((await crashed).signal, "SIGKILL");
    await lost;
    await assert.rejects(request.receive({ timeout: 1 }), TimeoutError);
    await request.send("second");
    using reply = new Reply();
    await reply.bind(endpoint);
    assert.deepEqual(await receiveText(reply), ["second"]);
    await reply.send("answer");
    assert.deepEqual(await receiveText(request), ["answer"]);
  });
}
