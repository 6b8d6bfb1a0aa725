// Brings the third-party sources that vendor/manifest.json pins to vendor/<library>.
// Tries each pinned origin in turn; a source tree appears complete or not at all.
// Runs before anything is installed, so it uses Node built-ins only.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AptSources } from "./apt.mjs";
import { isStarted, root } from "./program.mjs";

const vendorDirectory = join(root, "vendor");
const stampName = ".vendored.json";
const headersWithin = 8_000;
const bodyWithin = 120_000;

class VendorError extends Error {}

export async function vendor(log = console.log) {
  const manifest = JSON.parse(readFileSync(join(vendorDirectory, "manifest.json"), "utf8"));
  const scratch = mkdtempSync(join(tmpdir(), "zmqx-vendor-"));
  const forget = removeOnExit(scratch);
  const apt = new AptSources(scratch);
  try {
    for (const [name, library] of Object.entries(manifest)) {
      await provide(name, library, { apt, scratch, log });
    }
  } finally {
    forget();
  }
}

async function provide(name, library, { apt, scratch, log }) {
  const given = process.env[library.environment];
  if (given) {
    const directory = resolve(root, given);
    if (!existsSync(join(directory, library.marker))) {
      throw new VendorError(
        `Cannot use ${library.environment}="${given}": ` +
          `it is not a ${name} source tree, "${library.marker}" is missing`,
      );
    }
    log(`${name}: using ${directory} (${library.environment})`);
    return;
  }
  if (isPinned(join(vendorDirectory, name), library)) return;

  const tried = [];
  for (const origin of library.origins) {
    try {
      log(`${name} ${origin.version}: fetching ${describe(origin)}`);
      const archive = await fetchers[origin.kind](origin, { apt, scratch });
      verify(archive, origin.sha256);
      unpack(archive, name, library, origin);
      log(`${name} ${origin.version}: unpacked into vendor/${name}`);
      return;
    } catch (error) {
      tried.push(`  ${describe(origin)}\n    ${error.message}`);
      log(`${name} ${origin.version}: ${error.message}`);
    }
  }
  throw new VendorError(
    `Cannot obtain the source of ${name}. Tried:\n${tried.join("\n")}\n` +
      `Connect to the network and run "npm run vendor" again,\n` +
      `or set ${library.environment} to the directory of an unpacked ${name} source tree.`,
  );
}

function describe({ kind, url, package: source }) {
  return kind === "apt" ? `the distribution's source package "${source}" through apt` : url;
}

function isPinned(directory, { origins, marker }) {
  try {
    const { sha256 } = JSON.parse(readFileSync(join(directory, stampName), "utf8"));
    return (
      origins.some((origin) => origin.sha256 === sha256) && existsSync(join(directory, marker))
    );
  } catch {
    return false;
  }
}

const fetchers = {
  apt: ({ package: source, version, file }, { apt }) => apt.download(source, version, file),

  async upstream({ url }, { scratch }) {
    const abort = new AbortController();
    let timer = setTimeout(() => abort.abort(), headersWithin);
    try {
      const response = await fetch(url, { signal: abort.signal });
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), bodyWithin);
      const file = join(scratch, new URL(url).pathname.split("/").at(-1));
      writeFileSync(file, Buffer.from(await response.arrayBuffer()));
      return file;
    } catch (error) {
      if (abort.signal.aborted) throw new Error("the server did not answer in time");
      throw new Error(error.cause?.message || error.cause?.code || error.message);
    } finally {
      clearTimeout(timer);
    }
  },
};

function verify(archive, wanted) {
  const content = readFileSync(archive);
  const actual = createHash("sha256").update(content).digest("hex");
  if (actual !== wanted) {
    throw new Error(
      `the archive of ${content.length} bytes has sha256 ${actual}, the manifest pins ${wanted}`,
    );
  }
}

// The archive is unpacked beside its destination, so that one rename on the same file system publishes it.
function unpack(archive, name, { marker }, { version, sha256, licence }) {
  const unpacked = mkdtempSync(join(vendorDirectory, ".unpack-"));
  const forget = removeOnExit(unpacked);
  try {
    const tree = join(unpacked, "tree");
    mkdirSync(tree);
    const options = ["--strip-components=1", "--no-same-owner"];
    try {
      execFileSync("tar", ["-xzf", archive, "-C", tree, ...options], { stdio: "pipe" });
    } catch (error) {
      throw new Error(
        `tar cannot unpack the archive: ${error.stderr?.toString().trim() || error.message}`,
      );
    }
    if (!existsSync(join(tree, marker))) throw new Error(`the archive holds no "${marker}"`);
    writeFileSync(join(tree, stampName), `${JSON.stringify({ version, sha256, licence })}\n`);
    const destination = join(vendorDirectory, name);
    if (existsSync(destination)) renameSync(destination, join(unpacked, "replaced"));
    renameSync(tree, destination);
  } finally {
    forget();
  }
}

function interrupt() {
  process.exit(1);
}

// A signal ends the process without running any finally block; the exit handler still removes the directory.
function removeOnExit(directory) {
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once("exit", remove);
  return () => {
    process.removeListener("exit", remove);
    remove();
  };
}

export async function vendorOrExit() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, interrupt);
  try {
    await vendor();
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    console.error(error.message);
    process.exit(1);
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeListener(signal, interrupt);
  }
}

if (isStarted(import.meta)) await vendorOrExit();
