// The demo as its user runs it: a process of its own, on a small directory.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

// The demo is compiled apart from the tests: its modules are found at run time.
const demoModules = new URL("../../examples/digest/", import.meta.url);
const { differences } = await import(`${demoModules}check.js`);
const { carriedBytes } = await import(`${demoModules}messages.js`);
const { lineDisplay } = await import(`${demoModules}progress.js`);
const { run } = await import(`${demoModules}run.js`);
const main = fileURLToPath(`${demoModules}main.js`);
const fileCount = 62;
let home = "";
let files = "";
let sockets = "";

before(async () => {
  home = await mkdtemp(join(tmpdir(), "demo-"));
  files = join(home, "files");
  sockets = join(home, "sockets");
  await mkdir(sockets);
  await mkdir(join(files, "deep", "er"), { recursive: true });
  for (let n = 0; n < 60; n++) {
    const place = n % 3 === 0 ? join("deep", "er") : "";
    await writeFile(join(files, place, `bytes-${n}`), Buffer.alloc(n * 997, n));
  }
  await writeFile(join(files, "ØMQ \u{1f98a}.bin"), Buffer.from([0, 255, 0, 10, 13]));
  await writeFile(join(files, "larger than one message"), Buffer.alloc(carriedBytes + 1, 7));
});

after(() => rm(home, { recursive: true }));

function start(...args: string[]) {
  const env = { ...process.env, TMPDIR: sockets, TEMP: sockets, TMP: sockets };
  return spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Resolves when the program and every process that holds its output have ended. */
async function outcome(child: ReturnType<typeof start>) {
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code, errors, output, lines: output.split("\n") };
}

const demo = (...args: string[]) => outcome(start(...args));

/** A directory that takes hours to digest. */
async function endless(name: string): Promise<string> {
  const directory = join(home, name);
  await mkdir(directory);
  for (const file of ["a", "b", "c", "d"]) {
    await writeFile(join(directory, file), "");
    await truncate(join(directory, file), 2 ** 40);
  }
  return directory;
}

function amounts(lines: string[], pattern: RegExp): number[] {
  return lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).map(Number);
}

test("`npm run demo` exits with 0 when all digests match, and every worker had a share", async () => {
  const { code, output, lines, errors } = await demo(files);
  assert.equal(errors, "");
  assert.equal(code, 0, output);
  assert.match(output, new RegExp(`All ${fileCount} digests match those of a single process`));
  const shares = amounts(lines, /^(?:process|thread)-[12] +(\d+) +\d+ +[\d.]+ %$/);
  assert.equal(shares.length, 4);
  assert.ok(
    shares.every((share) => share > 0),
    output,
  );
  assert.equal(
    shares.reduce((sum, share) => sum + share),
    fileCount,
  );
  assert.match(output, /^0 files re-sent/m);
});

test("`npm run demo` prints plain progress up to the end where there is no terminal", async () => {
  const { lines } = await demo(files);
  const progress = amounts(lines, /^(\d+) of 62 files, [\d.]+ MB$/);
  assert.ok(progress.length > 1);
  assert.equal(progress[0], 0);
  assert.equal(progress.at(-1), fileCount);
});

test("`npm run demo` asks its control socket for the status in the middle of the run", async () => {
  const { output } = await demo(files);
  assert.match(output, /Status: send "status" from a REQ socket to (ipc|tcp):\/\//);
  const status = JSON.parse(/^Status: (\{.*\})$/m.exec(output)?.[1] ?? "null");
  assert.equal(status.totalFiles, fileCount);
  assert.ok(status.files <= fileCount / 2);
  assert.deepEqual(status.workers, ["process-1", "process-2", "thread-1", "thread-2"]);
});

test("`npm run demo -- --kill` names what was lost, re-sends just that, and matches", async () => {
  const { code, output, lines, errors } = await demo(files, "--kill");
  assert.equal(errors, "");
  assert.equal(code, 0, output);
  assert.match(output, new RegExp(`Killed process-1 when \\d+ of ${fileCount} files were sent`));
  assert.match(output, new RegExp(`All ${fileCount} digests match`));

  const lost = amounts(lines, /^Lost with process-1 \(SIGKILL\): (\d+) files?$/);
  const [resent] = amounts(lines, /^Re-sent to the other workers: (\d+) files?$/);
  const named = lines.filter((line) => line.startsWith("  "));
  const known = await readdir(files, { recursive: true });
  assert.equal(
    lost.reduce((sum, number) => sum + number, 0),
    named.length,
  );
  assert.equal(resent, named.length);
  for (const line of named) assert.ok(known.includes(line.slice(2)), line);
  // Where the worker can be frozen first, it has something in its hands when it dies.
  if (process.platform !== "win32") assert.ok(named.length > 0);
});

test("`npm run demo` works with processes only, and with threads only", async () => {
  for (const args of [
    ["--threads", "0"],
    ["--workers", "0", "--threads", "1"],
  ]) {
    const { code, output, errors } = await demo(files, ...args);
    assert.equal(code, 0, output + errors);
  }
});

test("`npm run demo` on an empty directory has nothing that differs", async () => {
  const empty = join(home, "empty");
  await mkdir(empty);
  for (const args of [[], ["--kill"]]) {
    const { code, output, errors } = await demo(empty, ...args);
    assert.equal(code, 0, output + errors);
  }
});

test("`npm run demo` exits with 1 when a file does not stay the same", {
  skip: process.platform !== "linux" && "needs a file that reads differently every time",
}, async () => {
  const { code, output } = await demo("/proc/sys/kernel/random");
  assert.equal(code, 1);
  assert.match(
    output,
    /^uuid: the workers say [0-9a-f]{64}, one process alone says [0-9a-f]{64}$/m,
  );
});

test("`npm run demo` exits with 1 and says why when it is asked for what it cannot do", async () => {
  const cases: [string[], RegExp][] = [
    [[join(home, "missing")], /^Cannot list ".*missing"/],
    [[files, "--workers", "many"], /^Expected --workers .* got "many"/],
    [[files, "--workers", "0", "--threads", "0"], /got none/],
    [[files, "--workers", "0", "--kill"], /^Cannot kill a worker process/],
    [[files, "--no-such-option"], /--no-such-option/],
  ];
  for (const [args, reason] of cases) {
    const { code, errors } = await demo(...args);
    assert.equal(code, 1, errors);
    assert.match(errors, reason);
  }
});

test("`npm run demo` ends on SIGTERM, even while its workers are busy", {
  skip: process.platform === "win32" && "needs signals and sparse files",
}, async () => {
  const child = start(await endless("for SIGTERM"));
  child.stdout.once("data", () => child.kill("SIGTERM"));
  const { code, errors } = await outcome(child);
  assert.equal(errors, "Stopped by SIGTERM\n");
  assert.equal(code, 1);
});

test("`run()` gives false when the digests of its workers are wrong", async () => {
  const lines: string[] = [];
  const plan = {
    directory: files,
    processes: 1,
    threads: 1,
    kill: false,
    worker: new URL("corrupt.js", import.meta.url),
  };
  const display = lineDisplay((line: string) => lines.push(line));
  assert.equal(await run(plan, display), false);
  // bytes-7, -17, -27, -37, -47 and -57
  assert.ok(lines.includes(`6 digests of ${fileCount} missing or different`), lines.join("\n"));
});

test("`run()` rejects when a worker cannot start", async () => {
  const plan = {
    directory: files,
    processes: 1,
    threads: 1,
    kill: false,
    worker: new URL("quit.js", import.meta.url),
  };
  const silent = lineDisplay(() => {});
  await assert.rejects(
    run(plan, silent),
    /^Error: Cannot start (thread|process)-1 \(exit code 3\)/,
  );
});

test("`differences()` names a digest that is wrong, missing, or has nothing to compare with", () => {
  const all = ["same", "wrong", "missing", "unreadable"].map((name) => ({ name, size: 1 }));
  const expected = new Map([
    ["same", "aa"],
    ["wrong", "bb"],
    ["missing", "cc"],
  ]);
  const received = new Map([
    ["same", "aa"],
    ["wrong", "b0"],
    ["unreadable", "dd"],
  ]);
  assert.deepEqual(differences(all, expected, received), [
    "wrong: the workers say b0, one process alone says bb",
    "missing: the workers say nothing, one process alone says cc",
    "unreadable: the workers say dd, one process alone says nothing",
  ]);
  assert.deepEqual(differences(all.slice(0, 1), expected, received), []);
});

test("`npm run demo` leaves no socket file behind", async () => {
  assert.deepEqual(await readdir(sockets), []);
});

test("`npm run demo` takes its workers with it when it is killed", {
  skip: process.platform === "win32" && "needs sparse files",
}, async () => {
  const child = start(await endless("for SIGKILL"));
  child.stdout.on("data", (text) => /Ready/.test(text) && child.kill("SIGKILL"));
  await outcome(child);
  assert.equal(child.signalCode, "SIGKILL");
});
