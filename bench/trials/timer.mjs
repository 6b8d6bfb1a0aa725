// Fairness: how late a timer of 1 ms is in a process that floods its peer and is flooded by it over tcp,
// and the rate it receives at meanwhile.

import { contest, load, moduleNames } from "../contestants.mjs";
import { Meter } from "../meter.mjs";
import { startRole } from "../processes.mjs";
import { percentiles } from "../statistics.mjs";

const size = 64;

export function cases({ quick, warmUp }) {
  const duration = quick ? 400 : 3000;
  return [
    {
      key: "timer",
      group: "timer",
      label: "1 ms timer under flood both ways",
      facts: { size },
      contestants: contest(moduleNames, (module) => measure({ module, warmUp, duration })),
    },
  ];
}

async function measure(facts) {
  const measured = startRole(import.meta.url, "timed", facts);
  const endpoints = await measured.told;
  const peer = startRole(import.meta.url, "peer", { ...facts, endpoints });
  return Promise.race([measured.result, peer.result]);
}

/** Lateness in microseconds, and messages per second. */
export async function timed({ module, warmUp, duration }, tell) {
  const zmq = load(module);
  const push = new zmq.Push();
  const pull = new zmq.Pull();
  await push.bind("tcp://127.0.0.1:*");
  await pull.bind("tcp://127.0.0.1:*");
  tell({ push: push.lastEndpoint, pull: pull.lastEndpoint });

  const meter = new Meter({ warmUp, duration });
  const over = count(pull, meter);
  const flooding = flood(push);
  const late = [];
  let due = performance.now() + warmUp;
  const tick = () => {
    const now = performance.now();
    // The loop looks at its clock once per turn, so a timer can be early by a moment.
    late.push(Math.max(0, now - due) * 1000);
    due = now + 1;
    setTimeout(tick, 1);
  };
  setTimeout(tick, warmUp);
  await Promise.race([over, flooding]);
  const { p99, p50 } = percentiles(late);
  return { p99, p50, rate: meter.result.rate };
}

export async function peer({ module, endpoints }) {
  const zmq = load(module);
  const push = new zmq.Push();
  const pull = new zmq.Pull();
  push.connect(endpoints.pull);
  pull.connect(endpoints.push);
  await Promise.race([flood(push), count(pull)]);
}

async function flood(push) {
  const message = Buffer.alloc(size, 1);
  for (;;) await push.send(message);
}

async function count(pull, meter) {
  let received = 0;
  for await (const _ of pull) {
    received += 1;
    if (received % 256 === 0 && meter?.add(256)) return;
  }
}
