import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "./sandbox.js";

const require = createRequire(import.meta.url);

for (const entry of ["zmqx", "zmqx/draft"]) {
  test(`\`import\` and \`require()\` of "${entry}" give the very same values`, async () => {
    const required = require(entry);
    const { default: whole, ...named } = await import(entry);
    assert.equal(whole, required);
    assert.deepEqual(Object.keys(named).sort(), Object.keys(required).sort());
    for (const [name, value] of Object.entries(named)) assert.equal(value, required[name], name);
  });
}

test("Every file that the exports map names is there", () => {
  const { exports } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  const files = (target: unknown): string[] =>
    typeof target === "string" ? [target] : Object.values(target as object).flatMap(files);
  for (const file of files(exports)) assert.ok(existsSync(join(projectRoot, file)), file);
});
