// Runs the compiled test files under one runtime and tells what each test did. Node's own runner takes
// all files at once; Bun and Deno get one process per file, so that a crash ends that file only.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { root } from "../program.mjs";
import { directory, pins } from "./fetch.mjs";

const compiled = join(root, "build", "test");
const support = (name) => join(root, "scripts", "runtimes", name);

// The limit is no measurement: it turns a test that hangs into one that fails.
const limit = 3 * 60_000;

const commands = {
  Node: (files, record) => [
    ...["--test", "--enable-source-maps", `--test-timeout=${limit}`],
    ...[`--test-concurrency=${availableParallelism()}`],
    ...[`--test-reporter=${support("node.mjs")}`, `--test-reporter-destination=${record}`],
    ...files,
  ],
  Bun: ([file]) => ["test", `--timeout=${limit}`, `--preload=${support("bun.mjs")}`, `./${file}`],
  Deno: ([file]) => [
    ...["test", "--allow-all", "--no-check", "--no-lock", `--import-map=${support("deno.json")}`],
    file,
  ],
};

/** Gives { passed, failed: { file, name, text }[], skipped: { file, name, reason }[], stale }. */
export async function runTests({ id, program, backend, part, gaps }) {
  const { runtime } = pins[id];
  // What other implementations make of zmqx is no matter of the runtime.
  const files = readdirSync(compiled, { recursive: true })
    .filter((name) => name.endsWith(".test.js") && name.includes(part))
    .filter((name) => !name.startsWith("interop"))
    .map((name) => relative(root, join(compiled, name)))
    .sort();
  const mine = gaps.filter((gap) => gap.runtimes.includes(id));
  const scratch = mkdtempSync(join(directory, "run-"));
  const result = { passed: 0, failed: [], skipped: [], stale: [] };

  const runSome = async (index, some) => {
    const record = join(scratch, `${index}.jsonl`);
    const gapsHere = mine.filter(({ file }) => some.includes(pathOf(file)));
    const ended = await start(program, commands[runtime](some, record), {
      // Deno takes the code of an earlier build from its cache, if that was at the same path and as long.
      DENO_DIR: join(scratch, "deno"),
      ZMQX_READINESS: backend,
      ZMQX_TEST_RECORD: record,
      ZMQX_TEST_GAPS: JSON.stringify(
        Object.fromEntries(gapsHere.map(({ name, reason }) => [name, reason])),
      ),
    });
    const tests = readRecord(record);
    count(result, tests, some, ended);
    const names = new Set(tests.map(({ name }) => name));
    result.stale.push(...gapsHere.filter(({ name }) => !names.has(name)));
  };

  if (runtime === "Node") {
    await runSome(0, files);
  } else {
    const left = files.entries();
    const work = async () => {
      for (const [index, file] of left) await runSome(index, [file]);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  }
  rmSync(scratch, { recursive: true });
  return result;
}

const pathOf = (file) => join("build", "test", `${file}.test.js`);
// Node tells the place in the source, where a source map leads there.
const nameOf = (path) => path.replace(/^(.*\/)?test\//, "").replace(/\.test\.[jt]s$/, "");

/** The last line about each test is what it did; a test that only began has none. */
function readRecord(record) {
  if (!existsSync(record)) return [];
  const lines = readFileSync(record, "utf8").split("\n").filter(Boolean);
  const tests = lines.map((line) => JSON.parse(line));
  return [...new Map(tests.map((test) => [test.id, test])).values()];
}

function count(result, tests, files, ended) {
  const before = result.failed.length;
  for (const test of tests) {
    const file = nameOf(test.file ? relative(root, test.file) : files[0]);
    if (test.passed) result.passed++;
    else if (test.skipped) result.skipped.push({ file, name: test.name, reason: test.skipped });
    else result.failed.push({ file, name: test.name, text: test.failed ?? "never ended" });
  }
  // A hook, or a crash when all was done, or a file that could not even be loaded.
  const isBad = ended.code !== 0 || tests.length === 0;
  const mute = result.failed.slice(before).every(({ text }) => text === "never ended");
  if (!isBad || !mute) return;
  const how = ended.signal ? `ended by ${ended.signal}` : `exit code ${ended.code}`;
  const file = files.length === 1 ? nameOf(files[0]) : "all files";
  result.failed.push({ file, name: "(the process)", text: `${how}\n${ended.output.slice(-4000)}` });
}

function start(program, words, environment) {
  const child = spawn(program, words, {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // Node has a limit for each test.
    ...(words[0] === "--test" ? {} : { timeout: limit, killSignal: "SIGKILL" }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, output }));
  });
}
