// Libraries of C that a test loads into a process: addons of its own, and stand-ins for functions.

import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./sandbox.js";

/** Why tests cannot have libraries here, if that is so. */
export const noLibraries =
  process.platform !== "linux"
    ? "other systems link libraries in other ways"
    : spawnSync("cc", ["--version"]).error !== undefined && "there is no C compiler";

const headers = join(projectRoot, "node_modules", "node-api-headers", "include");

/** Compiles into the file `name` of a directory, and returns its path. */
export function buildLibrary(source: string, directory: string, name: string) {
  const [file, library] = [join(directory, `${name}.c`), join(directory, name)];
  writeFileSync(file, source);
  execFileSync("cc", ["-shared", "-fPIC", "-I", headers, file, "-o", library]);
  return library;
}
