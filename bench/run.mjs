// Runs all trials, or the named ones, in one interleaved run, and writes results, table and plots.
// Usage: npm run bench -- [--quick] [--rounds=N] [--before=<checkout>] [--docs] [names of trials]
//        npm run bench -- --list | --instructions | --report [--docs] [result file]

import { parseArgs } from "node:util";

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    rounds: { type: "string" },
    before: { type: "string" },
    docs: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    instructions: { type: "boolean", default: false },
  },
});
// The contestants read it, in this process and in those of the trials.
if (options.before) process.env.ZMQX_BENCH_BEFORE = options.before;

if (options.instructions) {
  await (await import("./instructions.mjs")).main();
} else if (options.report) {
  const { lastResultFile } = await import("./results.mjs");
  await (await import("./report.mjs")).report(words[0] ?? lastResultFile(), options);
} else {
  await (await import("./runner.mjs")).main(options, words);
}
