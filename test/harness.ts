/*
 * What the tests share: endpoints for every transport, waiting for conditions, children, and the
 * rule that no test leaves a socket open.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Socket } from "zmqx";
import { addon } from "#lib/native.js";

/** The transports that every pattern is tested over. */
export const transports = ["tcp", "ipc", "inproc"] as const;
export type Transport = (typeof transports)[number];

let directory: string | undefined;
let names = 0;

/** An address to bind to that no other test uses; `bind()` returns the endpoint to connect to. */
export function freshAddress(transport: Transport): string {
  if (transport === "tcp") return "tcp://127.0.0.1:*";
  if (transport === "inproc") return `inproc://test-${process.pid}-${++names}`;
  // A socket's path may have about 100 bytes.
  directory ??= mkdtempSync(join(tmpdir(), "zmqx-"));
  return `ipc://${directory}/${++names}`;
}

/** Binds the one socket, connects the other one. */
export async function link(bound: Socket, connected: Socket, transport: Transport) {
  const endpoint = await bound.bind(freshAddress(transport));
  connected.connect(endpoint);
  return endpoint;
}

/** Waits until `condition` holds, giving the event loop its turns. Fails the test when it never does. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = "the condition",
): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `Gave up waiting for ${what}`);
    await turn();
  }
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

interface ChildOptions {
  args?: string[];
  env?: Record<string, string | undefined>;
  /** A command of the shell that starts "$0" "$@". */
  shell?: string;
}

/** Starts `source`, the text of an ES module, as a process of its own. */
export function startChild(source: string, { args = [], env = {}, shell }: ChildOptions = {}) {
  // Deno takes a module from its input only, and counts that among the arguments.
  const isDeno = process.versions.deno !== undefined;
  const flags = isDeno
    ? ["run", "--allow-all", "--no-check", "--ext=mjs", "-", ...args]
    : ["--input-type=module", "--eval", source, "--", ...args];
  const [program, words] = shell
    ? ["sh", ["-c", shell, process.execPath, ...flags]]
    : [process.execPath, flags];
  // From within the package, so that the child finds it by its name.
  const child = spawn(program, words, {
    cwd: new URL("../..", import.meta.url),
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  child.stdin
    .on("error", () => undefined)
    .end(isDeno ? `process.argv.splice(1, 1); ${source}` : "");
  return child;
}

/**
 * Runs `source` like {@link startChild} and tells how it ended. A child that hangs is killed in the
 * end, which shows as its signal.
 */
export function runChild(source: string, options: ChildOptions = {}): Promise<Ended> {
  const child = startChild(source, options);
  const ended: Ended = { code: null, signal: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (ended.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (ended.stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ ...ended, code, signal }));
  });
}

/** The first lines of a child that calls `gc()` to collect all garbage. */
export const collector = `
  import { setFlagsFromString } from "node:v8";
  import { runInNewContext } from "node:vm";
  setFlagsFromString("--expose-gc");
  const gc = globalThis.Bun ? () => Bun.gc(true) : runInNewContext("gc");
`;

/** For the source of a child: makes a call at each depth from the fullest stack on. */
export const fullStack = `
  const unlessFull = (call) => {
    try {
      call();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  };
  // From another height of the stack in each of twenty rounds.
  const atFullStack = (round, call) => {
    const deep = () => {
      unlessFull(deep);
      unlessFull(call);
    };
    const padded = (depth) => (depth === 0 ? unlessFull(deep) : padded(depth - 1));
    padded(round % 20);
  };
`;

/** Deno prints what ends a worker, even where that is handled, or the process ends anyway. */
export const printsWorkerErrors = process.versions.deno !== undefined;

/** Asserts that a child ended by itself and well. */
export function assertEndedWell(ended: Ended): void {
  assert.deepEqual(
    { code: ended.code, signal: ended.signal },
    { code: 0, signal: null },
    `${ended.stderr}\n${ended.stdout}`,
  );
}

let left = 0;

afterEach(async () => {
  try {
    await until(() => addon.openSockets() <= left, "all sockets of the test to be closed");
  } finally {
    // The next test is not to blame for them.
    left = addon.openSockets();
  }
});

after(() => {
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  // They may keep the process alive, and all other tests waiting. The runner has the results by then.
  if (left > 0) setTimeout(() => process.exit(1), 1000).unref();
});
