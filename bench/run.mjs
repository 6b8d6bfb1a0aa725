// Runs all trials, or the named ones, in one interleaved run, and writes results, table and plots.

import { parseArgs } from "node:util";

const usage = `Usage: npm run bench -- [options] [trial...]   Measure all trials, or those named
       npm run bench -- --list [trial...]     Say the names of the trials
       npm run bench -- --report [file]       Show the last result, or the given one
       npm run bench -- --instructions        Count instructions instead, with valgrind
       npm run bench -- --profile [trial...]  Show what takes the time of zmqx instead, with perf
       npm run bench -- --help                Say this

A trial is meant by words of its name: "tcp 64" means those with both.

  --quick        one round of short trials, and fewer sizes
  --rounds=N     so many rounds instead of 5, or of 3 with --instructions
  --before=DIR   let another built checkout of zmqx take part
  --apart        keep each process on a core of its own (Linux)
  --docs         write the results into docs/performance.md as well`;

let options;
let words;
try {
  ({ values: options, positionals: words } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      rounds: { type: "string" },
      before: { type: "string" },
      apart: { type: "boolean", default: false },
      docs: { type: "boolean", default: false },
      report: { type: "boolean", default: false },
      instructions: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
    },
  }));
  if (!/^[1-9]\d*$/.test(options.rounds ?? "1")) {
    throw new RangeError(`Cannot run "${options.rounds}" rounds: give a whole number from 1`);
  }
} catch (error) {
  console.error(`${error.message}\n\n${usage}`);
  process.exit(1);
}
// The contestants read it, in this process and in those of the trials.
if (options.before) process.env.ZMQX_BENCH_BEFORE = options.before;

if (options.help) {
  console.log(usage);
} else if (options.instructions) {
  await (await import("./instructions.mjs")).main(options);
} else if (options.profile) {
  await (await import("./profile.mjs")).main(words);
} else if (options.report) {
  const { lastResultFile } = await import("./results.mjs");
  await (await import("./report.mjs")).report(words[0] ?? lastResultFile(), options);
} else {
  await (await import("./runner.mjs")).main(options, words);
}
