/*
 * The lifetime matrix: every state that a thread can be in, with every way that it can end, each
 * in a process of its own, which may neither crash nor hang.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { printsWorkerErrors, runChild } from "../harness.js";
import { chosenCode, mainEnds, workerEnds } from "./scene.js";
import { states } from "./states.js";

const scene = JSON.stringify(new URL("./scene.js", import.meta.url));
const source = `import { play } from ${scene}; await play();`;

describe("lifetime", { concurrency: 4 }, () => {
  for (const end of mainEnds) {
    for (const { name } of states) {
      test(`L12: the process ${end} with ${name}`, async () => {
        const ended = await runChild(source, { args: ["process", name, end] });
        const code = end === "calls process.exit()" ? chosenCode : 0;
        assert.deepEqual(ended, { code, signal: null, stdout: "", stderr: "" });
      });
    }
  }

  for (const end of workerEnds) {
    for (const { name } of states) {
      test(`L9: a worker ${end} with ${name}, and the process goes on`, async () => {
        const ended = await runChild(source, { args: ["worker", name, end] });
        const throws = end === "throws an uncaught error";
        const stderr = printsWorkerErrors && throws ? ended.stderr : "";
        assert.deepEqual(ended, { code: 0, signal: null, stdout: "alive", stderr });
      });
    }
  }
});
