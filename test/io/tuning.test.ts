/*
 * The tuning of sockets: what can be set, where, and that none of it changes what arrives.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Dealer, Pair, Pull, Push, Reply, Request, Router } from "zmqx";
import { assertEndedWell, link, runChild, transports } from "../harness.js";
import { receiveTexts } from "../socket/peers.js";

const most = {
  readAhead: 256,
  receiveCopyLimit: 0x7fffffff,
  sendCopyLimit: 0x7fffffff,
  busyPoll: 1_000_000,
} as const;
type Name = keyof typeof most;
const names = Object.keys(most) as Name[];

for (const name of names) {
  const wanted = `expected 0 to ${most[name]}`;
  const wrong: [unknown, string, string][] = [
    [-1, "RangeError", "-1"],
    [1.5, "RangeError", "1.5"],
    [most[name] + 1, "RangeError", String(most[name] + 1)],
    [Number.NaN, "RangeError", "NaN"],
    [Number.POSITIVE_INFINITY, "RangeError", "Infinity"],
    ["5", "TypeError", '"5"'],
    [5n, "TypeError", "5n"],
    [null, "TypeError", "null"],
    [true, "TypeError", "true"],
    [{}, "TypeError", "an object"],
  ];

  test(`\`${name}\` is set from 0 to ${most[name]}, as option and property`, () => {
    using pair = new Pair();
    for (const value of [0, 1, most[name]]) {
      pair[name] = value;
      assert.equal(pair[name], value);
      using other = new Router({ [name]: value });
      assert.equal(other[name], value);
    }
  });

  for (const [value, error, shown] of wrong) {
    test(`\`${name}\` refuses ${shown} with a ${error}, and stays as it was`, () => {
      using pair = new Pair({ [name]: 5 });
      const expected = { name: error, message: `Cannot set "${name}" to ${shown}: ${wanted}` };
      assert.throws(() => Object.assign(pair, { [name]: value }), expected);
      assert.equal(pair[name], 5);
      assert.throws(() => new Pair({ [name]: value }), expected);
    });
  }
}

test("`allowBlocking` is true or false", () => {
  using pair = new Pair();
  for (const value of [1, "true", null, {}]) {
    const expected = { name: "TypeError", message: /^Cannot set "allowBlocking" to .+: expected/ };
    assert.throws(() => Object.assign(pair, { allowBlocking: value }), expected);
    assert.throws(() => new Pair({ allowBlocking: value } as never), expected);
  }
  assert.equal(pair.allowBlocking, false);
});

test("the tuning of one socket is not that of others", () => {
  using one = new Pair({ readAhead: 1, busyPoll: 7 });
  using other = new Pair();
  one.receiveCopyLimit = 3;
  assert.notDeepEqual(
    names.map((name) => one[name]),
    names.map((name) => other[name]),
  );
  assert.equal(one.readAhead, 1);
  assert.notEqual(other.receiveCopyLimit, 3);
});

/** Prints the tuning of a new socket in a process with this ZMQX_TUNING. */
function inChild(tuning: string) {
  return runChild(
    `import { Pair } from "zmqx";
    const { readAhead, receiveCopyLimit, sendCopyLimit, busyPoll, allowBlocking } = new Pair();
    const values = { readAhead, receiveCopyLimit, sendCopyLimit, busyPoll, allowBlocking };
    process.stdout.write(JSON.stringify(values));`,
    { env: { ZMQX_TUNING: tuning } },
  );
}

describe("ZMQX_TUNING", () => {
  const right: Record<string, Partial<Record<Name, number>>> = {
    ",": {},
    "readAhead=0": { readAhead: 0 },
    "readAhead=7,receiveCopyLimit=0,busyPoll=50": {
      readAhead: 7,
      receiveCopyLimit: 0,
      busyPoll: 50,
    },
    "sendCopyLimit=2147483647,": { sendCopyLimit: 0x7fffffff },
    "busyPoll=1,busyPoll=2": { busyPoll: 2 },
  };
  for (const [tuning, values] of Object.entries(right)) {
    test(`ZMQX_TUNING "${tuning}" changes what sockets start with`, async () => {
      const [usual, changed] = [await inChild(""), await inChild(tuning)];
      assertEndedWell(usual);
      assertEndedWell(changed);
      assert.deepEqual(JSON.parse(changed.stdout), { ...JSON.parse(usual.stdout), ...values });
      assert.deepEqual(Object.keys(JSON.parse(usual.stdout)), [...names, "allowBlocking"]);
    });
  }

  test("the defaults are those of docs/performance.md", async () => {
    const ended = await inChild("");
    assertEndedWell(ended);
    const values: Record<Name, number> = JSON.parse(ended.stdout);
    const file = new URL("../../../docs/performance.md", import.meta.url);
    const rows = [...readFileSync(file, "utf8").matchAll(/^\| `(\w+)` \| (\d+)/gm)];
    const documented = Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]));
    for (const name of names) assert.equal(values[name], documented[name], name);
  });

  test("ZMQX_TUNING gives way to what a program sets", async () => {
    const ended = await runChild(
      `import { Pair } from "zmqx";
      process.stdout.write(String(new Pair({ readAhead: 3 }).readAhead));`,
      { env: { ZMQX_TUNING: "readAhead=0" } },
    );
    assertEndedWell(ended);
    assert.equal(ended.stdout, "3");
  });

  const words = ["readahead=0", "readAhead", "readAhead=", "readAhead=x", "readAhead=1=2", "=1"];
  const prototype = ["toString=5", "constructor=1", "__proto__=1"];
  for (const word of [...words, ...prototype, "allowBlocking=1", " readAhead=0", "busyPoll=-1"]) {
    test(`ZMQX_TUNING refuses "${word}"`, async () => {
      const ended = await inChild(`busyPoll=0,${word}`);
      assert.equal(ended.code, 1);
      assert.ok(ended.stderr.includes(`TypeError: Cannot use "${word}" of ZMQX_TUNING`));
      assert.match(ended.stderr, /expected NAME=NUMBER of readAhead, /);
    });
  }

  test("ZMQX_TUNING refuses a number that is too large", async () => {
    const ended = await inChild("readAhead=257");
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /RangeError: Cannot set "readAhead" to 257: expected 0 to 256/);
  });
});

for (const transport of transports) {
  test(`\`busyPoll\` on both ends changes nothing of round trips (${transport})`, async () => {
    for (const [Asking, Answering] of [
      [Request, Reply],
      [Dealer, Router],
      [Pair, Pair],
    ] as const) {
      using asking = new Asking({ busyPoll: 100 });
      using answering = new Answering({ busyPoll: 100 });
      await link(answering, asking, transport);
      const answers = (async () => {
        for (let count = 0; count < 200; count++) await answering.send(await answering.receive());
      })();
      for (let count = 0; count < 200; count++) {
        await asking.send(["number", String(count)]);
        const message = await asking.receive();
        assert.deepEqual(message.map(String), ["number", String(count)]);
      }
      await answers;
    }
  });

  test(`E5: \`busyPoll\` leaves timeouts, signals and close as they are (${transport})`, async () => {
    using push = new Push();
    const pull = new Pull({ busyPoll: 1_000_000 });
    await link(pull, push, transport);
    for (let count = 0; count < 20; count++) {
      // Now that a message has come, the next receive polls.
      await push.send(String(count));
      assert.deepEqual(await receiveTexts(pull, 1), [String(count)]);
      await assert.rejects(pull.receive({ timeout: 1 }), { name: "TimeoutError" });
      const controller = new AbortController();
      const waiting = [pull.receive({ signal: controller.signal }), pull.receive()] as const;
      controller.abort();
      await assert.rejects(waiting[0], { name: "AbortError" });
      await push.send("next");
      assert.equal(String(await waiting[1]), "next");
    }
    const waiting = assert.rejects(pull.receive(), { name: "ClosedError" });
    await pull.close();
    await waiting;
  });
}
