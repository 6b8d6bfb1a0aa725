// Writes a result as Markdown and SVG beside its file, and, when asked, into docs/.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./contestants.mjs";
import { drawPlots } from "./plots.mjs";
import { readResults } from "./results.mjs";
import { figure } from "./statistics.mjs";
import { table } from "./table.mjs";
import { judge, verdictTable } from "./verdict.mjs";

const docs = join(root, "docs");
const begin = "<!-- results: written by the bench, do not edit -->";
const end = "<!-- end of results -->";

const sections = [
  { title: "One way, messages per second", group: "throughput", metrics: ["rate"] },
  { title: "Three frames, messages per second", group: "3 frames", metrics: ["rate"] },
  {
    title: "Batches (zmqx: `sendMany()` → `batches()`; zeromq: one by one), messages per second",
    group: "batches",
    metrics: ["rate"],
  },
  { title: "PUB fan-out over tcp, deliveries per second", group: "fan-out", metrics: ["rate"] },
  { title: "CURVE, messages per second", group: "curve", metrics: ["rate"] },
  {
    title: "Native sender, JavaScript receiver, messages per second",
    group: "from native",
    metrics: ["rate"],
  },
  { title: "CPU of the receiver, µs per message", group: "throughput", metrics: ["cpu"] },
  { title: "Round trips, µs", group: "round trip", metrics: ["mean", "p50", "p99", "p999", "cpu"] },
  {
    title: "Round trips with a native program on the other end, µs",
    group: "round trip with native",
    metrics: ["mean", "p50", "p99", "p999", "cpu"],
  },
  {
    title: "Round trips of 1 byte over tcp by `busyPoll`, by who is on the other end, µs",
    group: "busy polling",
    metrics: ["mean", "p50", "p99", "cpu"],
  },
  {
    title: "Lateness of a timer, µs, and messages received per second",
    group: "timer",
    metrics: ["p50", "p99", "rate"],
  },
  { title: "Memory of a receiver, MiB", group: "memory", metrics: ["growth", "pinned"] },
  { title: "Sockets", group: "sockets", metrics: ["rate", "memory", "time"] },
  { title: "Idle, ms of CPU per second", group: "idle", metrics: ["cpu"] },
  {
    title: "What one would pick instead, messages per second",
    group: "instead",
    metrics: ["rate"],
  },
];

const names = {
  p999: "p99.9",
  cpu: "CPU",
  memory: "KiB of memory for each",
};

export async function report(file, options) {
  const results = readResults(file);
  const text = tablesOf(results);
  writeFileSync(file.replace(/\.jsonl$/, ".md"), `${text}\n`);
  const plots = await drawPlots(results);
  for (const [name, svg] of Object.entries(plots)) {
    writeFileSync(file.replace(/\.jsonl$/, `-${name}.svg`), svg);
  }
  console.log(`\n${text}\n\nWritten to ${relative(process.cwd(), file)}`);
  if (options.docs) writeDocs(text, plots);
}

function tablesOf(results) {
  const { run } = results;
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  const parts = [
    [
      `\`${run.command}\`, ${run.date.slice(0, 10)}: medians of interleaved rounds: ${run.rounds}.`,
      `${run.machine.cpu}, ${run.machine.cores} cores, ${run.machine.memory}, ${run.machine.system};`,
      `${versions.join(", ")}.`,
    ].join("\n"),
  ];
  for (const { title, group, metrics } of sections) {
    const lines = sectionTable(results, group, metrics);
    if (lines) parts.push(`### ${title}`, lines);
  }
  const pipelined = pipelining(results);
  if (pipelined) parts.push("### One way against round trips", pipelined);
  const { rows } = judge(results);
  if (rows.length > 0) parts.push("### Against the floors", verdictTable(rows));
  return parts.join("\n\n");
}

// Z4: what a program gains that does not wait for each answer.
function pipelining(results) {
  const rate = results.value("throughput tcp 1", "zmqx", "rate");
  const microseconds = results.value("round trip tcp 1", "zmqx", "mean");
  if (rate === undefined || microseconds === undefined) return undefined;
  const count = Math.round((rate * microseconds) / 1e6);
  return `In the time of one round trip of 1 byte over tcp, ${count} messages of 1 byte go one way.`;
}

function sectionTable(results, group, metrics) {
  const cases = [...results.cases.values()].filter((one) => one.group === group);
  if (cases.length === 0) return undefined;

  const rows = cases.flatMap(({ key, label }) =>
    metrics.map((metric) => ({
      key,
      metric,
      label: metrics.length > 1 ? `${label}, ${names[metric] ?? metric}` : label,
    })),
  );
  const measured = (row, contestant) => results.value(row.key, contestant, row.metric);
  const has = (contestant) => rows.some((row) => measured(row, contestant) !== undefined);
  const contestants = results.contestants(group).filter(has);
  const divisors = contestants.includes("zmqx")
    ? contestants.filter((name) => ["zeromq", "native", "before"].includes(name))
    : [];
  const cells = rows
    .filter((row) => contestants.some((contestant) => measured(row, contestant) !== undefined))
    .map((row) => [
      row.label,
      ...contestants.map((contestant) => figure(measured(row, contestant))),
      ...divisors.map((against) => ratio(results.ratio(row.key, "zmqx", against, row.metric))),
    ]);
  return table(["", ...contestants, ...divisors.map((against) => `zmqx / ${against}`)], cells);
}

function ratio(value) {
  return value === undefined ? "–" : value.toFixed(2);
}

function writeDocs(text, plots) {
  const page = join(docs, "performance.md");
  const before = readFileSync(page, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`Cannot write "${page}": its markers are missing`);

  mkdirSync(join(docs, "performance"), { recursive: true });
  for (const [name, svg] of Object.entries(plots)) {
    writeFileSync(join(docs, "performance", `${name}.svg`), svg);
  }
  const images = Object.keys(plots).map((name) => `![${name}](performance/${name}.svg)`);
  const results = [begin, ...images, text, end].join("\n\n");
  writeFileSync(page, before.slice(0, from) + results + before.slice(to + end.length));
  console.log(`Written to ${relative(process.cwd(), page)}`);
}
