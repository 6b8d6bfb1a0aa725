/*
 * Signals of the operating system, as profilers and timers send them: no call fails because of one.
 */

import { once } from "node:events";
import { test } from "node:test";
import { assertEndedWell, freshAddress, startChild } from "../harness.js";

const target = `
  import { Pull, Push, capability } from "zmqx";
  import { Dish } from "zmqx/draft";

  const address = process.argv.at(-1);
  let shots = 0;
  process.on("SIGUSR2", () => shots++);
  console.log("ready");
  while (shots === 0) await new Promise(setImmediate);
  const [pull, push] = [new Pull(), new Push({ linger: 0 })];
  const dish = capability.draft ? new Dish() : undefined;
  // A call is broken off now and then only.
  for (let round = 0; round < 30_000; round++) {
    pull.bindSync("inproc://name");
    push.connect("inproc://name");
    push.disconnect("inproc://name");
    pull.unbindSync("inproc://name");
    push.connect(address);
    if (push.readable || !push.writable) throw new Error("Not what it is");
    push.disconnect(address);
    dish?.join("group");
    dish?.leave("group");
  }
  process.exit();
`;

// Without the pauses the signals could keep the process from ever doing anything else.
const shooter = `
  const pid = Number(process.argv.at(-1));
  const never = new Int32Array(new SharedArrayBuffer(4));
  try {
    for (;;) {
      process.kill(pid, "SIGUSR2");
      Atomics.wait(never, 0, 0, 0.01);
    }
  } catch {}
`;

const skip = process.platform === "win32" && "Windows has no such signals";

test("A signal of the operating system makes no call fail", { skip }, async () => {
  const child = startChild(target, { args: [freshAddress("ipc")] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  const shooting = startChild(shooter, { args: [String(child.pid)] });
  const [[code, signal]] = await Promise.all([ended, once(shooting, "exit")]);
  assertEndedWell({ code, signal, stderr, stdout: "" });
});
