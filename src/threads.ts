/*
 * What zmqx needs of node:worker_threads, which is loaded with the first socket: that takes longer
 * than all the rest.
 */

type Threads = typeof import("node:worker_threads");

let loaded: Threads | undefined;

function threads(): Threads {
  loaded ??= require("node:worker_threads") as Threads;
  return loaded;
}

/** Whether this is not the thread of a worker. */
export function isMainThread(): boolean {
  return threads().isMainThread;
}

/** Keeps memory from being moved to another thread, where the runtime can do that. */
export function markAsUntransferable(memory: object): void {
  threads().markAsUntransferable?.(memory);
}
