/*
 * Recording: keeps all events of a socket, and waits for them.
 */

import type { Event, EventOfType, EventType, Socket } from "zmqx";
import { until } from "../harness.js";

export class Recording {
  readonly events: Event[] = [];
  /** Resolves when the loop over the events has ended by itself. */
  readonly ended: Promise<void>;

  /** Starts to record. */
  constructor(socket: Socket) {
    this.ended = this.#read(socket);
  }

  /** The types of the events so far. */
  get types(): EventType[] {
    return this.events.map(({ type }) => type);
  }

  /** All events of one type so far. */
  all<T extends EventType>(type: T): EventOfType<T>[] {
    return this.events.filter((event) => event.type === type) as unknown as EventOfType<T>[];
  }

  /** Waits until there are `count` events of the type, and gives the last one of these. */
  async wait<T extends EventType>(type: T, count = 1): Promise<EventOfType<T>> {
    await until(() => this.all(type).length >= count, `"${type}" after ${this.types.join(", ")}`);
    return this.all(type)[count - 1] as EventOfType<T>;
  }

  async #read(socket: Socket): Promise<void> {
    for await (const event of socket.events) this.events.push(event);
  }
}
