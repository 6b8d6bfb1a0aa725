// Bundles a program with each tool that docs/bundling.md names, runs the bundle where there is no
// node_modules, and loads the package in other test runners: npm run test:embedding -- [name...]

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tools } from "../test/embedding/tools.mjs";
import { root, run } from "./program.mjs";
import { setUp } from "./setup.mjs";

const directory = join(root, "build", "embedding");
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !tools[name]);
if (unknown) fail(`Unknown tool "${unknown}": choose ${Object.keys(tools).join(", ")}`);

await setUp({});
mustRun(process.execPath, ["scripts/prebuild.mjs", "--no-build"], root);
mkdirSync(directory, { recursive: true });
cpSync(join(root, "test", "embedding"), directory, { recursive: true });
const npm = ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
mustRun("npm", npm, directory);
installOurs();

const { dependencies } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
const failed = [];
rmSync(join(directory, "out"), { recursive: true, force: true });
mkdirSync(join(directory, "out", "sea"), { recursive: true });
for (const [name, { commands, bundle }] of Object.entries(tools)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const started = Date.now();
  const wrong = commands.map((words) => tryCommand(words)).find(Boolean) ?? tryBundle(name, bundle);
  const version = dependencies[name] ?? `Node ${process.versions.node}`;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${wrong ? "FAILED" : "ok"}: ${name} (${version}), ${seconds} s`);
  if (wrong) {
    console.log(wrong);
    failed.push(name);
  }
}
if (failed.length > 0) fail(`Failed: ${failed.join(", ")}`);

/** What a user has in node_modules, without the sources. */
function installOurs() {
  const ours = join(directory, "node_modules", "zmqx");
  rmSync(ours, { recursive: true, force: true });
  for (const part of ["package.json", "lib", "prebuilds"]) {
    cpSync(join(root, part), join(ours, part), { recursive: true });
  }
}

function tryCommand([command, ...words]) {
  const path = join(directory, "node_modules", ".bin");
  const PATH = `${path}:${process.env.PATH}`;
  return outcome(command, words, { cwd: directory, env: { ...process.env, PATH } });
}

/** Runs the bundle where nothing of this clone can be found, with prebuilds/ beside it and without. */
function tryBundle(name, bundle) {
  if (!bundle) return undefined;
  const place = mkdtempSync(join(tmpdir(), "zmqx-bundle-"));
  try {
    cpSync(join(directory, "out", name), place, { recursive: true });
    const [command, ...words] = bundle === "hello" ? ["./hello"] : [process.execPath, bundle];
    const bare = spawnSync(command, words, { cwd: place, encoding: "utf8" });
    if (!bare.stderr.includes("Cannot find the addon of zmqx")) {
      return `Without prebuilds/ it ended with ${bare.status}\n${bare.stdout}${bare.stderr}`;
    }
    cpSync(join(root, "prebuilds"), join(place, "prebuilds"), { recursive: true });
    return outcome(command, words, { cwd: place }, "hello from a bundle\n");
  } finally {
    rmSync(place, { recursive: true });
  }
}

function outcome(command, words, options, wanted) {
  const ran = spawnSync(command, words, { encoding: "utf8", timeout: 120_000, ...options });
  const good = ran.status === 0 && (wanted === undefined || ran.stdout === wanted);
  if (good) return undefined;
  return `"${command} ${words.join(" ")}" ended with ${ran.status ?? ran.signal ?? ran.error}\n${ran.stdout}${ran.stderr}`;
}

function mustRun(command, words, cwd) {
  if (run(command, words, { cwd }) !== 0) fail(`"${command} ${words.join(" ")}" failed`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
