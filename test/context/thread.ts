/*
 * A worker thread that plays a part in a test.
 */

import { Worker } from "node:worker_threads";

export interface Thread {
  worker: Worker;
  /** The next message that the worker posts. Rejects with the error that ended it. */
  next(): Promise<unknown>;
  /** The exit code of the worker. */
  ended: Promise<number>;
}

/** A worker that runs `body`, where `zmq` is the package, `data` is given and `post()` answers. */
export function play(body: string, data?: unknown): Thread {
  const source = `
    const { parentPort, workerData: data } = require("node:worker_threads");
    const zmq = require("zmqx");
    const post = (value) => parentPort.postMessage(value);
    (async () => { ${body} })();
  `;
  const worker = new Worker(source, { eval: true, execArgv: [], workerData: data });
  const unread: unknown[] = [];
  let wake: (() => void) | undefined;
  let failure: Error | undefined;
  worker.on("message", (message) => {
    unread.push(message);
    wake?.();
  });
  worker.on("error", (error) => {
    failure = error;
    wake?.();
  });
  const ended = new Promise<number>((resolve) => worker.on("exit", resolve));
  const next = async (): Promise<unknown> => {
    while (unread.length === 0) {
      if (failure !== undefined) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return unread.shift();
  };
  return { worker, next, ended };
}
