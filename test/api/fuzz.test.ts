/*
 * E9: random calls of everything: no process crashes, and whatever fails is an error with a message.
 */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { assertEndedWell, runChild } from "../harness.js";

const directory = mkdtempSync(join(tmpdir(), "zmqx-fuzz-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const program = new URL("./fuzz.js", import.meta.url).href;
const rounds = "5000";

for (const seed of ["1", "2", "3", "4"]) {
  test(`E9: ${rounds} random calls end in results or errors (seed ${seed})`, async () => {
    const source = `process.argv.splice(1, 0, "fuzz"); await import(${JSON.stringify(program)});`;
    const ended = await runChild(source, {
      args: [seed, rounds],
      env: { FUZZ_DIRECTORY: directory },
    });
    assertEndedWell(ended);
    assert.match(ended.stdout, /^alive$/m);
  });
}
