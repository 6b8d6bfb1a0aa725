/*
 * Tap: passes connections on to a bound socket, keeps what it saw, and can go silent as a broken
 * line does: nothing passes, and nobody is told.
 */

import { once } from "node:events";
import * as net from "node:net";
import { until } from "../harness.js";
import { place } from "./raw.js";

export class Tap {
  readonly #server: net.Server;
  readonly #connections = new Set<net.Socket>();
  readonly #frozen = new Set<net.Socket>();
  #seen = Buffer.alloc(0);

  private constructor(target: string) {
    this.#server = net.createServer((near) => {
      const far = net.connect(place(target));
      this.#carry(near, far);
      this.#carry(far, near);
    });
  }

  /** Listens at `address`, a path for `ipc://` and otherwise any free port. */
  static async open(target: string, address: string): Promise<Tap> {
    const tap = new Tap(target);
    const path = address.startsWith("ipc://") ? address.slice("ipc://".length) : undefined;
    tap.#server.listen(path === undefined ? { port: 0, host: "127.0.0.1" } : { path });
    await once(tap.#server, "listening");
    return tap;
  }

  /** Where to connect to. */
  get endpoint(): string {
    const address = this.#server.address() as net.AddressInfo | string;
    return typeof address === "string" ? `ipc://${address}` : `tcp://127.0.0.1:${address.port}`;
  }

  /** All that has passed, in both directions. */
  get seen(): Buffer {
    return this.#seen;
  }

  /** Silences the connections that there are. New ones are carried. */
  freeze(): void {
    for (const connection of this.#connections) this.#frozen.add(connection);
  }

  /** Waits until `text` has passed so many times. */
  async carried(text: string, times: number): Promise<void> {
    await until(() => this.#seen.toString("latin1").split(text).length > times, `"${text}"`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #carry(from: net.Socket, to: net.Socket): void {
    this.#connections.add(from);
    from.on("error", () => undefined);
    from.on("data", (bytes) => {
      if (this.#frozen.has(from)) return;
      this.#seen = Buffer.concat([this.#seen, bytes]);
      to.write(bytes);
    });
    from.on("close", () => {
      this.#connections.delete(from);
      if (!this.#frozen.has(from)) to.destroy();
    });
  }
}
