// What sockets cost without traffic: making them, their memory, waiting with many of them; and loading
// the library.

import { setTimeout as delay } from "node:timers/promises";
import { contest, fileOf, load, moduleNames } from "../contestants.mjs";
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
    define(
      "idle 101",
      "idle",
      "101 sockets with a pending receive",
      start("idle", { seconds: quick ? 0.5 : 5 }),
    ),
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

/** Per second: milliseconds of CPU, and how often a thread of the process is woken. */
export async function idle({ module, seconds }) {
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
  for (const socket of sockets) socket.receive().catch(() => {});
  // What making them left to be done is not part of it, nor what measuring costs for the first time.
  await rest(1);
  return rest(seconds);
}

async function rest(seconds) {
  const before = process.resourceUsage();
  await delay(seconds * 1000);
  const after = process.resourceUsage();
  const perSecond = (metric) => (after[metric] - before[metric]) / seconds;
  return {
    cpu: (perSecond("userCPUTime") + perSecond("systemCPUTime")) / 1000,
    // Not counted on Windows; elsewhere at least one, by the timer.
    wakeUps: perSecond("voluntaryContextSwitches") || undefined,
  };
}
