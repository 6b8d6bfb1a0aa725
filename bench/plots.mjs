// SVG plots of a result: throughput against message size, and latency percentiles.

import { parse, View } from "vega";
import { compile } from "vega-lite";
import { bytes } from "./statistics.mjs";

const colors = {
  zmqx: "#0b6e99",
  "zmqx busyPoll": "#5cb8d6",
  zeromq: "#c8553d",
  native: "#8a8a8a",
  before: "#b8a13a",
};

/** By file name, without those that this run has no figures for. */
export async function drawPlots(results) {
  const specifications = {
    "throughput-tcp": throughput(results, "tcp"),
    "throughput-inproc": throughput(results, "inproc"),
    latency: latency(results),
  };
  const plots = {};
  for (const [name, specification] of Object.entries(specifications)) {
    if (specification.data.values.length > 0) plots[name] = await draw(specification);
  }
  return plots;
}

function throughput(results, transport) {
  const values = casesOf(results, "throughput")
    .filter(({ facts }) => facts.transport === transport)
    .flatMap(({ key, facts }) =>
      measured(results, key, "rate").map(([contestant, rate]) => ({
        size: facts.size,
        contestant,
        rate,
      })),
    );
  const label = `{${[...new Set(values.map(({ size }) => size))].map((size) => `"${size}": "${bytes(size)}"`)}}[datum.value]`;
  return {
    title: `One way over ${transport}`,
    width: 560,
    height: 320,
    data: { values },
    mark: { type: "line", point: true },
    encoding: {
      x: {
        field: "size",
        type: "quantitative",
        scale: { type: "log", base: 2 },
        axis: {
          title: "message size",
          values: [...new Set(values.map(({ size }) => size))],
          labelExpr: label,
          labelFlush: false,
          labelOverlap: false,
        },
      },
      y: {
        field: "rate",
        type: "quantitative",
        scale: { type: "log" },
        axis: { title: "messages per second", format: "~s", tickCount: 6 },
      },
      color: colorOf(values),
    },
  };
}

function latency(results) {
  const percentiles = { p50: "p50", p99: "p99", p999: "p99.9" };
  const values = casesOf(results, "round trip").flatMap(({ key, label }) =>
    Object.entries(percentiles).flatMap(([metric, percentile]) =>
      measured(results, key, metric).map(([contestant, time]) => ({
        label,
        percentile,
        contestant,
        time,
      })),
    ),
  );
  return {
    title: "Round trips",
    data: { values },
    facet: { column: { field: "label", type: "nominal", title: null } },
    spec: {
      width: 150,
      height: 260,
      mark: "bar",
      encoding: {
        x: { field: "percentile", type: "ordinal", title: null, axis: { labelAngle: 0 } },
        xOffset: { field: "contestant", sort: Object.keys(colors) },
        y: {
          field: "time",
          type: "quantitative",
          scale: { type: "log", domainMin: 1 },
          stack: null,
          axis: { title: "µs", tickCount: 5 },
        },
        // A bar on a logarithmic scale has no zero to stand on.
        y2: { datum: 1 },
        color: colorOf(values),
      },
    },
  };
}

function casesOf(results, group) {
  return [...results.cases.values()].filter((one) => one.group === group);
}

function measured(results, key, metric) {
  return Object.keys(colors)
    .map((contestant) => [contestant, results.value(key, contestant, metric)])
    .filter(([, value]) => value !== undefined);
}

function colorOf(values) {
  const domain = Object.keys(colors).filter((name) =>
    values.some((one) => one.contestant === name),
  );
  const range = domain.map((name) => colors[name]);
  return { field: "contestant", type: "nominal", title: null, scale: { domain, range } };
}

async function draw(specification) {
  const { spec } = compile({ background: "white", padding: 12, ...specification });
  const view = new View(parse(spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return `${svg}\n`;
}
