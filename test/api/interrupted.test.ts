/*
 * Signals of the operating system, as profilers and timers send them: no call fails because of one.
 */

import { once } from "node:events";
import { test } from "node:test";
import { assertEndedWell, startChild } from "../harness.js";

const target = `
  import { Pull, Push, capability } from "zmqx";
  import { Dish } from "zmqx/draft";

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
    push.connect("tcp://127.0.0.1:2");
    push.writable;
    push.disconnect("tcp://127.0.0.1:2");
    dish?.join("group");
    dish?.leave("group");
  }
  process.exit();
`;

const shooter = `
  const pid = Number(process.argv.at(-1));
  try {
    for (;;) process.kill(pid, "SIGUSR2");
  } catch {}
`;

const skip = process.platform === "win32" && "Windows has no such signals";

test("A signal of the operating system makes no call fail", { skip }, async () => {
  const child = startChild(target);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  const shooting = startChild(shooter, { args: [String(child.pid)] });
  const [[code, signal]] = await Promise.all([ended, once(shooting, "exit")]);
  assertEndedWell({ code, signal, stderr, stdout: "" });
});
