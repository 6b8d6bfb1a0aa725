// Prints the size of the tarball, what is in it, and how long a first import takes, beside zeromq's, which is
// installed for the benchmarks. Usage: npm run package:report -- [--files]

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./program.mjs";

const runs = 21;
const packages = { zmqx: root, zeromq: join(root, "bench", "node_modules", "zeromq") };

for (const [name, directory] of Object.entries(packages)) {
  if (!existsSync(directory)) {
    console.log(`${name} is not installed: run "npm ci" in bench/`);
    delete packages[name];
    continue;
  }
  const { version } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const { size, unpackedSize, files } = pack(directory);
  const addons = files.filter(({ path }) => path.endsWith(".node"));
  console.log(`${name} ${version}`);
  console.log(`  tarball   ${megabytes(size)}, ${megabytes(unpackedSize)} unpacked`);
  console.log(`  files     ${files.length}, of them ${addons.length} addons of ${sum(addons)}`);
  for (const [part, content] of Object.entries(group(files))) {
    console.log(`    ${part.padEnd(18)} ${String(content.length).padStart(4)}  ${sum(content)}`);
  }
  if (process.argv.includes("--files")) for (const { path } of files) console.log(`    ${path}`);
}

// In turns, so that both meet the same state of the machine.
const times = Object.fromEntries(Object.keys(packages).map((name) => [name, []]));
for (let run = 0; run < runs; run++) {
  for (const name of Object.keys(packages)) times[name].push(timeImport(packages[name]));
}
console.log(`First require() in a new process, median of ${runs}`);
for (const [name, all] of Object.entries(times)) {
  const sorted = all.sort((one, other) => one - other);
  const [low, middle, high] = [sorted[0], sorted[(runs - 1) / 2], sorted.at(-1)];
  console.log(
    `  ${name.padEnd(8)} ${middle.toFixed(1)} ms (${low.toFixed(1)} to ${high.toFixed(1)})`,
  );
}

function pack(directory) {
  const words = ["pack", "--dry-run", "--ignore-scripts", "--json"];
  const shell = process.platform === "win32";
  const said = execFileSync("npm", words, {
    cwd: directory,
    encoding: "utf8",
    stdio: "pipe",
    shell,
  });
  return JSON.parse(said)[0];
}

function timeImport(directory) {
  const source = `
    const start = performance.now();
    require(${JSON.stringify(directory)});
    process.stdout.write(String(performance.now() - start));
    process.exit();
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", source], { encoding: "utf8" });
  if (stdout === "") throw new Error(`Cannot import "${directory}": ${stderr}`);
  return Number(stdout);
}

function group(files) {
  const parts = {};
  for (const file of files) {
    const part = file.path.includes("/") ? `${file.path.split("/")[0]}/` : "others";
    parts[part] ??= [];
    parts[part].push(file);
  }
  return parts;
}

function sum(files) {
  return megabytes(files.reduce((total, { size }) => total + size, 0));
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
