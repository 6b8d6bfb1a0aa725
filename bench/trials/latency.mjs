// Round trips, REQ to REP: over tcp with JavaScript on both ends, or a native program on the other; and
// over inproc on one thread; each with busy polling too, and by how long it lasts.

import { contest, load, makeWith, moduleNames, ourNames } from "../contestants.mjs";
import { freeEndpoint, startNative } from "../native.mjs";
import { startRole } from "../processes.mjs";
import { bytes, percentiles } from "../statistics.mjs";

const busyPoll = 100;
const busyPolls = [0, 50, busyPoll, 300, 1000];

// V8 compiles parts of the program until some 12,000 round trips were made (`node --trace-opt`), which
// is more time than other trials need.
const moreWarmUp = 8;

export function cases(plan) {
  const { duration } = plan;
  const warmUp = moreWarmUp * plan.warmUp;
  const all = [];
  const add = (group, label, facts, more) => {
    const measure = facts.transport === "inproc" ? measureInproc : measureTcp;
    const run = (module) => measure({ module, warmUp, duration, ...facts });
    const key = `${group} ${facts.transport} ${facts.size}`;
    const busy = Object.fromEntries(
      ourNames.map((module) => [
        `${module} busyPoll`,
        () => measure({ module, warmUp, duration, busyPoll, ...facts }),
      ]),
    );
    all.push({
      key,
      group,
      label,
      facts,
      contestants: { ...contest(moduleNames, run), ...busy, ...more },
    });
  };

  for (const size of [1, 1024]) {
    const native = () => nativeRoundTrips({ size, warmUp, duration });
    const remoteLat = () => nativeMean({ size, duration });
    const label = bytes(size);
    add(
      "round trip",
      `tcp ${label}`,
      { transport: "tcp", size },
      { native, remote_lat: remoteLat },
    );
    const facts = { transport: "tcp", size, nativeOther: true };
    const nativeSpin = () => nativeRoundTrips({ size, warmUp, duration, words: ["spin"] });
    add("round trip with native", `tcp ${label}`, facts, { native, "native spin": nativeSpin });
    add("round trip", `inproc ${label}`, { transport: "inproc", size }, {});
  }
  return plan.quick ? all : [...all, ...busyPolling({ size: 1, warmUp, duration })];
}

/** How long it is worth to poll, against who does not, and against who does as well. */
function busyPolling(times) {
  return [true, false].map((nativeOther) => {
    const facts = { module: "zmqx", nativeOther, ...times };
    const label = nativeOther ? "native" : "zmqx";
    const contestants = busyPolls.map((busyPoll) => [
      `${busyPoll} µs`,
      () => measureTcp({ ...facts, busyPoll }),
    ]);
    return {
      key: `busy polling ${label}`,
      group: "busy polling",
      label,
      facts: { size: times.size, transport: "tcp", nativeOther },
      contestants: Object.fromEntries(contestants),
    };
  });
}

async function measureTcp(facts) {
  const endpoint = facts.nativeOther ? await startNativeEcho(facts.size) : await startEcho(facts);
  return startRole(import.meta.url, "request", { ...facts, endpoint }).result;
}

async function measureInproc(facts) {
  return startRole(import.meta.url, "inproc", facts).result;
}

async function startEcho(facts) {
  return startRole(import.meta.url, "reply", facts).told;
}

async function startNativeEcho(size) {
  const endpoint = await freeEndpoint("tcp");
  startNative("local_lat", [endpoint, size, 100_000_000]);
  return endpoint;
}

async function nativeRoundTrips({ size, warmUp, duration, words = [] }) {
  const endpoint = await startNativeEcho(size);
  const times = [Math.round(warmUp), Math.round(duration)];
  const { output } = startNative("round_trips", [endpoint, size, ...times, ...words]);
  return JSON.parse(await output);
}

/** remote_lat halves the round trip, and tells the mean only. */
async function nativeMean({ size, duration }) {
  const count = Math.ceil(duration * 12);
  const { output } = startNative("remote_lat", [await startNativeEcho(size), size, count]);
  return { mean: 2 * Number(/average latency: ([\d.]+)/.exec(await output)[1]) };
}

export async function reply(facts, tell) {
  const socket = make("Reply", facts);
  await socket.bind("tcp://127.0.0.1:*");
  tell(socket.lastEndpoint);
  await echo(socket);
}

export async function request(facts) {
  const socket = make("Request", facts);
  socket.connect(facts.endpoint);
  return timeTrips(socket, facts);
}

export async function inproc(facts) {
  const answering = make("Reply", facts);
  await answering.bind("inproc://round-trip");
  const asking = make("Request", facts);
  asking.connect("inproc://round-trip");
  return Promise.race([timeTrips(asking, facts), echo(answering)]);
}

function make(type, { module, busyPoll }) {
  const zmq = load(module);
  if (busyPoll === undefined) return new zmq[type]();
  return makeWith(zmq, type, { busyPoll });
}

async function echo(socket) {
  for await (const message of socket) await socket.send(message);
}

/** Also the CPU per round trip, in microseconds, of this end. */
async function timeTrips(socket, { size, warmUp, duration }) {
  const message = Buffer.alloc(size, 1);
  const trips = new Float64Array(1 << 20);
  for (const begin = performance.now(); performance.now() - begin < warmUp; ) {
    await socket.send(message);
    await socket.receive();
  }

  const cpu = process.cpuUsage();
  const begin = performance.now();
  let made = 0;
  for (let last = begin; last - begin < duration && made < trips.length; made += 1) {
    await socket.send(message);
    await socket.receive();
    const now = performance.now();
    trips[made] = (now - last) * 1000;
    last = now;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { ...percentiles(trips.subarray(0, made)), cpu: (user + system) / made };
}
