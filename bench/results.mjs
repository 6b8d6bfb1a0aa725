// Result files: JSON lines, the first about the run, then one per sample; and what is computed from them.

import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./statistics.mjs";

export const directory = fileURLToPath(new URL("results", import.meta.url));

export function createResultFile(run) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${run.date.replaceAll(":", "-")}.jsonl`);
  writeFileSync(file, `${JSON.stringify({ kind: "run", ...run })}\n`);
  return file;
}

export function appendSample(file, sample) {
  appendFileSync(file, `${JSON.stringify({ kind: "sample", ...sample })}\n`);
}

export function lastResultFile() {
  let files = [];
  try {
    files = readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
  } catch {}
  if (files.length === 0) throw new Error('There is no result yet: run "npm run bench" first');
  return join(directory, files.sort().at(-1));
}

export function readResults(file) {
  const [run, ...samples] = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return new Results(run, samples);
}

class Results {
  #samples;

  constructor(run, samples) {
    this.run = run;
    this.#samples = samples;
    this.cases = new Map(
      samples.map(({ key, group, label, facts }) => [key, { key, group, label, facts }]),
    );
  }

  contestants(group) {
    const samples = this.#samples.filter((sample) => sample.group === group);
    return [...new Set(samples.map((sample) => sample.contestant))];
  }

  /** Median of the rounds, or undefined where it was not measured. */
  value(key, contestant, metric) {
    const values = [...this.#byRound(key, contestant, metric).values()];
    return values.length > 0 ? median(values) : undefined;
  }

  /** Median of the ratios of each round; where both are nothing they are equal. */
  ratio(key, contestant, against, metric) {
    const divisors = this.#byRound(key, against, metric);
    const ratios = [...this.#byRound(key, contestant, metric)]
      .filter(([round]) => divisors.has(round))
      .map(([round, value]) => (value === divisors.get(round) ? 1 : value / divisors.get(round)));
    return ratios.length > 0 ? median(ratios) : undefined;
  }

  #byRound(key, contestant, metric) {
    return new Map(
      this.#samples
        .filter((sample) => sample.key === key && sample.contestant === contestant)
        .filter((sample) => Number.isFinite(sample.metrics[metric]))
        .map((sample) => [sample.round, sample.metrics[metric]]),
    );
  }
}
