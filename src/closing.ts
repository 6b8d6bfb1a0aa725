/*
 * Closing a socket, and the promise of that, which keeps the process alive only when somebody
 * awaits it.
 */

import { checkOptions } from "./arguments.js";
import { describe } from "./describe.js";
import { Feed } from "./feed.js";
import { addon, kindCode } from "./native.js";
import { socketOptions } from "./options.js";
import type { SocketParts } from "./parts.js";

/** Milliseconds that the promise waits beyond the linger, which counts as none when endless. */
const patience = 1000;

const int32 = kindCode("i32");

/** The linger that a program gave to close(), if any. Throws a TypeError or RangeError. */
export function checkLinger(options: { linger?: number }): number | undefined {
  const { linger }: { linger?: unknown } = checkOptions("close", options);
  if (linger === undefined) return undefined;
  const text = `Cannot close with the linger ${describe(linger)}: expected -1, 0 or milliseconds`;
  if (typeof linger !== "number") throw new TypeError(text);
  if (!Number.isInteger(linger) || linger < -1 || linger > 0x7fffffff) throw new RangeError(text);
  return linger;
}

/**
 * Closes at once. Resolves when libzmq has given up the socket and its endpoints. What was sent
 * over inproc is with the peer already, and the names there are free at once.
 */
export function closeSocket(
  { handle, context, usedNetwork }: SocketParts,
  linger?: number,
): Promise<void> {
  if (handle.closed) return Promise.resolve();
  const set = handle.native.getOption(socketOptions.linger.id, int32) as number;
  const observed = Feed.has(handle);
  const feed = usedNetwork || observed ? startFeed(handle, context) : undefined;
  handle.close(linger);
  if (feed === undefined) return Promise.resolve();
  pending++;
  answerPeers(0);
  const gone = feed
    .addReader()
    .until("end")
    .finally(() => pending--);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    if (linger === -1) return;
    const wait = Math.min(Math.max(linger ?? set, 0) + patience, 0x7fffffff);
    timer = setTimeout(resolve, wait).unref();
  });
  const reference = (referenced: boolean): void => {
    // An Observer has its own reasons to keep the process alive.
    if (!observed) feed.setReferenced(referenced);
  };
  reference(false);
  const done = Promise.race([gone, late]).finally(() => {
    clearTimeout(timer);
    reference(false);
  });
  return Closing.of(done, () => {
    timer?.ref();
    reference(true);
  });
}

let pending = 0;
let next: NodeJS.Timeout | undefined;

// A peer over inproc has to acknowledge the end in its thread, also one that nobody waits on.
function answerPeers(delay: number): void {
  clearTimeout(next);
  if (pending === 0) return;
  next = setTimeout(() => {
    addon.answerPeers();
    answerPeers(Math.min(delay * 2 + 1, 50));
  }, delay).unref();
}

// Without one to be had, close() just does not wait.
function startFeed(handle: SocketParts["handle"], context: SocketParts["context"]) {
  try {
    return Feed.of(handle, context);
  } catch {
    return undefined;
  }
}

class Closing extends Promise<void> {
  #hold: (() => void) | undefined;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Resolves when `done` has settled; `hold` is called when somebody waits for that. */
  static of(done: Promise<unknown>, hold: () => void): Closing {
    const closing = new Closing((resolve) => {
      const finish = (): void => resolve();
      done.then(finish, finish);
    });
    closing.#hold = hold;
    return closing;
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has one; this is how `await` asks.
  override then<A = void, B = never>(
    // biome-ignore lint/suspicious/noConfusingVoidType: the type that Promise<void> has.
    onFulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#hold?.();
    return super.then(onFulfilled, onRejected);
  }
}
