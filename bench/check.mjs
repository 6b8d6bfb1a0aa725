// Compares a result with the floors and says which fall short: npm run bench:check -- [file]
// Exit code 1 when one does, or was not measured although the run had all trials.

import { floors } from "./floors.mjs";
import { lastResultFile, readResults } from "./results.mjs";
import { table } from "./table.mjs";

const results = readResults(process.argv[2] ?? lastResultFile());
const { date, command, rounds } = results.run;
console.log(`${command}, ${date}, ${rounds} round${rounds === 1 ? "" : "s"}\n`);

// A run of chosen trials answers for those alone.
const partial = results.run.selected.length > 0;
const rows = floors.filter(({ key }) => !partial || results.cases.has(key)).map(judge);
console.log(table(["trial", "ratio of", "measured", "floor", "", "aim", ""], rows));

const short = rows.filter((row) => row[4] === "short").length;
const missing = rows.filter((row) => row[4] === "not measured").length;
console.log(`\n${short} short of their floor, ${missing} not measured`);
if (short + missing > 0) process.exitCode = 1;

function judge({ key, metric, bound, contestant, against, floor, aim }) {
  const ratio = results.ratio(key, contestant, against, metric);
  const reaches = (limit) => (bound === "least" ? ratio >= limit : ratio <= limit);
  const say = (limit, met, missed) => {
    if (limit === undefined) return "";
    if (ratio === undefined) return "not measured";
    return reaches(limit) ? met : missed;
  };
  const sign = bound === "least" ? "≥" : "≤";
  return [
    key,
    `${metric}, ${contestant} / ${against}`,
    ratio?.toFixed(2) ?? "–",
    floor === undefined ? "" : `${sign} ${floor}`,
    say(floor, "met", "short"),
    aim === undefined ? "" : `${sign} ${aim}`,
    say(aim, "reached", "not reached"),
  ];
}
