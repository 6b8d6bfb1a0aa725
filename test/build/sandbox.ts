// A temporary copy of the vendor script with a manifest of its own, and a server in place of upstream.

import { execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = dirname(fileURLToPath(import.meta.resolve("zmqx/package.json")));

export const marker = "include/zmq.h";

export interface Outcome {
  code: number;
  output: string;
}

export interface Archive {
  bytes: Buffer;
  sha256: string;
}

export class Sandbox {
  readonly directory = mkdtempSync(join(tmpdir(), "zmqx-test-"));
  readonly vendor = join(this.directory, "vendor");
  readonly #temporary = join(this.directory, "temporary");
  readonly #programs = join(this.directory, "programs");
  #server: Server | undefined;

  constructor() {
    for (const path of [this.vendor, this.#temporary, this.#programs]) mkdirSync(path);
    const scripts = join(this.directory, "scripts");
    cpSync(join(projectRoot, "scripts"), scripts, { recursive: true });
    // A shell command of the same name stands in, so that PATH holds nothing else: no apt above all.
    for (const program of ["tar", "gzip"]) {
      const path = execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim();
      this.addProgram(program, `exec ${path} "$@"`);
    }
  }

  addProgram(name: string, script: string) {
    writeFileSync(join(this.#programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Writes a file under the sandbox and returns its path. */
  write(name: string, content: string | Buffer) {
    const path = join(this.directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  writeManifest(...origins: object[]) {
    const library = { environment: "ZMQX_LIBZMQ_SOURCE", marker, origins };
    this.write("vendor/manifest.json", JSON.stringify({ libzmq: library }));
  }

  /** A source tree as an archive; `files` are paths inside its one top directory. */
  pack(...files: string[]): Archive {
    const tree = mkdtempSync(join(this.directory, "tree-"));
    for (const file of files) {
      const path = join(tree, "source", file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `// ${file}\n`);
    }
    const path = join(tree, "source.tar.gz");
    execFileSync("tar", ["-czf", path, "-C", tree, "source"]);
    return archiveOf(readFileSync(path));
  }

  /** Returns the URL of an archive that `answer` serves. */
  async serve(answer: RequestListener) {
    const server = createServer(answer);
    this.#server = server;
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/source.tar.gz`;
  }

  async stopServing() {
    const server = this.#server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    this.#server = undefined;
  }

  start(environment: Record<string, string> = {}) {
    return spawn(process.execPath, this.#words(), { env: this.#environment(environment) });
  }

  run(environment: Record<string, string> = {}): Promise<Outcome> {
    return new Promise((resolve) => {
      const env = this.#environment(environment);
      execFile(process.execPath, this.#words(), { env }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
      });
    });
  }

  /** What the script has left behind, the manifest aside. */
  leftovers() {
    const left = readdirSync(this.vendor).filter((name) => name !== "manifest.json");
    return [...left, ...readdirSync(this.#temporary)];
  }

  #words() {
    return [join(this.directory, "scripts", "vendor.mjs")];
  }

  #environment(environment: Record<string, string>) {
    return { PATH: this.#programs, TMPDIR: this.#temporary, ...environment };
  }
}

export function archiveOf(bytes: Buffer): Archive {
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
