/*
 * The ZAP handler, a socket in the same process, decides who may connect: with NULL, PLAIN and
 * CURVE.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Context, capability, curveKeyPair, Reply, Request } from "zmqx";
import { freshAddress } from "../harness.js";
import { receiveText, wires } from "../socket/peers.js";
import { Connection, type Setting } from "./connection.js";

interface Mechanism {
  name: string;
  server: NonNullable<Setting["server"]>;
  client: NonNullable<Setting["client"]>;
  credentials: Buffer[];
}

function mechanisms(): Mechanism[] {
  const plain = { plainUsername: "jø", plainPassword: "s3cret" };
  const all: Mechanism[] = [
    { name: "NULL", server: { zapDomain: "house" }, client: {}, credentials: [] },
    {
      name: "PLAIN",
      server: { plainServer: true, zapDomain: "house" },
      client: plain,
      credentials: [Buffer.from("jø"), Buffer.from("s3cret")],
    },
  ];
  if (!capability.curve) return all;
  const [server, client] = [curveKeyPair(), curveKeyPair()];
  const curve: Mechanism = {
    name: "CURVE",
    server: { curveServer: true, curveSecretKey: server.secretKey, zapDomain: "house" },
    client: {
      curveServerKey: server.publicKey,
      curvePublicKey: client.publicKey,
      curveSecretKey: client.secretKey,
    },
    credentials: [],
  };
  return [...all, curve];
}

for (const { name, server, client, credentials } of mechanisms()) {
  for (const transport of wires) {
    test(`ZAP: with ${name}, who is accepted may talk (${transport})`, async () => {
      await using connection = await Connection.open({
        server: { ...server, routingId: "the server" },
        client,
        transport,
        decide: () => ({ status: "200", userId: "joe" }),
      });
      await connection.exchange();
      const [request, ...more] = connection.handler?.requests ?? [];
      assert.deepEqual(more, []);
      assert.equal(request?.domain, "house");
      assert.equal(request?.mechanism, name);
      assert.equal(String(request?.routingId), "the server");
      if (transport === "tcp") assert.equal(request?.address, "127.0.0.1");
      if (name === "CURVE") {
        assert.deepEqual(
          request?.credentials.map(({ length }) => length),
          [32],
        );
        using same = new Request({ curvePublicKey: request?.credentials[0] as Buffer });
        assert.equal(same.curvePublicKey, connection.client.curvePublicKey);
      } else {
        assert.deepEqual(request?.credentials, credentials);
      }
    });

    for (const status of [400, 500]) {
      test(`ZAP: with ${name}, who is refused with ${status} may not (${transport})`, async () => {
        await using connection = await Connection.open({
          server,
          client,
          transport,
          decide: () => ({ status: `${status}` }),
        });
        await connection.refusedByServer(status);
        await connection.refusedByClient(status);
      });
    }
  }

  test(`ZAP: with ${name}, a handler that talks nonsense lets nobody in`, async () => {
    await using connection = await Connection.open({
      server,
      client,
      decide: () => ({ status: "nonsense" }),
    });
    await connection.refusedByServer("ERR_ZAP_INVALID_STATUS_CODE");
  });

  test(`ZAP: with ${name}, who is put off with 300 is asked about again`, async () => {
    let requests = 0;
    await using connection = await Connection.open({
      server,
      // A client that hears nothing tries again after this time.
      client: { ...client, handshakeInterval: 50 },
      decide: () => ({ status: ++requests > 2 ? "200" : "300" }),
    });
    await connection.exchange();
    // More where the machine was so busy that an answer took longer.
    assert.ok(requests >= 3, `${requests} requests`);
  });
}

test("ZAP: PLAIN lets in those whose name and password the handler knows", async () => {
  const known = new Map([
    ["ann", "apple"],
    ["bob", "banana"],
  ]);
  for (const [plainUsername, plainPassword, isKnown] of [
    ["ann", "apple", true],
    ["bob", "banana", true],
    ["ann", "Apple", false],
    ["ann", "apple ", false],
    ["ann", "apple\0", false],
    ["ann", "banana", false],
    ["bob", "apple", false],
    ["eve", "apple", false],
  ] as const) {
    await using connection = await Connection.open({
      server: { plainServer: true },
      client: { plainUsername, plainPassword },
      decide({ mechanism, credentials: [name, password] }) {
        assert.equal(mechanism, "PLAIN");
        return { status: known.get(String(name)) === String(password) ? "200" : "400" };
      },
    });
    assert.equal(connection.client.securityMechanism, "plain");
    if (isKnown) await connection.exchange();
    else await connection.refusedByServer(400);
  }
});

test("ZAP: PLAIN without a handler lets nobody in", async () => {
  await using connection = await Connection.open({
    server: { plainServer: true },
    client: { plainUsername: "ann", plainPassword: "apple" },
  });
  await connection.refusedByServer("other");
});

test("ZAP: a client without PLAIN does not get to a PLAIN server's handler", async () => {
  await using connection = await Connection.open({
    server: { plainServer: true },
    decide: () => ({ status: "200" }),
  });
  await connection.refusedByServer("ERR_ZMTP_MECHANISM_MISMATCH");
  assert.deepEqual(connection.handler?.requests, []);
});

test("ZAP: NULL without a `zapDomain` does not ask the handler", async () => {
  await using connection = await Connection.open({ decide: () => ({ status: "400" }) });
  await connection.exchange();
  assert.deepEqual(connection.handler?.requests, []);
});

test("ZAP: `zapEnforceDomain` lets nobody in while there is no handler", async () => {
  await using open = await Connection.open({ server: { zapDomain: "house" } });
  await open.exchange();
  await using closed = await Connection.open({
    server: { zapDomain: "house", zapEnforceDomain: true },
  });
  await closed.refusedByServer("other");
});

test("ZAP: CURVE lets in the keys that the handler knows", {
  skip: !capability.curve,
}, async () => {
  const [server, known, unknown] = [curveKeyPair(), curveKeyPair(), curveKeyPair()];
  using probe = new Request({ curvePublicKey: known.publicKey });
  for (const pair of [known, unknown]) {
    await using connection = await Connection.open({
      server: { curveServer: true, curveSecretKey: server.secretKey },
      client: {
        curveServerKey: server.publicKey,
        curvePublicKey: pair.publicKey,
        curveSecretKey: pair.secretKey,
      },
      decide({ credentials: [key] }) {
        using given = new Request({ curvePublicKey: key as Buffer });
        return { status: given.curvePublicKey === probe.curvePublicKey ? "200" : "400" };
      },
    });
    if (pair === known) await connection.exchange();
    else await connection.refusedByServer(400);
  }
});

test("ZAP: the handler may be a Reply", async () => {
  const context = new Context();
  const handler = new Reply({ context, linger: 0 });
  await handler.bind("inproc://zeromq.zap.01");
  const served = (async () => {
    for await (const [version, id] of handler) {
      await handler.send([version as Buffer, id as Buffer, "200", "OK", "user", ""]);
    }
  })();
  const reply = new Reply({ context, zapDomain: "house" });
  const request = new Request({ context, linger: 0 });
  request.connect(await reply.bind(freshAddress("tcp")));
  await request.send("?");
  assert.deepEqual(await receiveText(reply), ["?"]);
  await Promise.all([reply.close(), request.close(), handler.close()]);
  await served;
  await context.terminate();
});
