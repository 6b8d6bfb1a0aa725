// Builds zmqx.node with CMake, through cmake-js: it finds the compiler and the Node-API headers on every
// platform. Usage: node scripts/addon.mjs [Release|Debug|Asan]. The network is never touched.

import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { installPackages } from "./packages.mjs";
import { isStarted, root, runNodeOrExit } from "./program.mjs";

const builds = {
  Release: { config: "Release" },
  Debug: { config: "Debug" },
  Asan: { config: "RelWithDebInfo", variables: { ZMQX_SANITIZE: "ON" } },
};

/** Builds what is out of date and returns the path of the addon. */
export function buildAddon(name = "Release") {
  const build = builds[name];
  if (!build) throw new Error(`Cannot build "${name}": choose ${Object.keys(builds).join(", ")}`);

  const output = join(root, "build", name);
  const variables = {
    ...build.variables,
    ZMQX_OUTPUT_DIRECTORY: output,
    // Always given, because CMake would remember the tree of an earlier build.
    ZMQX_LIBZMQ_SOURCE: resolve(root, process.env.ZMQX_LIBZMQ_SOURCE || "vendor/libzmq"),
    ZMQX_LIBSODIUM_SOURCE: resolve(root, process.env.ZMQX_LIBSODIUM_SOURCE || "vendor/libsodium"),
  };
  const words = [
    ...[
      "--directory",
      root,
      "--out",
      join(root, "build", `cmake-${name}`),
      "--config",
      build.config,
    ],
    ...["--parallel", String(availableParallelism()), "--log-level", "warn"],
    ...Object.entries(variables).map(([variable, value]) => `--CD${variable}=${value}`),
  ];
  const cmakeJs = createRequire(import.meta.url).resolve("cmake-js/bin/cmake-js");
  // Not the command "compile": at the first compile error it throws the build away and starts from nothing.
  for (const command of ["configure", "build"]) runNodeOrExit([cmakeJs, command, ...words]);
  return join(output, "zmqx.node");
}

if (isStarted(import.meta)) {
  installPackages();
  buildAddon(process.argv[2]);
}
