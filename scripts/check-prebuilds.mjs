// Checks every file below prebuilds/: `npm run check:prebuilds -- [--all] [--glibc=2.17]`. With --all, every
// platform of scripts/platforms.mjs must be there; --glibc is the newest version that may be asked for.
// Linux files are read with readelf of binutils, which knows every architecture; those of Windows everywhere;
// those of macOS on macOS.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { readPe } from "./pe.mjs";
import { platforms, prebuildPath } from "./platforms.mjs";
import { root } from "./program.mjs";

const sizeLimit = 2 * 1024 * 1024;
const entryPoints = ["napi_register_module_v1", "node_api_module_get_api_version_v1"];
const machines = { x64: /X86-64$/, arm64: /^AArch64$/, arm: /^ARM$/ };
const libraries = {
  glibc: /^(libc\.so\.6|libm\.so\.6|libpthread\.so\.0|ld-linux.*\.so\.\d)$/,
  musl: /^(libc\.so|libc\.musl-.*\.so\.1|ld-musl-.*\.so\.1)$/,
};

const { values } = parseArgs({
  options: { all: { type: "boolean" }, glibc: { type: "string", default: "2.35" } },
});
const directory = join(root, "prebuilds");
const present = existsSync(directory)
  ? readdirSync(directory, { recursive: true })
      .filter((name) => name.endsWith(".node"))
      .map((name) => join(directory, name))
  : [];
const known = new Map(platforms.map((platform) => [prebuildPath(platform), platform]));

const faults = [];
if (present.length === 0) faults.push('There is no prebuilt addon: run "npm run prebuilds"');
for (const file of present) check(file);
for (const file of values.all ? known.keys() : []) {
  if (!present.includes(file)) faults.push(`${relative(root, file)} is missing`);
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

function check(file) {
  const name = relative(root, file);
  const complain = (what) => faults.push(`${name} ${what}`);
  const platform = known.get(file);
  if (!platform) return complain("is of no platform that there is");

  const { size } = statSync(file);
  if (size > sizeLimit) complain(`has ${size} bytes, more than ${sizeLimit}`);
  const said = inspect(file, platform, complain);
  console.log(`${name}: ${(size / 1024).toFixed(0)} KiB, ${said}`);
}

function inspect(file, platform, complain) {
  if (platform.os === "linux") return inspectElf(file, platform, complain);
  if (platform.os === "darwin" && process.platform === "darwin") return inspectMach(file, complain);
  if (platform.os === "win32") return inspectPe(file, platform, complain);
  return "symbols not read on this system";
}

function inspectElf(file, { arch, libc }, complain) {
  const read = (option) => execFileSync("readelf", ["-W", option, file], { encoding: "utf8" });
  const [, machine] = read("--file-header").match(/Machine: +(.+)/);
  if (!machines[arch].test(machine)) complain(`is made for ${machine}`);
  const symbols = read("--dyn-syms")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => /^\d+:$/.test(words[0]) && words.length >= 8 && words[3] !== "SECTION")
    .map(([, , , , bind, , section, symbol]) => {
      const [name, version] = symbol.split(/@+/);
      return { name, version, weak: bind === "WEAK", imported: section === "UND" };
    });
  if (/\.(symtab|debug_info)/.test(read("--section-headers"))) complain("is not stripped");

  const exported = symbols.filter(({ imported }) => !imported).map(({ name }) => name);
  checkExports(exported, complain);

  const foreign = symbols.filter(
    ({ name, version, weak, imported }) =>
      imported && !weak && !isNodeApi(name) && !isSystem(name, version, libc),
  );
  if (foreign.length > 0) complain(`imports ${foreign.map(({ name }) => name).join(", ")}`);

  const needed = [...read("--dynamic").matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, one]) => one);
  const refused = needed.filter((library) => !libraries[libc].test(library));
  if (refused.length > 0) complain(`needs ${refused.join(", ")}`);
  if (libc === "musl") return `needs ${needed.join(", ")}`;

  const versions = symbols
    .filter(({ version }) => version?.startsWith("GLIBC_"))
    .map(({ name, version }) => ({ name, version: version.slice("GLIBC_".length) }))
    .sort((one, other) => compareVersions(other.version, one.version));
  const [highest] = versions;
  const forcing = versions.filter(({ version }) => version === highest.version);
  const names = forcing.map(({ name }) => name).join(", ");
  if (compareVersions(highest.version, values.glibc) > 0) {
    complain(`wants glibc ${highest.version} for ${names}, newer than ${values.glibc}`);
  }
  return `needs ${needed.join(", ")}, glibc ${highest.version} for ${names}`;
}

function inspectMach(file, complain) {
  const read = (command, ...words) =>
    execFileSync(command, [...words, file], { encoding: "utf8" })
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  const exported = read("nm", "-gUj").map((name) => name.replace(/^_/, ""));
  checkExports(exported, complain);
  const foreign = read("nm", "-uj").filter((name) => /^_uv_|^__ZN(2v8|4node)/.test(name));
  if (foreign.length > 0) complain(`imports ${foreign.join(", ")}`);
  const needed = read("otool", "-L").slice(1);
  const refused = needed.filter((line) => !/^(\/usr\/lib\/|\/System\/)/.test(line));
  if (refused.length > 0) complain(`needs ${refused.join(", ")}`);
  return `needs ${needed.map((line) => line.split(" ")[0]).join(", ")}`;
}

// What it takes from node.exe is Node-API, because the import library names nothing else.
function inspectPe(file, { arch }, complain) {
  const { arch: machine, exports, libraries: needed } = readPe(file);
  if (machine !== arch) complain(`is made for ${machine}`);
  checkExports(exports, complain);
  // Those that come with a compiler.
  const refused = needed.filter((library) => /^(lib|msvcp|vcruntime)/i.test(library));
  if (refused.length > 0) complain(`needs ${refused.join(", ")}`);
  return `needs ${needed.join(", ")}`;
}

function checkExports(exported, complain) {
  const missing = entryPoints.filter((name) => !exported.includes(name));
  if (missing.length > 0) complain(`does not export ${missing.join(", ")}`);
  const leaked = exported.filter((name) => !entryPoints.includes(name));
  if (leaked.length > 0) complain(`exports ${leaked.join(", ")} too`);
}

function isNodeApi(name) {
  return /^(napi|node_api)_/.test(name);
}

// musl has no versions, so its symbols are known by what they are not: C++ and libuv.
function isSystem(name, version, libc) {
  return libc === "glibc" ? version?.startsWith("GLIBC_") : !/^(uv_|_Z)/.test(name);
}

function compareVersions(one, other) {
  return one.localeCompare(other, "en", { numeric: true });
}
