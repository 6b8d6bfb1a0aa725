// The interleaved run: in each round every trial, and in each trial all contestants one after the other,
// in an order that rotates from round to round.

import { Skip } from "./contestants.mjs";
import { describeMachine, describeVersions } from "./machine.mjs";
import { buildNative } from "./native.mjs";
import { endAll, keepApart } from "./processes.mjs";
import { report } from "./report.mjs";
import { appendSample, createResultFile } from "./results.mjs";
import { figure } from "./statistics.mjs";

const files = ["throughput", "fan-out", "latency", "timer", "memory", "sockets", "instead"];

export async function main(options, words) {
  const plan = options.quick
    ? { quick: true, warmUp: 60, duration: 200, patience: 20_000 }
    : { quick: false, warmUp: 300, duration: 1000, patience: 120_000 };
  const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
  const chosen = await chooseCases(plan, words);
  if (chosen.length === 0) return;
  if (options.list) {
    console.log(chosen.map(({ key }) => key).join("\n"));
    return;
  }

  await buildNative();
  if (options.apart) keepApart();
  const command = ["npm run bench", ...commandWords()].join(" ");
  const run = {
    date: new Date().toISOString(),
    command,
    rounds,
    quick: options.quick,
    selected: words,
    machine: describeMachine(),
    versions: describeVersions(),
  };
  console.log(`${command}\n${Object.values(run.machine).join(", ")}`);
  console.log(
    Object.entries(run.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  );

  const file = createResultFile(run);
  const failures = await runRounds(chosen, rounds, plan.patience, (sample) =>
    appendSample(file, sample),
  );
  await report(file, { docs: options.docs });
  if (failures > 0) {
    console.error(`${failures} trials failed`);
    process.exitCode = 1;
  }
}

/** Those that the words mean. Where there are none, says so, for a process that fails. */
export async function chooseCases(plan, words) {
  const trials = await Promise.all(files.map((name) => import(`./trials/${name}.mjs`)));
  const cases = trials.flatMap((trial) => trial.cases(plan));
  const chosen = cases.filter(({ key }) => isChosen(key, words));
  if (chosen.length === 0) {
    console.error(`No trial is called "${words.join('" or "')}": --list names them`);
    process.exitCode = 1;
  }
  return chosen;
}

/** A trial is chosen when its name has all the words of one argument: "tcp 64" or "round". */
function isChosen(key, words) {
  if (words.length === 0) return true;
  const own = key.split(" ");
  return words.some((argument) => argument.split(" ").every((word) => own.includes(word)));
}

function commandWords() {
  const words = process.argv.slice(2).map((word) => (word.includes(" ") ? `"${word}"` : word));
  return words.length > 0 ? ["--", ...words] : [];
}

async function runRounds(chosen, rounds, patience, keep) {
  const skipped = new Set();
  let failures = 0;
  for (let round = 1; round <= rounds; round += 1) {
    for (const { key, group, label, facts, contestants } of chosen) {
      const figures = [];
      for (const contestant of rotated(Object.keys(contestants), round)) {
        const name = `${key} ${contestant}`;
        if (skipped.has(name)) continue;
        try {
          const metrics = await withPatience(patience, contestants[contestant]);
          keep({ key, group, label, facts, contestant, round, metrics });
          figures.push(`${contestant} ${figure(Object.values(metrics)[0])}`);
        } catch (error) {
          if (error instanceof Skip) {
            skipped.add(name);
            console.log(`skipped: ${key}, ${contestant}: ${error.message}`);
          } else {
            failures += 1;
            console.error(`failed: ${key}, ${contestant}: ${error.message}`);
          }
        } finally {
          endAll();
        }
      }
      console.log(`[${round}/${rounds}] ${key}: ${figures.join(", ")}`);
    }
  }
  return failures;
}

function rotated(names, round) {
  const start = (round - 1) % names.length;
  return [...names.slice(start), ...names.slice(0, start)];
}

async function withPatience(patience, run) {
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result in ${patience / 1000} s`)), patience);
  });
  try {
    return await Promise.race([run(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
