/*
 * Messages that a program has not asked for yet when it runs a proxy over the socket.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Proxy, Pull, Push } from "zmqx";
import { freshAddress, transports, until } from "../harness.js";
import { receiveTexts } from "../socket/peers.js";

for (const transport of transports) {
  test(`E14: Proxy forwards what its socket had received before, in order (${transport})`, async () => {
    const proxy = new Proxy(new Pull(), new Push());
    const { frontEnd, backEnd } = proxy;
    using push = new Push();
    using pull = new Pull();
    push.connect(await frontEnd.bind(freshAddress(transport)));
    pull.connect(await backEnd.bind(freshAddress(transport)));
    const count = 1000;
    // So large that a slab ends in the middle of a message.
    const body = "x".repeat(900);
    const numbers = Array.from({ length: count }, (_, number) => String(number));
    await push.sendMany(numbers.map((number) => [number, body, number]));
    assert.deepEqual((await receiveTexts(frontEnd, 1))[0], "0");
    await until(() => frontEnd.readable, "more to be there");
    const ended = proxy.run();
    assert.deepEqual(await receiveTexts(pull, count - 1), numbers.slice(1));
    proxy.terminate();
    await ended;
  });
}

test("`run()` that is refused leaves messages where they are", async () => {
  using front = new Pull();
  const back = new Push();
  const proxy = new Proxy(front, back);
  using push = new Push();
  push.connect(await front.bind(freshAddress("inproc")));
  await push.sendMany(["1", "2", "3"]);
  assert.deepEqual(await receiveTexts(front, 1), ["1"]);
  await back.bind(freshAddress("inproc"));
  back.close();
  await assert.rejects(proxy.run(), { code: "EBADF" });
  assert.deepEqual(await receiveTexts(front, 2), ["2", "3"]);
});
