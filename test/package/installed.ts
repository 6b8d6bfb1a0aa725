/*
 * The package as its users get it: packed from this tree, and installed into an empty directory, where
 * neither a compiler nor the network can be reached.
 */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = dirname(fileURLToPath(import.meta.resolve("zmqx/package.json")));

/** Why the tests of the package do not run, if they do not. */
export const skip =
  process.env.ZMQX_ADDON_PATH || process.env.ZMQX_READINESS === "thread"
    ? "The package holds the release build, and is the same under each readiness backend"
    : false;

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Installed {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), "zmqx-package-")));
  readonly package = join(this.directory, "node_modules", "zmqx");
  readonly tarball: string;
  /** The paths in the tarball. */
  readonly files: string[];

  constructor() {
    // Stands for PATH, so that there is no compiler, no CMake and no Python.
    const programs = join(this.directory, "programs");
    mkdirSync(programs);
    symlinkSync(process.execPath, join(programs, "node"));
    symlinkSync("/bin/sh", join(programs, "sh"));

    execFileSync(process.execPath, ["scripts/prebuild.mjs", "--no-build"], { cwd: projectRoot });
    const words = ["pack", "--json", "--pack-destination", this.directory];
    const packed = this.npm(words, projectRoot);
    assert.equal(packed.code, 0, packed.stderr);
    // What prepack prints comes first.
    const [made] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf("[\n")));
    this.tarball = join(this.directory, made.filename);
    this.files = made.files.map(({ path }: { path: string }) => path);

    writeFileSync(join(this.directory, "package.json"), "{}");
    const installed = this.npm(["install", "--ignore-scripts", "--offline", this.tarball]);
    assert.equal(installed.code, 0, installed.stderr);
  }

  npm(words: string[], cwd = this.directory): Outcome {
    return this.#run([npmProgram(), ...words], cwd, {
      npm_config_cache: join(this.directory, "cache"),
      npm_config_audit: "false",
      npm_config_update_notifier: "false",
    });
  }

  /** Runs a program that lies in the directory, where the package is installed. */
  run(name: string, source: string, environment: Record<string, string> = {}): Outcome {
    writeFileSync(join(this.directory, name), source);
    return this.#run([name], this.directory, environment);
  }

  remove() {
    rmSync(this.directory, { recursive: true });
  }

  #run(words: string[], cwd: string, environment: Record<string, string>): Outcome {
    const env = { PATH: join(this.directory, "programs"), HOME: this.directory, ...environment };
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd,
      env,
      encoding: "utf8",
      timeout: 60_000,
    });
    return { code: status, stdout, stderr };
  }
}

function npmProgram(): string {
  if (process.env.npm_execpath) return process.env.npm_execpath;
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    try {
      return realpathSync(join(directory, "npm"));
    } catch {
      // Not in this one.
    }
  }
  throw new Error("Cannot find npm in PATH");
}
