// libzmq's own perf programs, and round_trips: builds them over the vendored source, and runs them.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { root, Skip } from "./contestants.mjs";
import { startProgram } from "./processes.mjs";

const directory = join(root, "build", "perf");
const programs = [
  "local_thr",
  "remote_thr",
  "local_lat",
  "remote_lat",
  "inproc_thr",
  "round_trips",
];
const suffix = process.platform === "win32" ? ".exe" : "";
const pathOf = (name) => join(directory, name + suffix);

/** Builds what is missing. Where that fails, the native contestants are skipped. */
export async function buildNative() {
  if (programs.every((name) => existsSync(pathOf(name)))) return;
  const build = join(root, "build", "cmake-perf");
  const configure = ["-S", join(root, "bench", "native"), "-B", build];
  const variables = ["-DCMAKE_BUILD_TYPE=Release", `-DPROGRAM_DIRECTORY=${directory}`];
  const parallel = ["--parallel", String(availableParallelism())];
  console.log("Building the native programs, which takes a few minutes once");
  try {
    await startProgram("cmake", [...configure, ...variables]).output;
    await startProgram("cmake", ["--build", build, ...parallel, "--target", ...programs]).output;
  } catch (error) {
    console.log(`Cannot build the native programs: ${error.message}`);
  }
}

export function startNative(name, words) {
  if (!existsSync(pathOf(name))) throw new Skip(`the native program ${name} is not built`);
  return startProgram(pathOf(name), words.map(String));
}

/** An endpoint for programs that cannot bind to a wildcard: free a moment ago. */
export async function freeEndpoint(transport) {
  if (transport === "ipc") return ipcEndpoint();
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `tcp://127.0.0.1:${port}`;
}

let ipcDirectory;
let ipcEndpoints = 0;

export function ipcEndpoint() {
  if (process.platform === "win32") throw new Skip("there is no ipc transport on Windows");
  if (!ipcDirectory) {
    ipcDirectory = mkdtempSync(join(tmpdir(), "zmqx-bench-"));
    // Processes that are killed leave their socket files behind.
    process.once("exit", () => rmSync(ipcDirectory, { recursive: true, force: true }));
  }
  ipcEndpoints += 1;
  return `ipc://${join(ipcDirectory, String(ipcEndpoints))}`;
}

/** How many messages a perf program moves in about so many milliseconds. */
export function nativeCount({ size, duration, curve = false }) {
  const perSecond = curve
    ? Math.min(1_400_000, 1_000_000_000 / size)
    : Math.min(6_000_000, 2_800_000_000 / size);
  return Math.max(50, Math.ceil((perSecond * duration) / 1000));
}

/** Messages per second from remote_thr to local_thr. */
export async function nativeThroughput({ transport, size, duration, curve = false }) {
  const count = nativeCount({ size, duration, curve });
  if (transport === "inproc") return rateIn(await startNative("inproc_thr", [size, count]).output);

  const endpoint = await freeEndpoint(transport);
  const words = (messages) => [endpoint, size, messages, curve ? 1 : 0];
  const receiver = startNative("local_thr", words(count));
  // It sends more than is received, since over ipc the tail is lost when a sender ends.
  startNative("remote_thr", words(count * 2 + 100_000));
  return rateIn(await receiver.output);
}

function rateIn(output) {
  return { rate: Number(/mean throughput: (\d+) \[msg\/s\]/.exec(output)[1]) };
}
