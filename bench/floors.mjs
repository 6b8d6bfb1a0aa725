// What zmqx must reach, as ratios within one run: `floor` must be met, `aim` is what we are here for.
// "least" ratios must be at least that, "most" ratios at most that. A row without floor is an aim only.

const rate = { metric: "rate", bound: "least", against: "zeromq" };
const cost = { bound: "most", against: "zeromq" };

const throughput = (transport, sizes, floor, aim) =>
  sizes.map((size) => ({ ...rate, key: `throughput ${transport} ${size}`, floor, aim }));

const large = [16384, 65536, 262144, 1048576];

const roundTrip = (key, floors) =>
  Object.entries(floors).map(([metric, [floor, aim]]) => ({ ...cost, key, metric, floor, aim }));

const busy = {
  ...cost,
  key: "round trip with native tcp 1",
  metric: "p50",
  contestant: "zmqx busyPoll",
  against: "native",
};

/** `contestant` is zmqx where none is named. */
export const floors = [
  ...throughput("tcp", [1, 16, 64], 3.5, 5),
  ...throughput("tcp", [256], 2.8, 4),
  ...throughput("tcp", [1024], 2, 3),
  ...throughput("tcp", large, 1.05, 1.3),
  ...throughput("tcp", large, undefined, 0.85).map((row) => ({ ...row, against: "native" })),
  ...throughput("inproc", [1, 16, 64, 256, 1024], 5.5, 8),
  { ...rate, key: "3 frames tcp 64", floor: 2.8, aim: 4 },
  { ...rate, key: "3 frames inproc 64", floor: 5, aim: 7 },
  ...[1, 10, 100].map((count) => ({ ...rate, key: `fan-out ${count}`, floor: 4, aim: 6 })),
  { ...rate, key: "curve tcp 64", floor: 2, aim: 3 },
  { ...rate, key: "curve tcp 1024", floor: 1.3, aim: 1.6 },
  { ...rate, key: "curve tcp 65536", floor: 1, aim: 1.3 },
  { ...rate, key: "batches tcp 64", floor: 5 },
  { ...rate, key: "batches tcp 64", against: "native", aim: 0.5 },
  { ...cost, key: "throughput tcp 64", metric: "cpu", floor: 0.3, aim: 0.2 },
  ...roundTrip("round trip tcp 1", { p50: [1, 0.9], mean: [1, 0.9], p99: [1.1, 0.9] }),
  ...roundTrip("round trip tcp 1024", { p50: [0.85, 0.7], mean: [0.9, 0.75], p99: [1, 0.9] }),
  { ...busy, floor: 0.5, aim: 0.4 },
  ...roundTrip("round trip inproc 1", { mean: [0.8, 0.5] }),
  ...roundTrip("round trip inproc 1024", { mean: [0.8, 0.5] }),
  { ...cost, key: "idle 101", metric: "cpu", floor: 1 },
  { ...cost, key: "growth 16", metric: "growth", floor: 1 },
  { ...cost, key: "growth 65536", metric: "growth", floor: 1 },
  { ...cost, key: "sockets", metric: "memory", floor: 1 },
  { ...rate, key: "sockets", floor: 1 },
  { ...cost, key: "import", metric: "time", floor: 1 },
  { ...cost, key: "timer", metric: "p99", floor: 1 },
  { ...rate, key: "timer", floor: 2 },
].map((row) => ({ contestant: "zmqx", ...row }));
