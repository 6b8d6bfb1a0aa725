// What users would pick instead: net with a length prefix, ws, MessageChannel between threads, and
// Python's zmq; one way, each as fast as its own flow control lets it.

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Skip } from "../contestants.mjs";
import { Meter, strideFor } from "../meter.mjs";
import { startProgram, startRole } from "../processes.mjs";
import { bytes } from "../statistics.mjs";
import { measure as measureZmq } from "./throughput.mjs";

const corkedBy = 64;
const python = fileURLToPath(new URL("../pyzmq.py", import.meta.url));

export function cases({ quick, warmUp, duration }) {
  return (quick ? [64] : [64, 1024, 65536]).map((size) => {
    const facts = { size, warmUp, duration };
    return {
      key: `instead ${size}`,
      group: "instead",
      label: bytes(size),
      facts: { size },
      contestants: {
        zmqx: () => measureZmq({ module: "zmqx", transport: "tcp", ...facts }),
        net: () => measure("Net", facts),
        "net corked": () => measure("Net", { ...facts, cork: corkedBy }),
        ws: () => measure("Ws", facts),
        MessageChannel: () => startRole(import.meta.url, "channel", facts).result,
        pyzmq: () => measurePython(facts),
      },
    };
  });
}

async function measure(kind, facts) {
  const receiver = startRole(import.meta.url, `receive${kind}`, facts);
  const port = await receiver.told;
  const sender = startRole(import.meta.url, `send${kind}`, { ...facts, port });
  return Promise.race([receiver.result, sender.result]);
}

function counter({ size, warmUp, duration }, done) {
  const meter = new Meter({ warmUp, duration });
  const stride = strideFor(size);
  let left = stride;
  return () => {
    left -= 1;
    if (left > 0) return;
    left = stride;
    if (meter.add(stride)) done(meter.result);
  };
}

export async function receiveNet(facts, tell) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  tell(server.address().port);
  const [socket] = await once(server, "connection");
  return new Promise((resolve, reject) => {
    const count = counter(facts, resolve);
    let rest = Buffer.alloc(0);
    socket.on("error", reject).on("data", (chunk) => {
      const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let at = 0;
      while (data.length >= at + 4) {
        const end = at + 4 + data.readUInt32BE(at);
        if (data.length < end) break;
        data.subarray(at + 4, end);
        at = end;
        count();
      }
      rest = data.subarray(at);
    });
  });
}

export async function sendNet({ port, size, cork = 1 }) {
  const socket = connect(port, "127.0.0.1").setNoDelay();
  await once(socket, "connect");
  const message = Buffer.alloc(size, 1);
  for (;;) {
    if (cork > 1) socket.cork();
    for (let i = 0; i < cork; i += 1) {
      const framed = Buffer.allocUnsafe(4 + size);
      framed.writeUInt32BE(size);
      message.copy(framed, 4);
      socket.write(framed);
    }
    if (cork > 1) socket.uncork();
    if (socket.writableNeedDrain) await once(socket, "drain");
  }
}

export async function receiveWs(facts, tell) {
  const { WebSocketServer } = await import("ws");
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await once(server, "listening");
  tell(server.address().port);
  const [socket] = await once(server, "connection");
  return new Promise((resolve) => socket.on("message", counter(facts, resolve)));
}

export async function sendWs({ port, size }) {
  const { WebSocket } = await import("ws");
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await once(socket, "open");
  const message = Buffer.alloc(size, 1);
  for (;;) {
    for (let i = 1; i < corkedBy; i += 1) socket.send(message);
    await new Promise((resolve) => socket.send(message, resolve));
  }
}

/** Both ends in one process, since it only joins threads. */
export function channel(facts) {
  return new Promise((resolve, reject) => {
    const { size } = facts;
    const sender = new Worker(new URL("../channel-sender.mjs", import.meta.url), {
      workerData: { size },
    });
    const count = counter(facts, resolve);
    sender.on("error", reject).on("message", (message) => {
      if (message === "window") sender.postMessage("taken");
      else count();
    });
  });
}

async function measurePython({ size, warmUp, duration }) {
  if (spawnSync("python3", ["-c", "import zmq"]).status !== 0) {
    throw new Skip("python3 cannot import zmq");
  }
  const words = [python, "receive", size, warmUp, duration].map(String);
  const receiver = startProgram("python3", words);
  const [line] = await Promise.race([once(receiver.stdout, "data"), receiver.output]);
  startProgram("python3", [python, "send", line.trim(), String(size)]);
  return JSON.parse((await receiver.output).split("\n")[1]);
}
