/*
 * The forms of endpoints, what bind() makes of them, and what becomes free again.
 */

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { AddressInUseError, Dealer, Pull, Push, Reply, Request, ZmqError } from "zmqx";
import { freshAddress, transports, until } from "../harness.js";
import { Recording } from "../monitor/recording.js";
import { absentAddress, receiveText, receiveTexts, wires } from "../socket/peers.js";

const loopbacks = Object.values(networkInterfaces())
  .flat()
  .filter((address) => address?.internal);
const skipIpv6 =
  !loopbacks.some((address) => address?.address === "::1") && "this machine has no ::1";
const loopbackName = Object.entries(networkInterfaces()).find(([, addresses]) =>
  addresses?.some(({ address }) => address === "127.0.0.1"),
)?.[0];

async function exchange(bound: Reply, address: string): Promise<void> {
  using request = new Request();
  request.connect(address);
  await request.send("?");
  assert.deepEqual(await receiveText(bound), ["?"]);
  await bound.send("!");
  assert.deepEqual(await receiveText(request), ["!"]);
}

for (const [given, real] of [
  ["tcp://127.0.0.1:*", /^tcp:\/\/127\.0\.0\.1:\d+$/],
  ["tcp://127.0.0.1:0", /^tcp:\/\/127\.0\.0\.1:\d+$/],
  ["tcp://*:*", /^tcp:\/\/0\.0\.0\.0:\d+$/],
  ["tcp://0.0.0.0:*", /^tcp:\/\/0\.0\.0\.0:\d+$/],
  [`tcp://${loopbackName}:*`, /^tcp:\/\/127\.0\.0\.1:\d+$/],
] as const) {
  test(`C7: \`bind("${given}")\` gives the real endpoint`, async () => {
    using reply = new Reply();
    const endpoint = await reply.bind(given);
    assert.match(endpoint, real);
    assert.equal(reply.lastEndpoint, endpoint);
    const port = Number(endpoint.split(":").at(-1));
    assert.ok(port > 0 && port < 65536);
    await exchange(reply, endpoint);
    // Only the real one can be unbound; and then others can have it.
    await assert.rejects(reply.unbind(given), { name: "ZmqError", code: "ENOENT" });
    await reply.unbind(endpoint);
    await assert.rejects(reply.unbind(endpoint), { name: "ZmqError", code: "ENOENT" });
    using next = new Reply();
    assert.equal(await next.bind(endpoint), endpoint);
    await exchange(next, endpoint);
  });
}

test('C7: `bind("ipc://*")` makes a path, which goes with the socket', {
  skip: process.platform === "win32" && "there are no such paths",
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), "zmqx-"));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  try {
    const reply = new Reply();
    const endpoint = await reply.bind("ipc://*");
    assert.ok(endpoint.startsWith("ipc://"));
    assert.equal(readdirSync(directory).length, 1);
    await exchange(reply, endpoint);
    await reply.close();
    assert.deepEqual(readdirSync(directory), []);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(directory, { recursive: true });
  }
});

test("C7: `bind()` takes names in the abstract namespace of ipc", {
  skip: process.platform !== "linux" && "only Linux has it",
}, async () => {
  using reply = new Reply();
  const name = `ipc://@zmqx-${process.pid}`;
  assert.equal(await reply.bind(name), name);
  await exchange(reply, name);
});

test("C7: a port that is none is refused", async () => {
  using socket = new Reply();
  for (const port of ["99999", "65536", "-1", "http", ""]) {
    await assert.rejects(socket.bind(`tcp://127.0.0.1:${port}`), (error: ZmqError) => {
      assert.equal(error.code, "EINVAL", `port "${port}"`);
      assert.equal(error.endpoint, `tcp://127.0.0.1:${port}`);
      return true;
    });
  }
});

test("C8: `connect()` to a wildcard throws EINVAL, and the socket is as before", async () => {
  using reply = new Reply();
  using request = new Request();
  for (const address of ["tcp://*:5555", "tcp://127.0.0.1:*"]) {
    assert.throws(
      () => request.connect(address),
      (error) => {
        assert.ok(error instanceof ZmqError);
        assert.equal(error.code, "EINVAL");
        assert.equal(error.syscall, "connect");
        assert.equal(error.endpoint, address);
        return true;
      },
    );
  }
  request.connect(await reply.bind(freshAddress("tcp")));
  await request.send("?");
  assert.deepEqual(await receiveText(reply), ["?"]);
});

for (const address of ["tcp://[::1]:*", "tcp://[::1]:0", "tcp://[::]:*"]) {
  test(`\`bind("${address}")\` needs no option for IPv6`, { skip: skipIpv6 }, async () => {
    using reply = new Reply();
    assert.equal(reply.ipv6, false);
    const endpoint = await reply.bind(address);
    assert.match(endpoint, /^tcp:\/\/\[::1?\]:\d+$/);
    assert.equal(reply.ipv6, false);
    await exchange(reply, endpoint.replace("[::]", "[::1]"));
    // The same socket still takes what is no IPv6.
    await exchange(reply, await reply.bind("tcp://127.0.0.1:*"));
    await reply.unbind(endpoint);
    using next = new Reply();
    assert.equal(await next.bind(endpoint), endpoint);
  });
}

test("`connect()` to an IPv6 literal connects again when it is lost", {
  skip: skipIpv6,
}, async () => {
  using request = new Dealer({ reconnectInterval: 1 });
  let endpoint = "tcp://[::1]:*";
  for (let round = 0; round < 3; round++) {
    const reply = new Dealer();
    endpoint = await reply.bind(endpoint);
    if (round === 0) request.connect(endpoint);
    await until(() => request.writable);
    const connected = reply.receive();
    let isReceived = false;
    const received = connected.then(() => {
      isReceived = true;
    });
    while (!isReceived) {
      await request.send(`${round}`);
      await new Promise(setImmediate);
    }
    await received;
    await reply.close();
  }
});

for (const transport of wires) {
  test(`E3: \`disconnect()\` keeps what was sent for as long as \`linger\` (${transport})`, async () => {
    for (const linger of [-1, 60_000]) {
      const absent = await absentAddress(transport);
      using push = new Push({ linger, reconnectInterval: 1 });
      push.connect(absent);
      for (let i = 0; i < 3; i++) await push.send(`${i}`);
      push.disconnect(absent);
      await assert.rejects(push.send("no peer", { timeout: 0 }), { code: "EAGAIN" });
      using pull = new Pull();
      await pull.bind(absent);
      assert.deepEqual(await receiveTexts(pull, 3), ["0", "1", "2"]);
    }
  });

  test(`E3: \`disconnect()\` drops what was sent when \`linger\` is 0 (${transport})`, async () => {
    const absent = await absentAddress(transport);
    using push = new Push({ linger: 0, reconnectInterval: 1 });
    push.connect(absent);
    for (let i = 0; i < 3; i++) await push.send(`${i}`);
    push.disconnect(absent);
    assert.throws(() => push.disconnect(absent), { name: "ZmqError", code: "ENOENT" });
    using pull = new Pull();
    await pull.bind(absent);
    push.connect(absent);
    await push.send("after");
    assert.deepEqual(await receiveText(pull), ["after"]);
    await assert.rejects(pull.receive({ timeout: 0 }), { code: "EAGAIN" });
  });

  // libzmq gives up what is not on the wire yet, whatever `linger` says.
  test(`E3: \`unbind()\` ends the connections that came that way (${transport})`, async () => {
    using push = new Push({ linger: 60_000 });
    using pull = new Pull({ reconnectInterval: 1 });
    const atPull = new Recording(pull);
    const other = await push.bind(freshAddress(transport));
    const address = await push.bind(freshAddress(transport));
    for (let round = 1; round <= 3; round++) {
      if (round === 1) pull.connect(address);
      await push.send(`${round}`);
      assert.deepEqual(await receiveText(pull), [`${round}`]);
      await push.unbind(address);
      // It has to be asked before it takes part in that.
      await until(() => !push.writable);
      await atPull.wait("disconnect", round);
      await assert.rejects(push.send("no peer", { timeout: 0 }), { code: "EAGAIN" });
      assert.equal(await push.bind(address), address);
    }
    pull.connect(other);
    await push.send("other way");
    assert.deepEqual(await receiveText(pull), ["other way"]);
  });
}

for (const transport of transports) {
  test(`\`close()\` frees its endpoint: the next one can bind, 200 times (${transport})`, async () => {
    let address = freshAddress(transport);
    for (let round = 0; round < 200; round++) {
      const pull = new Pull();
      address = await pull.bind(address);
      if (round % 10 === 0 && transport !== "ipc") {
        using second = new Pull();
        await assert.rejects(second.bind(address), AddressInUseError);
      }
      using push = new Push();
      push.connect(address);
      await push.send(`${round}`);
      assert.deepEqual(await receiveText(pull), [`${round}`]);
      await pull.close();
    }
  });

  test(`\`unbind()\` frees the endpoint and leaves the other ones (${transport})`, async () => {
    using reply = new Reply();
    const kept = await reply.bind(freshAddress(transport));
    const address = await absentAddress(transport);
    for (let round = 0; round < 50; round++) {
      await reply.bind(address);
      await exchange(reply, address);
      await reply.unbind(address);
    }
    await exchange(reply, kept);
  });
}
