// The package as a user has it: installed from its tarball into an empty directory, without the network.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { root, run } from "./program.mjs";

export class Installation {
  directory = mkdtempSync(join(tmpdir(), "zmqx-package-"));
  package = join(this.directory, "node_modules", "zmqx");

  /** Takes the tarball in the directory `prebuilt`, or else packs this tree. */
  constructor(prebuilt) {
    try {
      const pack = ["pack", "--silent", "--pack-destination", this.directory];
      if (!prebuilt) this.run("npm", pack, { cwd: root });
      const packed = resolve(prebuilt ?? this.directory);
      const tarball = readdirSync(packed).find((name) => name.endsWith(".tgz"));
      if (!tarball) throw new Error(`There is no tarball in "${packed}"`);
      this.write("package.json", "{}");
      this.run("npm", ["install", "--ignore-scripts", "--offline", join(packed, tarball)]);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  write(name, content) {
    writeFileSync(join(this.directory, name), content);
  }

  /** Runs a program in the directory, and throws if it fails. */
  run(command, words, options) {
    const shell = command === "npm" && process.platform === "win32";
    const status = run(command, words, { cwd: this.directory, shell, ...options });
    if (status !== 0) throw new Error(`"${command} ${words.join(" ")}" failed`);
  }

  remove() {
    rmSync(this.directory, { recursive: true });
  }
}
