/*
 * How V8 sees the objects that messages pass through: calls are fast where objects look alike.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, runChild } from "../harness.js";

const isNode = !process.versions.bun && !process.versions.deno;

test("Sockets of a class share a hidden class, as do contexts", {
  skip: !isNode && "Only Node can be told to ask V8",
}, async () => {
  const ended = await runChild(`
    import { setFlagsFromString } from "node:v8";
    import { Context, Dealer } from "zmqx";
    setFlagsFromString("--allow-natives-syntax");
    const alike = new Function("one", "other", "return %HaveSameMap(one, other)");
    for (const Class of [Context, Dealer]) {
      const [first, one, other] = [new Class(), new Class(), new Class({ ipv6: true })];
      if (!alike(one, first) || !alike(one, other)) process.exitCode = 1;
      for (const made of [first, one, other]) made.close?.();
    }
  `);
  assert.equal(ended.stderr, "");
  assertEndedWell(ended);
});
