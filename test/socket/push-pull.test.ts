/*
 * Push and Pull: shared out evenly, queued fairly, nothing dropped but by the death of a Pull.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { HighWaterMarkError, Pull, Push } from "zmqx";
import { freshAddress, link, runChild, transports, until } from "../harness.js";
import {
  absentAddress,
  countPeers,
  drain,
  now,
  receiveText,
  receiveTexts,
  wires,
} from "./peers.js";

for (const transport of transports) {
  test(`W1: bound Push shares messages evenly (${transport})`, async () => {
    using push = new Push();
    const peers = countPeers(push, transport);
    const endpoint = await push.bind(freshAddress(transport));
    const pulls = [new Pull(), new Pull(), new Pull()];
    for (const pull of pulls) pull.connect(endpoint);
    await peers(3);
    const numbers = Array.from({ length: 300 }, (_, number) => String(number));
    for (const number of numbers) await push.send(number);
    const shares = await Promise.all(pulls.map((pull) => receiveTexts(pull, 100)));
    assert.deepEqual(
      shares.flat().sort((a, b) => Number(a) - Number(b)),
      numbers,
    );
    // In turn, so that each gets every third message.
    for (const share of shares) {
      for (const [index, number] of share.entries()) {
        assert.equal(Number(number), Number(share[0]) + 3 * index);
      }
    }
    for (const pull of pulls) void pull.close();
  });

  test(`W1: connected Push shares messages evenly (${transport})`, async () => {
    using push = new Push();
    using one = new Pull();
    using two = new Pull();
    await link(one, push, transport);
    await link(two, push, transport);
    for (let number = 0; number < 10; number++) await push.send(String(number));
    const shares = [await receiveTexts(one, 5), await receiveTexts(two, 5)];
    assert.deepEqual(shares.sort(), [
      ["0", "2", "4", "6", "8"],
      ["1", "3", "5", "7", "9"],
    ]);
  });

  test(`W2: the first Pull to connect gets all until the next one does (${transport})`, async () => {
    using push = new Push();
    const peers = countPeers(push, transport);
    using first = new Pull();
    const endpoint = await link(push, first, transport);
    await peers(1);
    for (let number = 0; number < 10; number++) await push.send(`early ${number}`);
    using second = new Pull();
    second.connect(endpoint);
    await peers(2);
    for (let number = 0; number < 10; number++) await push.send(`late ${number}`);
    const share = await receiveTexts(first, 15);
    assert.equal(share.filter((text) => text.startsWith("early")).length, 10);
    const rest = await receiveTexts(second, 5);
    assert.ok(rest.every((text) => text.startsWith("late")));
  });

  test(`W3: \`send()\` on Push waits while there is no Pull (${transport})`, async () => {
    using push = new Push();
    const endpoint = await push.bind(freshAddress(transport));
    await assert.rejects(push.send("refused", now), HighWaterMarkError);
    push.sendTimeout = 0;
    await assert.rejects(push.send("refused"), { code: "EAGAIN" });
    push.sendTimeout = -1;
    const sent: string[] = [];
    const sending = ["one", "two", "three"].map((text) =>
      push.send(text).then(() => sent.push(text)),
    );
    await turn();
    assert.deepEqual(sent, []);
    using pull = new Pull();
    pull.connect(endpoint);
    assert.deepEqual(await receiveTexts(pull, 3), ["one", "two", "three"]);
    await Promise.all(sending);
    assert.deepEqual(sent, ["one", "two", "three"]);
    assert.deepEqual(await drain(pull), []);
  });

  test(`W3: \`send()\` on Push waits at the high-water mark, and drops nothing (${transport})`, async () => {
    // More in all than what the buffers of the operating system take.
    const body = Buffer.alloc(transport === "inproc" ? 10 : 1 << 20);
    using push = new Push({ sendHighWaterMark: 5, sendBufferSize: 1 << 16, linger: 0 });
    using pull = new Pull({ receiveHighWaterMark: 5, receiveBufferSize: 1 << 16 });
    await link(pull, push, transport);
    const sent: number[] = [];
    const numbers = Array.from({ length: 30 }, (_, number) => number);
    const sending = numbers.map((number) =>
      push.send([String(number), body]).then(() => sent.push(number)),
    );
    await turn();
    assert.ok(sent.length < numbers.length, `${sent.length} sent`);
    for (const number of numbers) {
      const [text, bytes] = (await pull.receive()) as [Buffer, Buffer];
      assert.equal(Number(text), number);
      assert.equal(bytes.length, body.length);
    }
    await Promise.all(sending);
    assert.deepEqual(sent, numbers);
  });

  test(`W4: Pull that closes takes along what was queued for it (${transport})`, async () => {
    using push = new Push();
    const peers = countPeers(push, transport);
    const endpoint = await push.bind(freshAddress(transport));
    const dying = new Pull();
    using other = new Pull();
    dying.connect(endpoint);
    await peers(1);
    other.connect(endpoint);
    await peers(2);
    for (let number = 0; number < 20; number++) await push.send(String(number));
    void dying.close();
    // Until the news has come to the Push, it still gives every second message to the dead one.
    const texts: string[] = [];
    await until(async () => {
      await push.send("after");
      texts.push(...(await drain(other)));
      return texts.slice(-3).join() === "after,after,after";
    }, "the messages after the death");
    const share = texts.slice(0, 10).map(Number);
    assert.deepEqual(
      share,
      Array.from({ length: 10 }, (_, index) => (share[0] as number) + 2 * index),
    );
    assert.ok(texts.slice(10).every((text) => text === "after"));
  });

  test(`Push closes after its messages are delivered (${transport})`, async () => {
    using pull = new Pull();
    const push = new Push({ linger: -1 });
    await link(pull, push, transport);
    for (let number = 0; number < 50; number++) await push.send(String(number));
    void push.close();
    const texts = await receiveTexts(pull, 50);
    assert.deepEqual(texts.map(Number), [...texts.keys()]);
  });
}

for (const transport of wires) {
  test(`W4: a killed Pull takes along what was queued for it (${transport})`, async () => {
    using push = new Push();
    const peers = countPeers(push, transport);
    const endpoint = await push.bind(freshAddress(transport));
    using control = new Push();
    const child = runChild(
      `import { Pull } from "zmqx";
      const [endpoint, control] = process.argv.slice(-2);
      const pull = new Pull();
      pull.connect(endpoint);
      const orders = new Pull();
      orders.connect(control);
      await orders.receive();
      process.kill(process.pid, "SIGKILL");`,
      { args: [endpoint, await control.bind(freshAddress(transport))] },
    );
    await peers(1);
    for (let number = 0; number < 20; number++) await push.send(String(number));
    await control.send("die");
    assert.equal((await child).signal, "SIGKILL");
    await until(() => !push.writable, "the end of the connection");
    using pull = new Pull();
    pull.connect(endpoint);
    await push.send("after");
    assert.deepEqual(await receiveText(pull), ["after"]);
    assert.deepEqual(await drain(pull), []);
  });

  test(`W5: Pull serves a quiet Push while another one floods it (${transport})`, async () => {
    using pull = new Pull();
    using loud = new Push({ linger: 0 });
    using quiet = new Push();
    await link(pull, loud, transport);
    const endpoint = await absentAddress(transport);
    await pull.bind(endpoint);
    for (let number = 0; number < 200; number++) await loud.send("loud");
    quiet.connect(endpoint);
    await quiet.send("quiet");
    await until(async () => {
      await loud.send("loud");
      return (await receiveText(pull))[0] === "quiet";
    }, "the message of the quiet one");
  });
}

test("W5: Pull takes from all its Pushes in turn (inproc)", async () => {
  using pull = new Pull();
  const pushes = [new Push(), new Push(), new Push()];
  const endpoint = await pull.bind(freshAddress("inproc"));
  for (const push of pushes) push.connect(endpoint);
  for (const [index, push] of pushes.entries()) {
    for (let number = 0; number < 10; number++) await push.send(String(index));
  }
  // Knows all of them from now on.
  assert.ok(pull.readable);
  const texts = await receiveTexts(pull, 30);
  for (let round = 0; round < 10; round++) {
    assert.deepEqual(texts.slice(3 * round, 3 * round + 3).sort(), ["0", "1", "2"]);
  }
  for (const push of pushes) void push.close();
});
