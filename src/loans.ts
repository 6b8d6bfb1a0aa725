/*
 * Loans: message parts that libzmq reads in place until they are sent, seen from JavaScript.
 */

import { types } from "node:util";
import { addon } from "./native.js";
import { pin } from "./threads.js";

let exitIsNoted = false;

/**
 * To be called with each message that may be lent, in parts of more than `limit` bytes. False: it is
 * to be copied.
 */
export function protect(message: unknown, limit: number): boolean {
  if (!Array.isArray(message)) return protectPart(message, limit);
  for (let index = 0; index < message.length; index++) {
    const part = message[index];
    // It is no message then, and may have holes without end.
    if (part === undefined) return true;
    if (!protectPart(part, limit)) return false;
  }
  return true;
}

function protectPart(part: unknown, limit: number): boolean {
  if (!ArrayBuffer.isView(part)) {
    if (!types.isArrayBuffer(part)) return true;
  } else if (!(part instanceof Uint8Array) && types.isDataView(part)) {
    return true;
  }
  if (part.byteLength <= limit) return true;
  const memory: ArrayBufferLike & { resizable?: boolean } = ArrayBuffer.isView(part)
    ? part.buffer
    : part;
  // What it shrinks by can be read no more, and another thread could free it, while libzmq still reads.
  if (memory.resizable || !pin(memory)) return false;
  noteExit();
  return true;
}

// At the end of the process native code wants to know how that was meant.
function noteExit(): void {
  if (exitIsNoted) return;
  exitIsNoted = true;
  process.on("exit", (code) => addon.noteExit(code));
}

/** What `sendTracked()` resolves to. */
export interface Tracker {
  /** Resolves when libzmq has let go of the memory of the message: its bytes may change. */
  readonly done: Promise<void>;
}

// Kept by the addon, since the façade may be loaded again over the same one.
addon.tracks ??= new Map();
const { tracks } = addon;
addon.onreleased ??= (id) => {
  tracks.get(id)?.();
  tracks.delete(id);
};

let lastId = 0;
let awaited = 0;
let keepAlive: NodeJS.Timeout | undefined;

/** A new track, and the number by which native code knows it. */
export function track(): { id: number; tracker: Tracker } {
  do lastId = lastId === 0x7fffffff ? 1 : lastId + 1;
  while (tracks.has(lastId));
  const id = lastId;
  const done = new Promise<void>((resolve) => tracks.set(id, resolve));
  // Whoever asks for the promise waits for it, which keeps the process alive.
  const tracker = {
    get done() {
      if (tracks.has(id)) hold(done);
      return done;
    },
  };
  return { id, tracker };
}

function hold(done: Promise<void>): void {
  awaited++;
  keepAlive ??= setInterval(() => undefined, 0x7fffffff);
  done.then(() => {
    if (--awaited > 0) return;
    clearInterval(keepAlive);
    keepAlive = undefined;
  });
}

/** To be called when a track has come to its end without a loan. */
export function released(id: number): void {
  addon.onreleased?.(id);
}
