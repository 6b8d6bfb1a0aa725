// Sets up bench/, whose packages are its own, and runs it: `npm run bench -- [--quick] [trials]`,
// and `npm run bench:check` (the word "check" first).

import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./program.mjs";
import { setUp } from "./setup.mjs";

const bench = join(root, "bench");
const [first, ...rest] = process.argv.slice(2);
const [program, words] =
  first === "check" ? ["check.mjs", rest] : ["run.mjs", process.argv.slice(2)];

if (program === "run.mjs" && !words.includes("--help")) {
  if (!["build/Release/zmqx.node", "lib/index.js"].every((file) => existsSync(join(root, file)))) {
    await setUp({});
  }
  if (!existsSync(join(bench, "node_modules"))) {
    const shell = process.platform === "win32";
    const status = run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: bench, shell });
    if (status !== 0) process.exit(status);
  }
}
process.exitCode = run(process.execPath, [join(bench, program), ...words]);
