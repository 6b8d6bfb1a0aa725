/*
 * Many operations at once on one socket.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { BusyError, ClosedError, Pull, Push } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import { receiveText, receiveTexts } from "../socket/peers.js";

const most = 10_000;
const numbers = Array.from({ length: most }, (_, i) => `${i}`);

function isBusy(error: unknown): true {
  assert.ok(error instanceof BusyError);
  assert.equal(error.code, "EBUSY");
  return true;
}

for (const transport of transports) {
  test(`H11: 10,000 sends that nobody awaits keep their order and all settle (${transport})`, async () => {
    using push = new Push({ sendHighWaterMark: 10 });
    using pull = new Pull({ receiveHighWaterMark: 10 });
    const address = await push.bind(freshAddress(transport));
    const settled: string[] = [];
    const sends = numbers.map((number) => push.send(number).then(() => settled.push(number)));
    assert.deepEqual(settled, []);
    pull.connect(address);
    assert.deepEqual(await receiveTexts(pull, most), numbers);
    await Promise.all(sends);
    assert.deepEqual(settled, numbers);
  });

  test(`H11: beyond 10,000 that wait, \`send()\` rejects with a BusyError (${transport})`, async () => {
    using push = new Push();
    const address = await push.bind(freshAddress(transport));
    const sends = numbers.map((number) => push.send(number));
    await assert.rejects(push.send("one too many"), isBusy);
    await assert.rejects(push.send("and another", { timeout: 0 }), { code: "EBUSY" });
    using pull = new Pull();
    pull.connect(address);
    assert.deepEqual(await receiveTexts(pull, most), numbers);
    await Promise.all(sends);
    await push.send("room again");
    assert.deepEqual(await receiveText(pull), ["room again"]);
  });

  test(`H11: beyond 10,000 that wait, \`receive()\` rejects with a BusyError (${transport})`, async () => {
    using pull = new Pull();
    using push = new Push();
    const address = await pull.bind(freshAddress(transport));
    const order: string[] = [];
    const receives = numbers.map(async (number) => {
      const text = String((await pull.receive())[0]);
      order.push(text);
      assert.equal(text, number);
    });
    await assert.rejects(pull.receive(), isBusy);
    push.connect(address);
    for (const number of numbers) await push.send(number);
    await Promise.all(receives);
    assert.deepEqual(order, numbers);
    await push.send("room again");
    assert.deepEqual(await receiveText(pull), ["room again"]);
  });

  test(`H11: concurrent receives settle in the order of their calls (${transport})`, async () => {
    using pull = new Pull();
    using push = new Push();
    await link(pull, push, transport);
    const order: number[] = [];
    // Some find their message there, the others wait; and each that settles calls again.
    const take = async (call: number): Promise<void> => {
      const [text] = await pull.receive();
      assert.equal(String(text), `${call}`);
      order.push(call);
    };
    let calls = 0;
    const takeAll = async () => {
      while (calls < 3000) await take(calls++);
    };
    const sending = (async () => {
      for (let i = 0; i < 3000; i++) await push.send(`${i}`);
    })();
    await until(() => pull.readable);
    await Promise.all([...Array.from({ length: 700 }, takeAll), sending]);
    assert.deepEqual(
      order,
      Array.from({ length: 3000 }, (_, i) => i),
    );
  });

  test(`H11: concurrent sends settle in the order of their calls (${transport})`, async () => {
    using push = new Push({ sendHighWaterMark: 400 });
    using pull = new Pull({ receiveHighWaterMark: 400 });
    await link(push, pull, transport);
    const order: number[] = [];
    let calls = 0;
    const putAll = async () => {
      while (calls < 3000) {
        const call = calls++;
        await push.send(`${call}`);
        order.push(call);
      }
    };
    const sending = Promise.all(Array.from({ length: 700 }, putAll));
    for (let i = 0; i < 3000; i++) assert.deepEqual(await receiveText(pull), [`${i}`]);
    await sending;
    assert.deepEqual(
      order,
      Array.from({ length: 3000 }, (_, i) => i),
    );
  });

  test(`H10: \`send()\` that waits at the high-water mark goes on when the peer reads (${transport})`, async () => {
    using push = new Push({ sendHighWaterMark: 1, sendBufferSize: 8192 });
    using pull = new Pull({ receiveHighWaterMark: 1, receiveBufferSize: 8192 });
    await link(push, pull, transport);
    const padding = Buffer.alloc(50_000);
    for (let round = 0; round < 5; round++) {
      let sent = 0;
      const sends = Array.from({ length: 300 }, async (_, i) => {
        await push.send([`${round}: ${i}`, padding]);
        sent++;
      });
      await new Promise(setImmediate);
      assert.ok(sent < 300, "some have to wait");
      for (let i = 0; i < 300; i++) assert.equal((await receiveText(pull))[0], `${round}: ${i}`);
      await Promise.all(sends);
    }
  });

  test(`\`close()\` rejects thousands that wait, each of them once (${transport})`, async () => {
    const pull = new Pull();
    const push = new Push({ linger: 0 });
    await pull.bind(freshAddress(transport));
    await push.bind(freshAddress(transport));
    let rejected = 0;
    const expectClosed = async (operation: Promise<unknown>) => {
      await assert.rejects(operation, (error) => {
        assert.ok(error instanceof ClosedError);
        assert.equal(error.code, "EAGAIN");
        return true;
      });
      rejected++;
    };
    const waiting = Array.from({ length: 2000 }, (_, i) =>
      expectClosed(i % 2 === 0 ? pull.receive() : push.send("x")),
    );
    await Promise.all([pull.close(), push.close()]);
    await Promise.all(waiting);
    assert.equal(rejected, 2000);
    await assert.rejects(pull.receive(), { name: "ClosedError", code: "EBADF" });
    await assert.rejects(push.send("x"), { name: "ClosedError", code: "EBADF" });
  });
}
