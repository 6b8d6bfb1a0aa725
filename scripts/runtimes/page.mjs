// The table of results, and its place in docs/runtimes.md: everything between the two markers is written
// here, with the tests that were skipped and why.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../program.mjs";

const page = join(root, "docs", "runtimes.md");
const [opening, closing] = ["<!-- results -->", "<!-- end of results -->"];

export function table(results) {
  const head = ["runtime", "version", "readiness", "passed", "failed", "skipped"];
  const rows = results.map(({ runtime, version, backend, passed, failed, skipped }) => [
    runtime,
    version,
    backend,
    passed,
    failed,
    skipped.length,
  ]);
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export function writePage(results) {
  const text = readFileSync(page, "utf8");
  const [from, to] = [text.indexOf(opening), text.indexOf(closing)];
  if (from < 0 || to < from) throw new Error(`Cannot write "${page}": the markers are not there`);
  const before = text.slice(0, from + opening.length);
  const written = `${before}\n\n${table(results)}\n\n${skips(results)}\n\n${text.slice(to)}`;
  writeFileSync(page, written);
}

/** Each reason once, under the runtimes that have it, with the tests that are skipped for it. */
function skips(results) {
  const runtimes = new Map();
  for (const { runtime, skipped } of results) {
    for (const { file, name, reason } of skipped) {
      const key = reason === true ? "no reason given" : reason;
      const entry = runtimes.get(key) ?? { tests: new Set(), names: new Set() };
      entry.names.add(runtime);
      entry.tests.add(`  - ${file}: ${name.replaceAll("<", "&lt;")}`);
      runtimes.set(key, entry);
    }
  }
  return [...runtimes]
    .map(([reason, { names, tests }]) => {
      return `- ${[...names].join(", ")}: ${reason}\n${[...tests].join("\n")}`;
    })
    .join("\n");
}
