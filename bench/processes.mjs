// Starts the processes of a trial, waits for what they say, and ends them: each trial has its own.

import { fork, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Skip } from "./contestants.mjs";

const child = fileURLToPath(new URL("child.mjs", import.meta.url));
const running = new Set();

process.on("exit", endAll);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

/** Ends what the trial before left running: senders stay until their receiver has everything. */
export function endAll() {
  for (const started of running) started.kill("SIGKILL");
  running.clear();
}

/** The processes that run for the trial. */
export function runningPids() {
  return [...running].map(({ pid }) => pid);
}

let isApart = false;

/** Gives each process of a trial that starts from now on a core of its own, as long as there are any. */
export function keepApart() {
  if (process.platform !== "linux") throw new Error("Only Linux has the program taskset");
  isApart = true;
}

function placed(command, words) {
  if (!isApart) return [command, words];
  const core = String(running.size % availableParallelism());
  return ["taskset", ["-c", core, command, ...words]];
}

function track(started) {
  running.add(started);
  started.once("exit", () => running.delete(started));
  return started;
}

/**
 * Starts `role` of the trial file at `url` in a fresh Node. `told` resolves to the first thing it
 * tells, `result` to what the role returns.
 */
export function startRole(url, role, parameters = {}, { execArgv = [] } = {}) {
  const [execPath, before] = placed(process.execPath, execArgv);
  const words = [url, role, JSON.stringify(parameters)];
  const started = track(fork(child, words, { execPath, execArgv: before }));
  const told = Promise.withResolvers?.() ?? withResolvers();
  const result = Promise.withResolvers?.() ?? withResolvers();
  const fail = (error) => {
    told.reject(error);
    result.reject(error);
  };
  // Whoever waits for only one of them must not be told of the other.
  told.promise.catch(() => {});
  result.promise.catch(() => {});
  started.on("message", (message) => {
    if ("told" in message) told.resolve(message.told);
    else if ("result" in message) result.resolve(message.result);
    else if ("skipped" in message) fail(new Skip(message.skipped));
    else fail(new Error(`Role "${role}" failed: ${message.failed}`));
  });
  started.once("error", fail);
  started.once("exit", (code, signal) =>
    fail(new Error(`Role "${role}" ended with ${signal ?? code} before it had a result`)),
  );
  return { told: told.promise, result: result.promise, pid: started.pid };
}

/** Starts a program; `output` resolves to what it prints when it ends well. */
export function startProgram(command, words, options = {}) {
  const stdio = ["ignore", "pipe", "pipe"];
  const started = track(spawn(...placed(command, words), { stdio, ...options }));
  let printed = "";
  let complaint = "";
  started.stdout.setEncoding("utf8").on("data", (text) => {
    printed += text;
  });
  started.stderr.setEncoding("utf8").on("data", (text) => {
    complaint += text;
  });
  const output = new Promise((resolve, reject) => {
    started.once("error", reject);
    started.once("close", (code, signal) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`"${command}" ended with ${signal ?? code}: ${complaint}${printed}`));
    });
  });
  output.catch(() => {});
  return { output, stdout: started.stdout };
}

function withResolvers() {
  const resolvers = {};
  resolvers.promise = new Promise((resolve, reject) =>
    Object.assign(resolvers, { resolve, reject }),
  );
  return resolvers;
}
