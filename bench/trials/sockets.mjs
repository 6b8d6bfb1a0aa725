// What sockets cost without traffic: making them, their memory, waiting with many of them; and loading
// the library.

import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { contest, fileOf, load, moduleNames, Skip } from "../contestants.mjs";
import { startProgram, startRole } from "../processes.mjs";
import { median } from "../statistics.mjs";

export function cases({ quick, duration }) {
  const start = (role, facts) => (module) =>
    startRole(import.meta.url, role, { module, ...facts }).result;
  const define = (key, group, label, run) => ({
    key,
    group,
    label,
    facts: {},
    contestants: contest(moduleNames, run),
  });
  return [
    define("sockets", "sockets", "created per second", start("create", { duration })),
    define("import", "sockets", "load the library, ms", loadOften(quick ? 3 : 15)),
    define("idle 101", "idle", "101 sockets with a pending receive", idle(quick ? 0.5 : 5)),
  ];
}

/** Sockets per second, and KiB of RSS for each. */
export async function create({ module, duration }) {
  const { Dealer } = load(module);
  const make = (count) => Array.from({ length: count }, () => new Dealer());
  const close = async (sockets) => {
    for (const socket of sockets) await socket.close();
    // zeromq gives no sign when its sockets are gone, and the number of sockets is limited.
    await delay(20);
  };
  await close(make(20));

  const before = process.memoryUsage.rss();
  const many = make(500);
  const memory = (process.memoryUsage.rss() - before) / 1024 / many.length;
  await close(many);

  const rates = [];
  for (const begin = performance.now(); performance.now() - begin < duration; ) {
    const start = performance.now();
    const sockets = make(100);
    rates.push(sockets.length / ((performance.now() - start) / 1000));
    await close(sockets);
  }
  return { rate: median(rates), memory };
}

// In programs that do nothing else: what other modules have loaded already would come cheap.
function loadOften(times) {
  return async (module) => {
    const file = JSON.stringify(fileOf(module));
    const program = `const begin = performance.now(); require(${file}); console.log(performance.now() - begin)`;
    const all = [];
    for (let i = 0; i < times; i += 1) {
      all.push(Number(await startProgram(process.execPath, ["--eval", program]).output));
    }
    return { time: median(all) };
  };
}

// From outside, on Linux: a process that measures itself is woken for that alone.
function idle(seconds) {
  return async (module) => {
    const { told, pid } = startRole(import.meta.url, "wait", { module });
    await told;
    // What making them left to be done is not part of it.
    await delay(1000);
    const before = await cpuOf(pid);
    await delay(seconds * 1000);
    return { cpu: ((await cpuOf(pid)) - before) / seconds };
  };
}

/** Lets many sockets wait, until the process is ended. */
export async function wait({ module }, tell) {
  const { Dealer, Router } = load(module);
  const router = new Router();
  await router.bind("tcp://127.0.0.1:*");
  const sockets = [router];
  for (let i = 0; i < 100; i += 1) {
    const dealer = new Dealer();
    dealer.connect(router.lastEndpoint);
    await dealer.send("connected");
    await router.receive();
    sockets.push(dealer);
  }
  const waiting = sockets.map((socket) => socket.receive());
  await tell("waiting");
  await Promise.all(waiting);
}

/** Milliseconds that the threads of a process have run, to the nanosecond. */
async function cpuOf(pid) {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const files = threads.map((thread) =>
      readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8"),
    );
    const times = (await Promise.all(files)).map((text) => Number(text.split(" ")[0]));
    return times.reduce((sum, time) => sum + time, 0) / 1e6;
  } catch (error) {
    throw new Skip(`the system does not say what another process takes: ${error.message}`);
  }
}
