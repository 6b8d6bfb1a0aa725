/*
 * The other end of a connection as bytes: a peer that speaks ZMTP 3.0 with the NULL mechanism, as
 * badly as a test wants it, and a relay that counts what passes.
 */

import { once } from "node:events";
import * as net from "node:net";
import { until } from "../harness.js";

function place(endpoint: string): net.NetConnectOpts {
  if (endpoint.startsWith("ipc://")) return { path: endpoint.slice("ipc://".length) };
  const { hostname, port } = new URL(endpoint);
  return { host: hostname, port: Number(port) };
}

function sized(text: string, size: 1 | 4): Buffer {
  const length = Buffer.alloc(size);
  length.writeUIntBE(text.length, 0, size);
  return Buffer.concat([length, Buffer.from(text)]);
}

/** A frame with a long size: 2 and the flag for more, or 6 for a command. */
function frame(flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head[0] = flags;
  head.writeBigUInt64BE(BigInt(body.length), 1);
  return Buffer.concat([head, body]);
}

/** A connection to a bound socket, made by hand. */
export class WirePeer {
  readonly #connection: net.Socket;
  #received = Buffer.alloc(0);

  private constructor(connection: net.Socket) {
    this.#connection = connection;
    connection.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
    });
    connection.on("error", () => undefined);
  }

  /** Connects as a socket of the given type, and shakes hands. */
  static async connect(endpoint: string, type: string): Promise<WirePeer> {
    const connection = net.connect(place(endpoint));
    await once(connection, "connect");
    const peer = new WirePeer(connection);
    const greeting = Buffer.alloc(64);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
    greeting.write("NULL", 12);
    const ready = [sized("READY", 1), sized("Socket-Type", 1), sized(type, 4)];
    connection.write(Buffer.concat([greeting, frame(6, Buffer.concat(ready))]));
    await until(() => peer.#received.includes("READY"), "the handshake");
    return peer;
  }

  /** Sends one part of a message. */
  send(part: string, more: boolean): void {
    this.#connection.write(frame(more ? 3 : 2, Buffer.from(part)));
  }

  /** Whether the other side has sent these bytes. */
  got(bytes: string): boolean {
    return this.#received.includes(bytes);
  }

  /** Goes away at once. */
  cut(): void {
    this.#connection.destroy();
  }

  /** Goes away after all that was sent has been. */
  async close(): Promise<void> {
    this.#connection.end();
    this.#connection.resume();
    await once(this.#connection, "close");
  }
}

/** Passes connections on to a bound socket. */
export class Relay {
  readonly #server: net.Server;
  readonly #connections = new Set<net.Socket>();
  /** How many bytes the bound socket has sent. */
  bytes = 0;

  private constructor(target: string) {
    this.#server = net.createServer((near) => {
      const far = net.connect(place(target));
      for (const connection of [near, far]) {
        this.#connections.add(connection);
        connection.on("error", () => undefined);
      }
      far.on("data", (chunk) => {
        this.bytes += chunk.length;
      });
      near.on("close", () => far.destroy());
      far.on("close", () => near.destroy());
      near.pipe(far).pipe(near);
    });
  }

  /** Listens at `address`, a path for `ipc://` and otherwise any free port. */
  static async open(target: string, address: string): Promise<Relay> {
    const relay = new Relay(target);
    const path = address.startsWith("ipc://") ? address.slice("ipc://".length) : undefined;
    relay.#server.listen(path === undefined ? { port: 0, host: "127.0.0.1" } : { path });
    await once(relay.#server, "listening");
    return relay;
  }

  /** Where to connect to. */
  get endpoint(): string {
    const address = this.#server.address() as net.AddressInfo | string;
    return typeof address === "string" ? `ipc://${address}` : `tcp://127.0.0.1:${address.port}`;
  }

  /** Cuts all connections, and takes new ones still. */
  cut(): void {
    for (const connection of this.#connections) connection.destroy();
    this.#connections.clear();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }
}
