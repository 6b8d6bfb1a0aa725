/*
 * What zmqx needs of node:worker_threads, which is loaded with the first socket: that takes longer
 * than all the rest.
 */

type Threads = typeof import("node:worker_threads") & {
  /** Since Node 21. */
  isMarkedAsUntransferable?(memory: object): boolean;
};

let loaded: Threads | undefined;

function threads(): Threads {
  loaded ??= require("node:worker_threads") as Threads;
  return loaded;
}

/** Whether this is not the thread of a worker. */
export function isMainThread(): boolean {
  // Deno calls that of a Web Worker a main thread too.
  return threads().isMainThread && !("DedicatedWorkerGlobalScope" in globalThis);
}

/**
 * Keeps memory from being moved to another thread, where the runtime can do that. False: it may be
 * freed although somebody refers to it.
 */
export function pin(memory: ArrayBufferLike): boolean {
  const { isMarkedAsUntransferable: isMarked, markAsUntransferable: mark } = threads();
  if (isMarked?.(memory)) return true;
  // What cannot be detached anyway must not be marked: from Node 24 on that aborts the process, when
  // the memory of WebAssembly grows, or at exit, for the memory of an addon, which is marked already.
  // Bun frees what has grown with its WebAssembly.Memory; V8 keeps both.
  if (isMarked && isWebAssemblyMemory(memory)) return process.versions.bun === undefined;
  mark?.(memory);
  return true;
}

const webAssemblyPage = 65_536;

function isWebAssemblyMemory(memory: ArrayBufferLike): boolean {
  if (memory.byteLength % webAssemblyPage !== 0) return false;
  // Deno moves what is named twice: try with memory that nobody needs. Rather unmarked than aborted.
  asksInVain ??= !isRefusedAsDuplicate(new ArrayBuffer(1));
  return asksInVain || !isRefusedAsDuplicate(memory);
}

let asksInVain: boolean | undefined;

/** Whether memory that is to be transferred twice is refused for that, and not for what it is. */
function isRefusedAsDuplicate(memory: ArrayBufferLike): boolean {
  try {
    structuredClone(null, { transfer: [memory, memory] as never });
    return false;
  } catch (error) {
    return memory.byteLength > 0 && String(error).includes("duplicate");
  }
}
