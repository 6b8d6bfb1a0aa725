// Sets up and runs examples/digest: `npm run demo -- [words for the program]`.

import { join } from "node:path";
import { root, run } from "./program.mjs";
import { setUp } from "./setup.mjs";

await setUp({ projects: ["examples"] });
const program = join(root, "build", "examples", "digest", "main.js");
process.exitCode = run(process.execPath, [program, ...process.argv.slice(2)], {
  cwd: process.cwd(),
});
