// Says which ratios of a result fall short of their floors: npm run bench:check -- [file]
// Exit code 1 when one does, or was not measured although the run had all trials.

import { lastResultFile, readResults } from "./results.mjs";
import { judge, verdictTable } from "./verdict.mjs";

const results = readResults(process.argv[2] ?? lastResultFile());
const { date, command, rounds } = results.run;
const { rows, short, missing } = judge(results);
console.log(`${command}, ${date}, ${rounds} round${rounds === 1 ? "" : "s"}\n`);
console.log(verdictTable(rows));
console.log(`\n${short} short of their floor, ${missing} not measured`);
if (short + missing > 0) process.exitCode = 1;
