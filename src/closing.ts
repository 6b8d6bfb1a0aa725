/*
 * Closing a socket, and the promise of that, which keeps the process alive only when somebody
 * awaits it.
 */

import { Feed } from "./feed.js";
import { kindCode } from "./native.js";
import { socketOptions } from "./options.js";
import type { SocketParts } from "./parts.js";

/** Milliseconds that the promise waits for messages that would linger for ever. */
const endlessLinger = 1000;

const int32 = kindCode("i32");

/** The linger that a program gave to close(), if any. Throws a TypeError or RangeError. */
export function checkLinger(options: { linger?: number }): number | undefined {
  const linger: unknown = options?.linger;
  if (linger === undefined) return undefined;
  const text = `Cannot close with the linger ${String(linger)}: expected -1, 0 or milliseconds`;
  if (typeof linger !== "number") throw new TypeError(text);
  if (!Number.isInteger(linger) || linger < -1 || linger > 0x7fffffff) throw new RangeError(text);
  return linger;
}

/** Closes at once. Resolves when libzmq has given up the socket and its endpoints. */
export function closeSocket(
  { handle, context, used }: SocketParts,
  linger?: number,
): Promise<void> {
  if (handle.closed) return Promise.resolve();
  const endless =
    linger === undefined && handle.native.getOption(socketOptions.linger.id, int32) === -1;
  const observed = Feed.has(handle);
  const feed = used || observed ? startFeed(handle, context) : undefined;
  handle.close(linger);
  if (feed === undefined) return Promise.resolve();
  const gone = feed.until(({ type }) => type === "end");
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    if (endless) timer = setTimeout(resolve, endlessLinger).unref();
  });
  if (!observed) feed.setReferenced(false);
  const done = Promise.race([gone, patience]).finally(() => clearTimeout(timer));
  return Closing.of(done, () => {
    timer?.ref();
    if (!observed) feed.setReferenced(true);
  });
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
