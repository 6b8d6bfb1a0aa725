/*
 * The warning about an option that comes too late, which depends on how many endpoints a socket
 * has. It is given once per process, so each test has its own.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, runChild } from "../harness.js";

/** Runs `steps` with a Dealer named `socket`, and gives the codes of all warnings. */
async function warnings(steps: string): Promise<string[]> {
  const ended = await runChild(`
    import assert from "node:assert/strict";
    import { Dealer } from "zmqx";

    const codes = [];
    process.on("warning", ({ code, message }) => codes.push(code ?? message));
    const other = new Dealer();
    const taken = await other.bind("tcp://127.0.0.1:*");
    const socket = new Dealer();
    ${steps}
    socket.close();
    other.close();
    await new Promise(setImmediate);
    console.log(JSON.stringify(codes));
  `);
  assertEndedWell(ended);
  return JSON.parse(ended.stdout) as string[];
}

const late = "socket.immediate = true;";

test("ZMQX_NO_EFFECT: a failed bind or connect is no endpoint, and causes no warning", async () => {
  const codes = await warnings(`
    await assert.rejects(socket.bind(taken), { code: "EADDRINUSE" });
    assert.throws(() => socket.bindSync(taken), { code: "EADDRINUSE" });
    assert.throws(() => socket.connect("nonsense"), { code: "EINVAL" });
    assert.throws(() => socket.disconnect(taken), { code: "ENOENT" });
    await assert.rejects(socket.unbind(taken), { code: "ENOENT" });
    ${late}
  `);
  assert.deepEqual(codes, []);
});

test("ZMQX_NO_EFFECT: after the last endpoint is gone, there is no warning", async () => {
  const codes = await warnings(`
    const address = await socket.bind("tcp://127.0.0.1:*");
    await assert.rejects(socket.unbind("tcp://127.0.0.1:1"), { code: "ENOENT" });
    await socket.unbind(address);
    socket.connect(taken);
    socket.disconnect(taken);
    ${late}
  `);
  assert.deepEqual(codes, []);
});

for (const [what, step] of [
  ["bound", 'await socket.bind("tcp://127.0.0.1:*");'],
  ["connected", "socket.connect(taken);"],
] as const) {
  test(`ZMQX_NO_EFFECT: an option set on a ${what} socket warns once`, async () => {
    const codes = await warnings(`
      ${step}
      ${late}
      ${late}
      socket.ipv6 = true;
      other.ipv6 = true;
    `);
    assert.deepEqual(codes, ["ZMQX_NO_EFFECT"]);
  });
}

test("ZMQX_NO_EFFECT: an option that takes effect at once does not warn", async () => {
  const codes = await warnings(`
    socket.connect(taken);
    socket.linger = 0;
    socket.sendHighWaterMark = 7;
    socket.receiveTimeout = 10;
    socket.sendTimeout = 10;
  `);
  assert.deepEqual(codes, []);
});

test("ZMQX_NO_EFFECT: a failed unbind does not make a socket forget its endpoint", async () => {
  const codes = await warnings(`
    await socket.bind("tcp://127.0.0.1:*");
    for (let i = 0; i < 3; i++) {
      await assert.rejects(socket.unbind(taken), { code: "ENOENT" });
      assert.throws(() => socket.disconnect(taken), { code: "ENOENT" });
    }
    ${late}
  `);
  assert.deepEqual(codes, ["ZMQX_NO_EFFECT"]);
});
