/*
 * The methods behind the interfaces of traits.ts, for the prototypes of the socket classes.
 */

import { checkMessage, checkOptions, type WaitOptions } from "./arguments.js";
import { receiveMany, sendMany } from "./batch.js";
import { receiveSync, sendSync } from "./blocking.js";
import type { Handle } from "./handle.js";
import { iterate, iterateMessages } from "./iterate.js";
import { released, type Tracker, track } from "./loans.js";
import { socketParts } from "./parts.js";
import type { BatchOptions, ManyOptions, SendOptions } from "./traits.js";

type Target = number | string | undefined;
type Batching = Source & { receiveMany(options: ManyOptions): Promise<unknown[][]> };
type Source = Parameters<typeof iterate<unknown[]>>[0];

/** What a type of socket can do. */
export interface Abilities {
  receives?: true;
  sends?: true;
  /** How many parts each message that it sends has; any number otherwise. */
  parts?: number;
  /** Reads from the options where to send to, see `send()` in native/socket_io.cc. Throws. */
  target?: (options: object | undefined) => number | string;
  /** What a program receives for what native code gives: the same, otherwise. */
  unpack?: (parts: unknown[]) => unknown[];
}

const handleOf = (socket: object, action: string): Handle => socketParts(socket, action).handle;

const sending = ({ parts, target: targetIn }: Abilities) => {
  const targetOf = (options?: object): Target => targetIn?.(options);
  return {
    send(this: object, message: unknown, options?: SendOptions): Promise<void> {
      try {
        const handle = handleOf(this, "send");
        const checked = checkMessage(message, parts);
        const target = targetOf(options);
        return handle.send(checked, target, options, options?.copy ? 0 : undefined);
      } catch (error) {
        return Promise.reject(error);
      }
    },

    async sendTracked(this: object, message: unknown, options?: SendOptions): Promise<Tracker> {
      const handle = handleOf(this, "send");
      const checked = checkMessage(message, parts);
      const target = targetOf(options);
      const { id, tracker } = track();
      try {
        if (options?.copy) released(id);
        await handle.send(checked, target, options, options?.copy ? 0 : id);
        return tracker;
      } catch (error) {
        released(id);
        throw error;
      }
    },

    trySend(this: object, message: unknown, options?: SendOptions): boolean {
      const handle = handleOf(this, "send");
      const checked = checkMessage(message, parts);
      return handle.trySend(checked, targetOf(options), options?.copy ? 0 : undefined);
    },

    async sendMany(
      this: object,
      messages: Iterable<unknown>,
      options?: SendOptions,
    ): Promise<number> {
      return sendMany(handleOf(this, "send"), messages, parts, targetOf(options), options);
    },

    sendSync(this: object, message: unknown, options?: WaitOptions): void {
      const checked = checkMessage(message, parts);
      sendSync(handleOf(this, "send"), checked, targetOf(options), options);
    },
  };
};

const receiving = ({ unpack }: Abilities) => {
  const receive = function (this: object, options?: WaitOptions): Promise<unknown[]> {
    try {
      const received = handleOf(this, "receive").receive(options);
      return unpack === undefined ? received : received.then(unpack);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return {
    receive,

    tryReceive(this: object): unknown[] | undefined {
      const [message] = handleOf(this, "receive").tryReceive(1);
      return message && unpack ? unpack(message) : message;
    },

    async receiveMany(this: object, options?: ManyOptions): Promise<unknown[][]> {
      const messages = await receiveMany(handleOf(this, "receive"), options);
      return unpack === undefined ? messages : messages.map(unpack);
    },

    batches(this: Batching, options: BatchOptions = {}) {
      checkOptions("receive", options);
      const source = this;
      const batches = {
        get closed() {
          return source.closed;
        },
        receive: () => source.receiveMany(options),
      };
      return { [Symbol.asyncIterator]: () => iterate(batches) };
    },

    receiveSync(this: object, options?: WaitOptions): unknown[] {
      const message = receiveSync(handleOf(this, "receive"), options);
      return unpack === undefined ? message : unpack(message);
    },

    [Symbol.asyncIterator](this: Source) {
      // A class of the program may receive in its own way.
      if (this.receive !== receive || unpack !== undefined) return iterate(this);
      return iterateMessages(handleOf(this, "iterate over it"));
    },
  };
};

/** Gives the prototype of a socket class the methods for what it can do and does not define itself. */
export function addMethods(prototype: object, abilities: Abilities): void {
  const { sends, receives } = abilities;
  for (const methods of [sends && sending(abilities), receives && receiving(abilities)]) {
    if (methods === undefined) continue;
    for (const name of Reflect.ownKeys(methods)) {
      if (Object.hasOwn(prototype, name)) continue;
      const value = Reflect.get(methods, name);
      Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
    }
  }
}
