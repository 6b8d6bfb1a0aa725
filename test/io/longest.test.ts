/*
 * Parts that are longer than a Buffer can be: they fail one receive, and nothing else.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, runChild, transports } from "../harness.js";

// The longest Buffer takes gigabytes, so that the child has a smaller one from when it loads zmqx.
const preamble = `
  import { createRequire } from "node:module";
  import { join } from "node:path";
  const require = createRequire(join(process.cwd(), "index.js"));
  require("node:buffer").kMaxLength = 100_000;
  const { Pull, Push } = require("zmqx");
  const [push, pull] = [new Push(), new Pull()];
  const short = Buffer.alloc(100_000);
  const long = Buffer.alloc(100_001);
  const shown = (parts) => parts.map((part) => (part.length > 9 ? part.length : String(part))).join();
  async function received(count, receive) {
    const results = [];
    while (results.length < count) {
      await receive().then((parts) => results.push(shown(parts)), (error) => results.push(error.code));
    }
    process.stdout.write(results.join(" ") + "\\n");
  }
`;

const addresses = { tcp: "tcp://127.0.0.1:*", ipc: "ipc://*", inproc: "inproc://longest" };

for (const transport of transports) {
  test(`\`receive()\` of a part that no Buffer can hold gives EMSGSIZE, and the next one goes on (${transport})`, async () => {
    const ended = await runChild(`${preamble}
      push.connect(await pull.bind("${addresses[transport]}"));
      const waiting = received(1, () => pull.receive());
      await push.send(long);
      await waiting;
      await push.sendMany(["a", ["b", short], ["c", long, "d"], long, ["e", short, long], "f"]);
      await received(6, () => pull.receive());
      await push.sendMany(["a", "b", long, "c", long]);
      const told = [];
      while (told.length < 5) {
        await pull.receiveMany().then((messages) => told.push(...messages), ({ code }) => told.push(code));
      }
      process.stdout.write(told.join(" ") + "\\n");
      process.exit();
    `);
    assertEndedWell(ended);
    assert.equal(ended.stderr, "");
    assert.deepEqual(ended.stdout.trim().split("\n"), [
      "EMSGSIZE",
      "a b,100000 EMSGSIZE EMSGSIZE EMSGSIZE f",
      "a b EMSGSIZE c EMSGSIZE",
    ]);
  });
}
