// Memory of a receiver over tcp: how far its RSS grows while many messages pass (growth), and how much
// stays when few small ones are kept (retention).

import { contest, load, moduleNames } from "../contestants.mjs";
import { startRole } from "../processes.mjs";
import { bytes, figure } from "../statistics.mjs";

const mebibyte = 2 ** 20;

export function cases({ quick }) {
  const growth = [
    { size: 16, count: quick ? 200_000 : 10_000_000 },
    { size: 65536, count: quick ? 2_000 : 100_000 },
  ].map(({ size, count }) => ({
    key: `growth ${size}`,
    group: "memory",
    label: `growth, ${figure(count)} × ${bytes(size)}`,
    facts: { size, count },
    contestants: contest(moduleNames, (module) => measure("grow", { module, size, count })),
  }));
  const retention = { size: 200, count: 200_000, every: 50 };
  return [
    ...growth,
    {
      key: "retention 200",
      group: "memory",
      label: `pinned by ${retention.count / retention.every} kept messages of ${bytes(retention.size)}`,
      facts: retention,
      contestants: contest(moduleNames, (module) => measure("retain", { module, ...retention })),
    },
  ];
}

async function measure(role, facts) {
  const receiver = startRole(import.meta.url, role, facts, { execArgv: ["--expose-gc"] });
  const endpoint = await receiver.told;
  const sender = startRole(import.meta.url, "send", { ...facts, endpoint });
  return Promise.race([receiver.result, sender.result]);
}

export async function send({ module, endpoint, size }) {
  const push = new (load(module).Push)();
  push.connect(endpoint);
  const message = Buffer.alloc(size, 1);
  for (;;) await push.send(message);
}

/** MiB between the start and the peak. */
export async function grow({ module, count }, tell) {
  const pull = await bindPull(module, tell);
  const start = process.memoryUsage.rss();
  await pass(pull, count);
  return { growth: (process.resourceUsage().maxRSS * 1024 - start) / mebibyte };
}

/** MiB that are left when everything but every so many-th message was dropped. */
export async function retain({ module, size, count, every }, tell) {
  const pull = await bindPull(module, tell);
  await pass(pull, count);
  const before = await settledRss();
  const kept = [];
  let received = 0;
  for await (const [message] of pull) {
    received += 1;
    if (received % every === 0) kept.push(message);
    if (received === count) break;
  }
  const pinned = (await settledRss()) - before;
  pull.close();
  return { pinned: Math.max(0, pinned) / mebibyte, kept: (kept.length * size) / mebibyte };
}

async function bindPull(module, tell) {
  const pull = new (load(module).Pull)();
  await pull.bind("tcp://127.0.0.1:*");
  tell(pull.lastEndpoint);
  return pull;
}

async function pass(pull, count) {
  let left = count;
  for await (const _ of pull) {
    left -= 1;
    if (left === 0) return;
  }
}

/** Finalizers run in turns of their own, so one collection is not the end. */
async function settledRss() {
  for (let i = 0; i < 5; i += 1) {
    globalThis.gc();
    await new Promise(setImmediate);
  }
  return process.memoryUsage.rss();
}
