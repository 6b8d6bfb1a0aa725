// Instructions per message and per round trip, from callgrind: `await send` and `for await` over inproc on one
// thread. Two runs that differ in nothing but the number of messages are subtracted, so that start-up and
// compiling cancel.
// Usage: npm run bench -- --instructions

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load, moduleNames } from "./contestants.mjs";
import { startProgram } from "./processes.mjs";
import { median } from "./statistics.mjs";
import { table } from "./table.mjs";

const self = fileURLToPath(import.meta.url);
const size = 64;
const few = 20_000;
const many = 60_000;
// One thread does all the work of V8, whose helpers would be counted by chance; the heap grows once.
const flags = ["--single-threaded", "--predictable-gc-schedule", "--max-semi-space-size=64"];

export async function main(options) {
  const rounds = Number(options.rounds ?? 3);
  if (spawnSync("valgrind", ["--version"]).status !== 0) {
    console.log("skipped: instructions: valgrind is not installed");
    return;
  }
  console.log(`callgrind, inproc, ${size} B, ${rounds} rounds of ${few} and ${many} messages`);
  const rows = [];
  for (const module of moduleNames) {
    const sent = [];
    const both = [];
    const trips = [];
    for (let round = 0; round < rounds; round += 1) {
      sent.push(await perMessage(module, "send"));
      both.push(await perMessage(module, "both"));
      trips.push(await perMessage(module, "trip"));
    }
    const received = both.map((count, round) => count - sent[round]);
    rows.push([module, ...[sent, received, both, trips].flatMap((counts) => describe(counts))]);
  }
  const heads = ["send", "receive", "both", "round trip"].flatMap((head) => [head, "spread"]);
  console.log(table(["instructions per message", ...heads], rows));
}

function describe(counts) {
  const middle = median(counts);
  const spread = (Math.max(...counts) - Math.min(...counts)) / middle;
  return [String(Math.round(middle)), `${(spread * 100).toFixed(1)} %`];
}

async function perMessage(module, role) {
  const [less, more] = [await measure(module, role, few), await measure(module, role, many)];
  return (more - less) / (many - few);
}

async function measure(module, role, messages) {
  const directory = mkdtempSync(join(tmpdir(), "zmqx-bench-"));
  try {
    const file = join(directory, "callgrind.out");
    const tool = ["--tool=callgrind", `--callgrind-out-file=${file}`, "--smc-check=all-non-file"];
    const words = [...tool, process.execPath, ...flags, self, module, role, String(messages)];
    await startProgram("valgrind", words).output;
    return Number(/^(?:summary|totals): (\d+)/m.exec(readFileSync(file, "utf8"))[1]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

// Under callgrind much more time passes, for which zmqx would let the event loop go on much more often.
function stopClock() {
  const { hrtime } = process;
  const start = hrtime();
  process.hrtime = () => {
    hrtime();
    return start;
  };
}

/** What callgrind watches. Without high-water mark, all is sent before anything is received. */
async function pass(module, role, messages) {
  const zmq = load(module);
  if (role === "trip") return goRound(zmq, messages);
  const pull = new zmq.Pull({ receiveHighWaterMark: 0 });
  await pull.bind("inproc://instructions");
  const push = new zmq.Push({ sendHighWaterMark: 0 });
  push.connect("inproc://instructions");
  const message = Buffer.alloc(size, 1);
  for (let i = 0; i < messages; i += 1) await push.send(message);
  if (role === "send") return;

  let left = messages;
  for await (const _ of pull) {
    left -= 1;
    if (left === 0) return;
  }
}

async function goRound(zmq, trips) {
  const reply = new zmq.Reply();
  await reply.bind("inproc://instructions");
  const request = new zmq.Request();
  request.connect("inproc://instructions");
  const message = Buffer.alloc(size, 1);
  const asking = (async () => {
    for (let i = 0; i < trips; i += 1) {
      await request.send(message);
      await request.receive();
    }
  })();
  for (let i = 0; i < trips; i += 1) await reply.send(await reply.receive());
  await asking;
}

if (process.argv[1] === self) {
  const [module, role, messages] = process.argv.slice(2);
  stopClock();
  await pass(module, role, Number(messages));
  process.exit();
}
