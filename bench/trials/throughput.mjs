// One-way throughput, PUSH to PULL, `await send` to `for await`: by size and transport, in one or three
// frames, with CURVE, from a native sender, and in batches.

import { contest, load, moduleNames, requireMethod, Skip } from "../contestants.mjs";
import { Meter, strideFor } from "../meter.mjs";
import {
  freeEndpoint,
  ipcEndpoint,
  nativeCount,
  nativeThroughput,
  startNative,
} from "../native.mjs";
import { startRole } from "../processes.mjs";
import { bytes } from "../statistics.mjs";

const sizes = [1, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576];
const batch = 256;

export function cases({ quick, warmUp, duration }) {
  const all = [];
  const add = (group, label, facts, { names = moduleNames, ...more }) => {
    const run = (module) => measure({ module, warmUp, duration, ...facts });
    const key = `${group} ${facts.transport} ${facts.size}`;
    all.push({ key, group, label, facts, contestants: { ...contest(names, run), ...more } });
  };

  for (const transport of ["tcp", "ipc", "inproc"]) {
    for (const size of sizes) {
      if (quick && transport === "ipc" && size !== 64 && size !== 65536) continue;
      const native = () => nativeThroughput({ transport, size, duration });
      add("throughput", `${transport} ${bytes(size)}`, { transport, size }, { native });
    }
  }
  for (const transport of ["tcp", "ipc", "inproc"]) {
    for (const size of quick ? [64] : [64, 1024]) {
      add("3 frames", `${transport} 3 × ${bytes(size)}`, { transport, size, frames: 3 }, {});
    }
  }
  for (const transport of ["tcp", "inproc"]) {
    for (const size of quick ? [64] : [1, 64, 1024, 16384]) {
      const native = () => nativeThroughput({ transport, size, duration });
      const facts = { transport, size, batches: true };
      add("batches", `${transport} ${bytes(size)}`, facts, { native });
    }
  }
  for (const size of [64, 1024, 65536]) {
    const facts = { transport: "tcp", size, curve: true };
    const native = () => nativeThroughput({ transport: "tcp", size, duration, curve: true });
    add("curve", `tcp ${bytes(size)}`, facts, { native });
  }
  add("from native", "tcp 64 B", { transport: "tcp", size: 64, nativeSender: true }, {});
  return all;
}

export async function measure(facts) {
  if (facts.transport === "inproc") return startRole(import.meta.url, "inproc", facts).result;

  const keys = facts.curve ? load("zeromq") : undefined;
  const curve = keys && { server: keys.curveKeyPair(), client: keys.curveKeyPair() };
  const endpoint = facts.transport === "ipc" ? ipcEndpoint() : await nativeEndpoint(facts);
  const receiver = startRole(import.meta.url, "receive", { ...facts, endpoint, curve });
  const bound = await receiver.told;
  if (facts.nativeSender) {
    const { size, warmUp, duration } = facts;
    const plenty = nativeCount({ size, duration: 10 * (warmUp + duration) });
    startNative("remote_thr", [bound, size, plenty]);
    return receiver.result;
  }
  const sender = startRole(import.meta.url, "send", { ...facts, endpoint: bound, curve });
  return Promise.race([receiver.result, sender.result]);
}

function nativeEndpoint({ nativeSender }) {
  return nativeSender ? freeEndpoint("tcp") : "tcp://127.0.0.1:*";
}

export async function receive(facts, tell) {
  const pull = makePull(facts);
  await pull.bind(facts.endpoint);
  tell(pull.lastEndpoint);
  return count(pull, facts);
}

export async function send(facts) {
  const push = makePush(facts);
  push.connect(facts.endpoint);
  await flood(push, facts);
}

/** Both ends on one thread. */
export async function inproc(facts) {
  const pull = makePull(facts);
  await pull.bind("inproc://throughput");
  const push = makePush(facts);
  push.connect("inproc://throughput");
  const flooding = flood(push, facts);
  return Promise.race([count(pull, facts), flooding]);
}

function makePull({ module, batches, curve }) {
  const zmq = load(module);
  if (batches && module !== "zeromq") requireMethod(zmq, "Pull", "batches");
  return new zmq.Pull(curve && { curveServer: true, curveSecretKey: curve.server.secretKey });
}

function makePush({ module, batches, curve }) {
  const zmq = load(module);
  if (batches && module !== "zeromq") requireMethod(zmq, "Push", "sendMany");
  return new zmq.Push(
    curve && {
      curveServerKey: curve.server.publicKey,
      curvePublicKey: curve.client.publicKey,
      curveSecretKey: curve.client.secretKey,
    },
  );
}

async function flood(push, { module, size, frames = 1, batches = false }) {
  const frame = Buffer.alloc(size, 1);
  const message = frames === 1 ? frame : Array(frames).fill(frame);
  if (batches && module !== "zeromq") {
    const messages = Array(batch).fill(message);
    for (;;) await push.sendMany(messages);
  }
  for (;;) await push.send(message);
}

async function count(pull, { module, size, warmUp, duration, frames = 1, batches = false }) {
  const meter = new Meter({ warmUp, duration });
  if (batches && module !== "zeromq") {
    for await (const messages of pull.batches({ max: batch })) {
      check(messages[0], size, frames);
      if (meter.add(messages.length)) return meter.result;
    }
  }
  const stride = strideFor(size * frames);
  let left = stride;
  for await (const message of pull) {
    left -= 1;
    if (left > 0) continue;
    left = stride;
    check(message, size, frames);
    if (meter.add(stride)) return meter.result;
  }
  throw new Skip("the socket ended before the time was over");
}

function check(message, size, frames) {
  if (message.length === frames && message[frames - 1].length === size) return;
  throw new Error(`Received ${message.length} frames, wanted ${frames} of ${size} bytes`);
}
