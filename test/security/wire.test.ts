/*
 * What a listener on the line sees.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { capability, curveKeyPair } from "zmqx";
import { freshAddress } from "../harness.js";
import { Tap } from "../io/tap.js";
import { wires } from "../socket/peers.js";
import { Connection, type Setting } from "./connection.js";

const text = "the treasure is buried under the old oak";

/** All bytes that pass while `text` goes over the connection and back. */
async function overhear(setting: Setting): Promise<Buffer> {
  let tap: Tap | undefined;
  await using _ = {
    async [Symbol.asyncDispose]() {
      await tap?.[Symbol.asyncDispose]();
    },
  };
  await using connection = await Connection.open({
    ...setting,
    through: async (endpoint) => {
      tap = await Tap.open(endpoint, freshAddress(setting.transport ?? "tcp"));
      return tap.endpoint;
    },
  });
  for (let i = 0; i < 10; i++) await connection.exchange(text);
  return tap?.seen as Buffer;
}

for (const transport of wires) {
  test(`CURVE: a listener does not see what passes (${transport})`, {
    skip: !capability.curve && "libzmq was built without it",
  }, async () => {
    const [server, client] = [curveKeyPair(), curveKeyPair()];
    const seen = await overhear({
      transport,
      server: { curveServer: true, curveSecretKey: server.secretKey },
      client: {
        curveServerKey: server.publicKey,
        curvePublicKey: client.publicKey,
        curveSecretKey: client.secretKey,
      },
    });
    assert.ok(seen.includes("CURVE") && seen.includes("MESSAGE"), "it is the encrypted protocol");
    assert.ok(seen.length > 20 * text.length);
    for (let at = 0; at + 8 <= text.length; at++) {
      assert.equal(seen.includes(text.slice(at, at + 8)), false);
    }
    assert.equal(seen.includes("answer to"), false);
  });

  // So that the test above can see at all.
  test(`NULL and PLAIN: a listener sees everything (${transport})`, async () => {
    const open = await overhear({ transport });
    assert.ok(open.includes(text) && open.includes("answer to"));
    const plain = await overhear({
      transport,
      server: { plainServer: true },
      client: { plainUsername: "ann", plainPassword: "apple" },
      decide: () => ({ status: "200" }),
    });
    assert.ok(plain.includes(text) && plain.includes("apple"));
  });
}
