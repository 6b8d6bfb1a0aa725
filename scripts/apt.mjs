// Downloads the original archive of a Debian or Ubuntu source package, where upstream is out of reach.
// Works without root and leaves the system as it was: apt gets private lists and a private cache, and a
// sources list made from the machine's own, with the type turned into deb-src.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export class AptSources {
  #directory;
  #options;

  constructor(scratch) {
    this.#directory = join(scratch, "apt");
  }

  /** Returns the path of `file`, the original archive of the package's `version`. */
  download(source, version, file) {
    this.#options ??= this.#prepare();
    const packaged = this.#packagedVersion(source, version);
    const exact = `${source}=${packaged}`;
    this.#run("apt-get", ["source", "--download-only", "--tar-only", exact]);
    const archive = join(this.#directory, file);
    if (!existsSync(archive)) throw new Error(`apt-get downloaded ${exact}, but no "${file}"`);
    return archive;
  }

  #prepare() {
    const settings = machineSettings();
    const stanzas = sourceStanzas(settings);
    if (stanzas.length === 0) throw new Error("apt has no package sources on this machine");

    for (const path of ["lists/partial", "cache/archives/partial", "sources"]) {
      mkdirSync(join(this.#directory, path), { recursive: true });
    }
    for (const { text, extension } of stanzas) {
      writeFileSync(join(this.#directory, "sources", `zmqx.${extension}`), text);
    }
    const options = {
      "Dir::Etc::sourcelist": "/dev/null",
      "Dir::Etc::sourceparts": join(this.#directory, "sources"),
      "Dir::State::Lists": join(this.#directory, "lists"),
      "Dir::Cache": join(this.#directory, "cache"),
      "APT::Sandbox::User": "",
      "Acquire::Languages": "none",
      "Acquire::http::Timeout": "20",
      "Acquire::https::Timeout": "20",
      "Acquire::Retries": "1",
    };
    this.#options = Object.entries(options).map(([name, value]) => `-o${name}=${value}`);
    // A third-party repository without sources makes the update complain; what counts is the download.
    const complaint = attempt(() => this.#run("apt-get", ["update"]));
    if (
      complaint &&
      readdirSync(join(this.#directory, "lists")).every((name) => !name.endsWith("Sources"))
    ) {
      throw complaint;
    }
    return this.#options;
  }

  #packagedVersion(source, version) {
    const records = this.#run("apt-cache", ["showsrc", "--only-source", source]);
    const offered = [...records.matchAll(/^Version: (.+)$/gm)].map(([, found]) => found);
    const upstreamOf = (found) => found.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
    const match = offered.find((found) => upstreamOf(found) === version);
    if (!match) {
      const found = offered.length > 0 ? offered.join(", ") : "no version at all";
      throw new Error(`apt offers ${found} of "${source}", the manifest pins ${version}`);
    }
    return match;
  }

  #run(command, words) {
    return execute(command, [...this.#options, ...words], this.#directory);
  }
}

function machineSettings() {
  if (process.platform !== "linux") throw new Error("apt exists on Debian and Ubuntu only");
  const words = ["shell", "LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"];
  const answer = execute("apt-config", words);
  const setting = (name) => answer.match(new RegExp(`^${name}='(.*)'$`, "m"))?.[1];
  return { list: setting("LIST"), parts: setting("PARTS") };
}

function sourceStanzas({ list, parts }) {
  const files = [];
  if (list && existsSync(list)) files.push(list);
  if (parts && existsSync(parts))
    files.push(...readdirSync(parts).map((name) => join(parts, name)));
  const read = (extension) =>
    files.filter((file) => file.endsWith(extension)).map((file) => readFileSync(file, "utf8"));

  const lines = new Set(
    read(".list")
      .flatMap((text) => text.split("\n"))
      .map(oneLineSource),
  );
  const records = read(".sources")
    .flatMap((text) => text.split(/\n(?:[ \t]*\n)+/))
    .map(recordSource);
  return [
    { extension: "list", text: [...lines].filter(Boolean).join("\n") },
    { extension: "sources", text: records.filter(Boolean).join("\n\n") },
  ]
    .filter(({ text }) => text !== "")
    .map(({ extension, text }) => ({ extension, text: `${text}\n` }));
}

function oneLineSource(line) {
  const [, rest] = line.match(/^\s*deb(?:-src)?\s+(.+)$/) ?? [];
  return rest ? `deb-src ${rest}` : undefined;
}

function recordSource(record) {
  const binary = /^Types:.*\bdeb(?:-src)?\b.*$/im;
  if (!binary.test(record) || /^Enabled:\s*(?:no|false|off|0|without|disable)\s*$/im.test(record))
    return undefined;
  return record.replace(binary, "Types: deb-src");
}

function execute(command, words, cwd) {
  try {
    return execFileSync(command, words, {
      cwd,
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 64 << 20,
    });
  } catch (error) {
    if (error.code === "ENOENT") throw new Error(`${command} is not on this machine`);
    const reason = error.stderr?.trim().split("\n").slice(-3).join("; ");
    throw new Error(`${command} failed: ${reason || error.message}`);
  }
}

function attempt(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
}
