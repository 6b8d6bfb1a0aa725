// Runs the tests under other runtimes, with the one addon built here:
// npm run test:runtimes -- [--backend=NAME] [--files=PART] [--docs] [runtime...]
// --report [--docs] shows the last results without running anything.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./program.mjs";
import { fetchRuntime, pins } from "./runtimes/fetch.mjs";
import { table, writePage } from "./runtimes/page.mjs";
import { readResults, writeResult } from "./runtimes/results.mjs";
import { runTests } from "./runtimes/run.mjs";
import { setUp } from "./setup.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: "string" },
    files: { type: "string", default: "" },
    docs: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
  },
});

const ids = positionals.length > 0 ? positionals : Object.keys(pins);
const unknown = ids.filter((id) => !pins[id]);
if (unknown.length > 0) {
  console.error(`Unknown runtime "${unknown[0]}": choose ${Object.keys(pins).join(", ")}`);
  process.exit(1);
}

const gaps = JSON.parse(readFileSync(join(root, "test", "runtimes", "gaps.json"), "utf8"));
let failures = 0;

if (!options.report) {
  await setUp({ projects: ["test", "examples"] });
  for (const id of ids) {
    const program = fetchRuntime(id);
    for (const backend of pins[id].runtime === "Node" ? ["uv", "thread"] : ["thread"]) {
      if (options.backend && options.backend !== backend) continue;
      console.log(`\n${pins[id].runtime} ${pins[id].version}, readiness "${backend}"`);
      const result = await runTests({ id, program, backend, part: options.files, gaps });
      for (const { file, name, text } of result.failed) {
        console.log(`\nFailed: ${file}: ${name}\n${text.replace(/^/gm, "  ")}`);
      }
      console.log(
        `${result.passed} passed, ${result.failed.length} failed, ${result.skipped.length} skipped`,
      );
      for (const gap of result.stale)
        console.log(`No such test any more: ${gap.file}: ${gap.name}`);
      failures += result.failed.length + result.stale.length;
      if (options.files === "") writeResult(id, backend, result);
    }
  }
}

const results = readResults();
console.log(`\n${table(results)}`);
if (options.docs) writePage(results, gaps);
if (failures > 0) process.exitCode = 1;
