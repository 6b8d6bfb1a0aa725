// Builds zmqx.node with CMake: in a clone through cmake-js, which knows Windows too; in an installed package,
// where there is no cmake-js, with CMake alone. Usage: node scripts/addon.mjs [Release|Debug|Asan].
// The network is never touched.

import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { installPackages } from "./packages.mjs";
import { isStarted, root, run, runNodeOrExit } from "./program.mjs";

const builds = {
  Release: { config: "Release" },
  Debug: { config: "Debug" },
  Asan: { config: "RelWithDebInfo", variables: { ZMQX_SANITIZE: "ON" } },
};

/**
 * Builds what is out of date and returns the path of the addon. `cross` has the name of another platform, and
 * the variables of CMake for it.
 */
export function buildAddon(name = "Release", cross) {
  const build = builds[name];
  if (!build) throw new Error(`Cannot build "${name}": choose ${Object.keys(builds).join(", ")}`);

  const place = cross ? `${name}-${cross.name}` : name;
  const output = join(root, "build", place);
  const variables = {
    ...build.variables,
    ZMQX_OUTPUT_DIRECTORY: output,
    // Always given, because CMake would remember the tree of an earlier build.
    ZMQX_LIBZMQ_SOURCE: resolve(root, process.env.ZMQX_LIBZMQ_SOURCE || "vendor/libzmq"),
    ZMQX_LIBSODIUM_SOURCE: resolve(root, process.env.ZMQX_LIBSODIUM_SOURCE || "vendor/libsodium"),
    ...cross?.variables,
  };
  const directory = join(root, "build", `cmake-${place}`);
  // It knows the compilers and libraries of this platform only.
  const cmakeJs = cross ? undefined : findCmakeJs();
  if (cmakeJs) buildWithCmakeJs(cmakeJs, directory, build.config, variables);
  else buildWithCmake(directory, build.config, variables);
  return join(output, "zmqx.node");
}

function findCmakeJs() {
  try {
    return createRequire(import.meta.url).resolve("cmake-js/bin/cmake-js");
  } catch {
    return undefined;
  }
}

function buildWithCmakeJs(cmakeJs, directory, config, variables) {
  const words = [
    ...["--directory", root, "--out", directory, "--config", config],
    ...["--parallel", String(availableParallelism()), "--log-level", "warn"],
    ...Object.entries(variables).map(([variable, value]) => `--CD${variable}=${value}`),
  ];
  // Not the command "compile": at the first compile error it throws the build away and starts from nothing.
  for (const command of ["configure", "build"]) runNodeOrExit([cmakeJs, command, ...words]);
}

function buildWithCmake(directory, config, variables) {
  if (process.platform === "win32") {
    throw new Error('Cannot build on Windows without cmake-js: run "npm install cmake-js@8" first');
  }
  const headers = join(root, "vendor", "node-api");
  const given = { CMAKE_BUILD_TYPE: config, CMAKE_JS_INC: headers, ...variables };
  const definitions = Object.entries(given).map(([variable, value]) => `-D${variable}=${value}`);
  const jobs = String(availableParallelism());
  for (const words of [
    ["-S", root, "-B", directory, ...definitions],
    ["--build", directory, "--config", config, "--parallel", jobs],
  ]) {
    const status = run("cmake", words);
    if (status !== 0) process.exit(status);
  }
}

if (isStarted(import.meta)) {
  installPackages();
  buildAddon(process.argv[2]);
}
