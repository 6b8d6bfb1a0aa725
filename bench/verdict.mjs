// Compares the ratios of a result with the floors, row by row.

import { floors } from "./floors.mjs";
import { table } from "./table.mjs";

/** A run of chosen trials answers for those alone. */
export function judge(results) {
  const partial = results.run.selected.length > 0;
  const rows = floors
    .filter(({ key }) => !partial || results.cases.has(key))
    .map((row) => judgeRow(results, row));
  const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
  return { rows, short: count("short"), missing: count("not measured") };
}

export function verdictTable(rows) {
  const cells = rows.map((row) => [
    row.label,
    `${row.metric}, ${row.contestant} / ${row.against}`,
    row.ratio?.toFixed(2) ?? "–",
    row.floor === undefined ? "" : `${row.sign} ${row.floor}`,
    row.verdict,
    row.aim === undefined ? "" : `${row.sign} ${row.aim}`,
    row.aimVerdict,
  ]);
  return table(["trial", "ratio of", "measured", "floor", "", "aim", ""], cells);
}

function judgeRow(results, row) {
  const { key, metric, bound, contestant, against, floor, aim } = row;
  const ratio = results.ratio(key, contestant, against, metric);
  const say = (limit, met, missed) => {
    if (limit === undefined) return "";
    if (ratio === undefined) return "not measured";
    return (bound === "least" ? ratio >= limit : ratio <= limit) ? met : missed;
  };
  return {
    ...row,
    label: key,
    ratio,
    sign: bound === "least" ? "≥" : "≤",
    verdict: say(floor, "met", "short"),
    aimVerdict: say(aim, "reached", "not reached"),
  };
}
