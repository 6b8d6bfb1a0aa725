/*
 * The CURVE mechanism, and its keys.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { capability, curveKeyPair, Publisher, Pull, Push, Subscriber } from "zmqx";
import { link } from "../harness.js";
import { attacks } from "../io/attacks.js";
import { command, greeting, RawPeer } from "../io/raw.js";
import { subscribed, wires } from "../socket/peers.js";
import { Connection } from "./connection.js";

const skip = !capability.curve && "libzmq was built without it";

// RFC 32.
const alphabet =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

function decode(key: string): Buffer {
  const bytes = Buffer.alloc((key.length / 5) * 4);
  for (let group = 0; group < key.length / 5; group++) {
    const digits = [...key.slice(group * 5, group * 5 + 5)];
    const value = digits.reduce((sum, digit) => sum * 85 + alphabet.indexOf(digit), 0);
    bytes.writeUInt32BE(value, group * 4);
  }
  return bytes;
}

const server = skip ? { publicKey: "", secretKey: "" } : curveKeyPair();
const client = skip ? { publicKey: "", secretKey: "" } : curveKeyPair();
const asServer = { curveServer: true, curveSecretKey: server.secretKey };
const asClient = {
  curveServerKey: server.publicKey,
  curvePublicKey: client.publicKey,
  curveSecretKey: client.secretKey,
};

test("`curveKeyPair()` gives two keys of 40 characters in Z85", { skip }, () => {
  for (let i = 0; i < 50; i++) {
    const pair = curveKeyPair();
    assert.deepEqual(Object.keys(pair).sort(), ["publicKey", "secretKey"]);
    for (const key of [pair.publicKey, pair.secretKey]) {
      assert.equal(key.length, 40);
      assert.ok([...key].every((digit) => alphabet.includes(digit)));
      assert.equal(decode(key).length, 32);
    }
  }
});

test("`curveKeyPair()` gives other keys each time", { skip }, () => {
  const keys = Array.from({ length: 500 }, () => curveKeyPair());
  assert.equal(new Set(keys.flatMap((pair) => [pair.publicKey, pair.secretKey])).size, 1000);
});

for (const transport of wires) {
  test(`CURVE: with the right keys, messages pass both ways (${transport})`, { skip }, async () => {
    await using connection = await Connection.open({
      server: asServer,
      client: asClient,
      transport,
    });
    for (let i = 0; i < 20; i++) await connection.exchange(`${i}`);
    assert.equal(connection.server.securityMechanism, "curve");
    assert.equal(connection.client.securityMechanism, "curve");
  });

  test(`CURVE: keys may be 32 bytes or 40 characters (${transport})`, { skip }, async () => {
    const bytes = Object.fromEntries(
      Object.entries(asClient).map(([name, key]) => [name, decode(key)]),
    );
    for (const [serverKeys, clientKeys] of [
      [{ curveServer: true, curveSecretKey: decode(server.secretKey) }, bytes],
      [asServer, bytes],
      [asServer, { ...asClient, curveServerKey: decode(server.publicKey) }],
    ]) {
      await using connection = await Connection.open({
        server: serverKeys,
        client: clientKeys,
        transport,
      } as never);
      await connection.exchange();
      assert.equal(connection.client.curveServerKey, server.publicKey);
      assert.equal(connection.client.curvePublicKey, client.publicKey);
      assert.equal(connection.client.curveSecretKey, client.secretKey);
      assert.equal(connection.server.curveSecretKey, server.secretKey);
    }
  });

  for (const [what, keys] of [
    ["the key of another server", { ...asClient, curveServerKey: client.publicKey }],
    ["no keys of its own", { curveServerKey: server.publicKey }],
    ["keys that are no pair", { ...asClient, curveSecretKey: server.secretKey }],
  ] as const) {
    test(`CURVE: a client with ${what} is refused (${transport})`, { skip }, async () => {
      await using connection = await Connection.open({
        server: asServer,
        client: keys,
        transport,
      });
      await connection.refusedByServer("ERR_ZMTP_CRYPTOGRAPHIC");
    });
  }

  test(`CURVE: a client without any keys is refused (${transport})`, { skip }, async () => {
    await using connection = await Connection.open({ server: asServer, transport });
    await connection.refusedByServer("ERR_ZMTP_MECHANISM_MISMATCH");
    await connection.refusedByClient("ERR_ZMTP_MECHANISM_MISMATCH");
  });

  test(`CURVE: a client refuses a server without CURVE (${transport})`, { skip }, async () => {
    await using connection = await Connection.open({ client: asClient, transport });
    await connection.refusedByClient("ERR_ZMTP_MECHANISM_MISMATCH");
  });

  test(`CURVE: a server without its secret key refuses everyone (${transport})`, {
    skip,
  }, async () => {
    await using connection = await Connection.open({
      server: { curveServer: true },
      client: asClient,
      transport,
    });
    await connection.refusedByServer("ERR_ZMTP_CRYPTOGRAPHIC");
  });

  test(`CURVE: garbage leaves the server to those with keys (${transport})`, { skip }, async () => {
    let address = "";
    await using connection = await Connection.open({
      server: asServer,
      client: asClient,
      transport,
      through: async (endpoint) => {
        address = endpoint;
        return endpoint;
      },
    });
    const hellos = [0, 1, 5, 193, 194, 195, 1000].map((size) => [
      greeting("CURVE"),
      command("HELLO", Buffer.alloc(size, 1)),
    ]);
    const initiates = [0, 100, 257, 500].map((size) => [
      greeting("CURVE"),
      command("INITIATE", Buffer.alloc(size, 1)),
    ]);
    const others = Object.values(attacks).map((attack) => attack("REQ"));
    for (const chunks of [...hellos, ...initiates, ...others]) {
      const peer = await RawPeer.connect(address);
      for (const bytes of chunks) peer.write(bytes);
      await peer.close();
    }
    await connection.exchange();
  });
}

test("CURVE: serves publishing and pipelines just the same", { skip }, async () => {
  using publisher = new Publisher(asServer);
  using subscriber = new Subscriber(asClient);
  await link(publisher, subscriber, "tcp");
  await subscribed(publisher, subscriber);
  subscriber.subscribe("topic");
  await subscribed(publisher, subscriber);
  await publisher.send(["topic", "text"]);
  assert.deepEqual((await subscriber.receive()).map(String), ["topic", "text"]);

  using pull = new Pull(asServer);
  using push = new Push(asClient);
  await link(pull, push, "tcp");
  const large = Buffer.alloc(3 << 20, "0123456789");
  await push.send([large, "", "end"]);
  const [first, ...rest] = await pull.receive();
  assert.ok(large.equals(first as Buffer));
  assert.deepEqual(rest.map(String), ["", "end"]);
});

test("CURVE: one server takes clients with different keys at once", { skip }, async () => {
  using pull = new Pull(asServer);
  const address = await pull.bind("tcp://127.0.0.1:*");
  const pushes = Array.from({ length: 10 }, () => {
    const pair = curveKeyPair();
    return new Push({
      curveServerKey: server.publicKey,
      curvePublicKey: pair.publicKey,
      curveSecretKey: pair.secretKey,
    });
  });
  for (const [index, push] of pushes.entries()) {
    push.connect(address);
    await push.send(`${index}`);
  }
  const got = new Set<string>();
  while (got.size < pushes.length) got.add(String((await pull.receive())[0]));
  for (const push of pushes) push.close();
});
