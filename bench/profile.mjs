// What takes the time of zmqx in a trial: perf looks at what runs in its processes, some thousand times a second.
// Usage: npm run bench -- --profile [trial...]

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { buildNative } from "./native.mjs";
import { endAll, runningPids, startProgram } from "./processes.mjs";
import { chooseCases } from "./runner.mjs";
import { table } from "./table.mjs";

// Milliseconds. The trial starts up and warms up before, and goes on after.
const before = 1500;
const looked = 4000;
// Samples per second of a processor's time.
const frequency = 4000;
const plan = { quick: false, warmUp: 300, duration: before + looked + 1000 };

// The first that fits what a sample tells: the kind of thread, the program or library, the function.
const parts = [
  ["kernel, I/O threads", ({ file, isIo }) => isIo && isKernel(file)],
  ["kernel, others", ({ file }) => isKernel(file)],
  ["libzmq", ({ file, name }) => isAddon(file) && /\bzmq(::|_)/.test(name)],
  ["addon", ({ file, name }) => isAddon(file) && name.includes("::")],
  ["libsodium", ({ file }) => isAddon(file)],
  ["C library", ({ file }) => /\/(libc|libstdc|libm|ld-)[^/]*$/.test(file)],
  ["JavaScript", ({ file, name }) => /\.map$|anon|JIT/.test(file) || name.startsWith("Builtins_")],
  ["garbage", ({ name }) => /Scaveng|MarkCompact|Marking|Sweep|Evacuat|Heap|GC/.test(name)],
  ["V8, Node-API", ({ file }) => file.endsWith("/node")],
  ["other programs", () => true],
];

function isKernel(file) {
  return /^\[(kernel|guest|vdso)/.test(file);
}

function isAddon(file) {
  return file.endsWith("/zmqx.node");
}

export async function main(words) {
  if (spawnSync("perf", ["--version"]).status !== 0) {
    console.log("skipped: profile: perf is not installed");
    return;
  }
  const chosen = (await chooseCases(plan, words)).filter(({ contestants }) => contestants.zmqx);
  if (chosen.length === 0) return;
  await buildNative();
  const rows = [];
  for (const { key, contestants } of chosen) {
    const { counts, total } = await profile(contestants.zmqx);
    const shares = parts.map(([part]) =>
      String(Math.round(((counts.get(part) ?? 0) / total) * 100)),
    );
    rows.push([key, ...shares, ((total * 1000) / looked / frequency).toFixed(1)]);
  }
  const heads = ["% of the processors' time", ...parts.map(([part]) => part), "processors busy"];
  console.log(table(heads, rows));
}

async function profile(run) {
  const directory = mkdtempSync(join(tmpdir(), "zmqx-bench-"));
  try {
    const file = join(directory, "perf.data");
    const measured = run();
    // It is awaited later, and not where perf fails.
    measured.catch(() => {});
    await delay(before);
    const seconds = String(looked / 1000);
    const which = ["-e", "cpu-clock", "-F", String(frequency), "-p", runningPids().join()];
    await startProgram("perf", ["record", "-o", file, ...which, "--", "sleep", seconds]).output;
    await measured;
    const fields = ["-F", "comm,tid,ip,sym,dso"];
    return count(await startProgram("perf", ["script", "-i", file, ...fields]).output);
  } finally {
    endAll();
    rmSync(directory, { recursive: true, force: true });
  }
}

function count(samples) {
  const counts = new Map();
  let total = 0;
  for (const [, comm, name, file] of samples.matchAll(
    /^\s*(.+?)\s+\d+\s+[\da-f]+ (.*) \((.*)\)$/gm,
  )) {
    const sample = { name, file, isIo: comm.startsWith("ZMQ") };
    const [part] = parts.find(([, fits]) => fits(sample));
    counts.set(part, (counts.get(part) ?? 0) + 1);
    total += 1;
  }
  return { counts, total };
}
