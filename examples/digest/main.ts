// Reads the arguments, picks the display, and turns the verdict into an exit code.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { barDisplay, lineDisplay } from "./progress.js";
import { type Plan, run } from "./run.js";

const usage = `Usage: npm run demo [-- DIR] [--workers N] [--threads N] [--kill]

Digests every file below DIR (by default the vendored libzmq) in worker processes and threads.
  --workers N   worker processes, 2 unless given
  --threads N   worker threads, 2 unless given
  --kill        kill a worker process halfway, and send again what was lost with it`;

function plan(): Plan | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      workers: { type: "string", default: "2" },
      threads: { type: "string", default: "2" },
      kill: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  if (positionals.length > 1) throw new Error(`Expected one directory, got ${positionals.length}`);
  const vendored = fileURLToPath(new URL("../../../vendor/libzmq", import.meta.url));
  const processes = amount("--workers", values.workers);
  const threads = amount("--threads", values.threads);
  const kill = values.kill === true;
  if (processes + threads === 0) throw new Error("Expected a worker or a thread, got none");
  if (kill && (processes === 0 || processes + threads < 2)) {
    throw new Error("Cannot kill a worker process: one and another worker are needed");
  }
  return {
    directory: resolve(positionals[0] ?? vendored),
    processes,
    threads,
    kill,
    worker: new URL("worker.js", import.meta.url),
  };
}

function amount(option: string, value = ""): number {
  if (!/^\d{1,3}$/.test(value)) {
    throw new Error(`Expected ${option} to be a number from 0 to 999, got "${value}"`);
  }
  return Number(value);
}

// A stop from outside ends the run in order, so that no worker and no socket file stays behind.
const trouble = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => trouble.abort(new Error(`Stopped by ${signal}`)));
}

// Set, not exit(): the program ends by itself, which shows that all it opened is closed.
process.exitCode = 1;
try {
  const asked = plan();
  const display = process.stdout.isTTY ? barDisplay() : lineDisplay(console.log);
  if (!asked) console.log(usage);
  if (!asked || (await run(asked, display, trouble))) process.exitCode = 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
}
