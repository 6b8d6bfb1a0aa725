/*
 * Finds the addon and loads it, and says what to do when there is none. The first file that exists
 * is the one: what is meant for another C library is never tried.
 */

import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";

/** No addon was found, or the one that was found cannot be loaded, for the reason in `cause`. */
export class LoadError extends Error {
  override name = "LoadError";
  readonly code = "ERR_ZMQX_LOAD";
  readonly platform = process.platform;
  readonly arch = process.arch;
  /** The C library of this process, on Linux. */
  readonly libc = libcOfProcess();

  constructor(
    message: string,
    /** Where the addon was looked for, in this order. */
    readonly paths: string[],
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** Loads from where ZMQX_ADDON_PATH says, or else a build of this machine, or else a prebuilt addon. */
export function loadAddon(): unknown {
  const given = process.env.ZMQX_ADDON_PATH;
  if (given) return load(resolve(given));

  for (const path of places()) {
    if (existsSync(path)) return load(path);
  }
  const paths = [...places()];
  const lines = [
    `Cannot find the addon of zmqx for ${describeProcess()}. Looked for:`,
    ...paths.map((path) => `  "${path}"`),
    `Prebuilt here: ${prebuilt().join(", ") || "nothing"}`,
    advice,
  ];
  throw new LoadError(lines.join("\n"), paths);
}

// A bundle that is an ES module has no __dirname; its program is taken to be the bundle itself.
const here =
  typeof __dirname === "string" ? __dirname : dirname(process.argv[1] ?? process.execPath);

function* places(): Generator<string> {
  yield resolve(here, "../build/Release/zmqx.node");
  const libc = libcOfProcess();
  const file = `${process.platform}-${process.arch}/zmqx${libc ? `.${libc}` : ""}.node`;
  yield resolve(here, "../prebuilds", file);
  // Beside a bundle.
  yield resolve(here, "prebuilds", file);
}

const advice =
  'Compile it with "npx zmqx build", or set ZMQX_ADDON_PATH to the path of a zmqx.node that fits. ' +
  "If node_modules was made on another platform, run your package manager on this one";

function load(path: string): unknown {
  try {
    // Not plain require(), because bundlers replace that, and programs in one executable have none;
    // nor process.dlopen(), which would make every copy of this library another environment, for good.
    return createRequire(path)(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot load the addon of zmqx from "${path}" for ${describeProcess()}: ${why}`;
    throw new LoadError(`${message}\n${advice}`, [path], cause);
  }
}

/** By the dynamic linker that the running program asks for. A report costs ten times as much. */
function libcOfProcess(): "glibc" | "musl" | undefined {
  if (process.platform !== "linux") return undefined;
  const bytes = Buffer.alloc(2048);
  try {
    const file = openSync(process.execPath, "r");
    readSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
  } catch {
    // Not readable: the report decides.
  }
  const start = bytes.toString("latin1");
  if (start.includes("/ld-musl-")) return "musl";
  if (start.includes("/ld-linux")) return "glibc";
  return glibcVersion() ? "glibc" : "musl";
}

function glibcVersion(): string | undefined {
  // biome-ignore lint/suspicious/noExplicitAny: the types leave the content open.
  const report = process.report?.getReport() as any;
  return report?.header?.glibcVersionRuntime;
}

function describeProcess(): string {
  const libc = libcOfProcess();
  const version = libc === "glibc" && glibcVersion();
  const system = `${process.platform}-${process.arch}${libc ? ` with ${libc}` : ""}`;
  return `${system}${version ? ` ${version}` : ""} and Node ${process.versions.node}`;
}

function prebuilt(): string[] {
  const directory = resolve(here, "../prebuilds");
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((target) =>
    readdirSync(resolve(directory, target)).map((file) => `${target}/${file}`),
  );
}
