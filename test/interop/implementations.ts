/*
 * The other implementations: whether one is installed, and the program that makes a peer of it. The
 * programs are in peers/, and are compiled at most once for each state of their source.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Implementation {
  title: string;
  /** Why there is none on this machine. */
  missing: string | false;
  /** The command that starts a peer. */
  command(): [string, ...string[]];
}

const root = fileURLToPath(new URL("../../..", import.meta.url));
const peers = join(root, "test", "interop", "peers");
const built = join(root, "build", "interop");

function works(command: string, ...words: string[]): boolean {
  return spawnSync(command, words, { stdio: "ignore" }).status === 0;
}

function python(module: string): string | undefined {
  // Another Python that comes first does not see what Debian installs.
  return ["python3", "/usr/bin/python3"].find((name) => works(name, "-c", `import ${module}`));
}

/** Where the result of `words` is, which gets the name of a directory to write to. */
function compiled(source: string, words: (directory: string) => [string, ...string[]]): string {
  const digest = createHash("sha256")
    .update(readFileSync(join(peers, source)))
    .digest("hex");
  const target = join(built, `${source}-${digest.slice(0, 16)}`);
  if (existsSync(target)) return target;
  mkdirSync(built, { recursive: true });
  const directory = mkdtempSync(join(built, "new-"));
  const [command, ...rest] = words(directory);
  const { status, stderr, error } = spawnSync(command, rest, { encoding: "utf8", cwd: peers });
  if (status !== 0) throw new Error(`Cannot compile "${source}": ${error?.message ?? stderr}`);
  try {
    renameSync(directory, target);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(target)) throw error;
  }
  return target;
}

const pythonWithZmq = python("zmq");
const plainPython = python("socket");
const jar = "/usr/share/java/jeromq.jar";
const hasCompiler = works("cc", "--version");
const hasCzmq =
  hasCompiler && works("cc", "-E", "-x", "c", "-include", "czmq.h", "-o", "/dev/null", "/dev/null");
const hasJdk = works("javac", "-version");

const pyzmq: Implementation = {
  title: "pyzmq",
  missing: pythonWithZmq === undefined && "python3-zmq is not installed",
  command: () => [pythonWithZmq as string, join(peers, "pyzmq.py")],
};

const czmq: Implementation = {
  title: "CZMQ",
  missing: hasCompiler ? !hasCzmq && "libczmq-dev is not installed" : "there is no C compiler",
  command() {
    const directory = compiled("czmq.c", (target) => {
      return ["cc", "-Wall", "-O1", "czmq.c", "-o", join(target, "peer"), "-lczmq", "-lzmq"];
    });
    return [join(directory, "peer")];
  },
};

const jeromq: Implementation = {
  title: "JeroMQ",
  missing: existsSync(jar)
    ? !hasJdk && "there is no JDK: default-jdk-headless is not installed"
    : "libjeromq-java is not installed",
  command() {
    const directory = compiled("Jeromq.java", (target) => {
      return ["javac", "-cp", jar, "-d", target, "Jeromq.java"];
    });
    // A small Java is up sooner, and leaves the processors to the tests.
    const flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx512m"];
    const names = readdirSync(dirname(jar)).join(" ");
    const version = /\bjeromq-(\S+)\.jar/.exec(names)?.[1] ?? "of unknown version";
    return ["java", ...flags, "-cp", `${jar}:${directory}`, "Jeromq", version];
  },
};

/** Written here from the RFCs, with no code of libzmq in it; strict about what it is sent. */
const rfc: Implementation = {
  title: "the RFCs",
  missing: plainPython === undefined && "python3 is not installed",
  command: () => [plainPython as string, join(peers, "rfc.py")],
};

export const implementations = [pyzmq, czmq, jeromq, rfc];
