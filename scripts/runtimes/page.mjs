// The table of results, and its place in docs/runtimes.md: everything between the two markers is written
// here, with the list of tests that a runtime skips.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../program.mjs";

const page = join(root, "docs", "runtimes.md");
const [opening, closing] = ["<!-- results -->", "<!-- end of results -->"];

export function table(results) {
  const rows = results.map(({ runtime, version, backend, passed, failed, skipped }) =>
    [runtime, version, backend, passed, failed, skipped.length].join(" | "),
  );
  const head = "runtime | version | readiness | passed | failed | skipped";
  return [head, head.replace(/[^|]+/g, "---"), ...rows].map((row) => `| ${row} |`).join("\n");
}

export function writePage(results) {
  const text = readFileSync(page, "utf8");
  const before = text.slice(0, text.indexOf(opening) + opening.length);
  const behind = text.slice(text.indexOf(closing));
  writeFileSync(page, `${before}\n\n${table(results)}\n\n${reasons(results)}\n${behind}`);
}

/** Each reason once, with the tests that are skipped for it. */
function reasons(results) {
  const tests = Map.groupBy(
    results.flatMap(({ runtime, version, backend, skipped }) =>
      skipped.map((test) => ({ ...test, who: `${runtime} ${version}, ${backend}` })),
    ),
    ({ reason }) => reason,
  );
}
