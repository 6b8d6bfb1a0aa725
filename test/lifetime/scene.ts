/*
 * One scene of the lifetime matrix, to be run in a process of its own with two arguments: the name
 * of a state and that of an end. Runs again in the worker, if that is what ends.
 */

import assert from "node:assert/strict";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Pull, Push } from "zmqx";
import { states } from "./states.js";

/** The exit code of what ends by process.exit(). */
export const chosenCode = 7;

export const mainEnds = ["ends by itself", "calls process.exit()"] as const;
export const workerEnds = [
  "ends by itself",
  "calls process.exit()",
  "is terminated",
  "throws an uncaught error",
] as const;
type End = (typeof workerEnds)[number];

const onPurpose = "thrown on purpose";

/** Plays the scene that the arguments of this process name. */
export async function play(): Promise<void> {
  const [thread, state, end] = process.argv.slice(-3) as [string, string, End];
  if (thread === "process") return enact(state, end);
  await survive(state, end);
  process.stdout.write("alive");
}

/** Lets a worker end, checks how it did, and that this thread can go on as before. */
export async function survive(state: string, end: End): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { execArgv: [], workerData: { state, end } });
  const errors: string[] = [];
  worker.on("error", (error) => errors.push(error.message));
  worker.on("message", () => worker.terminate());
  const code = await new Promise((resolve) => worker.on("exit", resolve));
  const codes = { "ends by itself": 0, "calls process.exit()": chosenCode };
  assert.deepEqual(
    { code, errors },
    {
      code: codes[end as keyof typeof codes] ?? 1,
      errors: end === "throws an uncaught error" ? [onPurpose] : [],
    },
  );
  for (const address of ["tcp://127.0.0.1:*", `inproc://${state}`]) {
    const [push, pull] = [new Push(), new Pull()];
    push.connect(await pull.bind(address));
    await push.send("round");
    assert.equal(String(await pull.receive()), "round");
    await Promise.all([push.close(), pull.close()]);
  }
}

async function enact(name: string, end: End): Promise<void> {
  const state = states.find((candidate) => candidate.name === name);
  assert.ok(state, name);
  const letGo = await state.enter();
  switch (end) {
    case "ends by itself":
      return letGo();
    case "calls process.exit()":
      return process.exit(chosenCode);
    case "is terminated":
      parentPort?.on("message", () => undefined);
      return parentPort?.postMessage("ready");
    case "throws an uncaught error":
      setImmediate(() => {
        throw new Error(onPurpose);
      });
  }
}

if (!isMainThread) await enact(workerData.state, workerData.end);
