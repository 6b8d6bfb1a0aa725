// Runs all trials, or the named ones, in one interleaved run, and writes results, table and plots.
// Usage: npm run bench -- [--quick] [--rounds=N] [--before=<checkout>] [words of the trials to run]

import { parseArgs } from "node:util";

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    rounds: { type: "string" },
    before: { type: "string" },
    docs: { type: "boolean", default: false },
    instructions: { type: "boolean", default: false },
  },
});
// The contestants read it, in this process and in those of the trials.
if (options.before) process.env.ZMQX_BENCH_BEFORE = options.before;

const { main } = await import("./runner.mjs");
await main(options, words);
