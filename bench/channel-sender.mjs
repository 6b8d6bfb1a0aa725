// The sending thread of the MessageChannel trial: windows of messages, a few ahead of the receiver,
// because a port has no flow control of its own.

import { parentPort, workerData } from "node:worker_threads";

const perWindow = 256;
const windowsAhead = 4;
const message = new Uint8Array(workerData.size).fill(1);

function sendWindow() {
  for (let i = 0; i < perWindow; i += 1) parentPort.postMessage(message);
  parentPort.postMessage("window");
}

parentPort.on("message", sendWindow);
for (let i = 0; i < windowsAhead; i += 1) sendWindow();
