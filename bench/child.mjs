// A fresh process that plays one role of a trial: `child.mjs <file> <role> <parameters as JSON>`.
// It tells the runner what it has to know on the way (an endpoint), and at the end the result.

import { Skip } from "./contestants.mjs";

const [file, role, parameters] = process.argv.slice(2);
process.on("disconnect", () => process.exit());

const tell = (message) => new Promise((resolve) => process.send(message, resolve));

try {
  const trial = await import(file);
  const result = await trial[role](JSON.parse(parameters), (told) => tell({ told }));
  await tell({ result: result ?? null });
} catch (error) {
  await tell(error instanceof Skip ? { skipped: error.message } : { failed: String(error.stack) });
}
process.exit();
