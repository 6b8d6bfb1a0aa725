/*
 * RawPeer: a connection to a bound socket as plain bytes, and what ZMTP is made of.
 */

import { once } from "node:events";
import * as net from "node:net";

/** Where an endpoint is for node:net. */
export function place(endpoint: string): net.NetConnectOpts {
  if (endpoint.startsWith("ipc://")) return { path: endpoint.slice("ipc://".length) };
  const [, host, port] = /^tcp:\/\/\[?([^\]]+)\]?:(\d+)$/.exec(endpoint) as RegExpExecArray;
  return { host, port: Number(port) };
}

/** What a peer says first, in ZMTP 3. */
export function greeting(mechanism: string): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
  bytes.write(mechanism, 12);
  return bytes;
}

/** A frame with a long size, which may be another than that of the body. */
export function frame(flags: number, body: Buffer, size = BigInt(body.length)): Buffer {
  const head = Buffer.alloc(9);
  head[0] = flags | 2;
  head.writeBigUInt64BE(size, 1);
  return Buffer.concat([head, body]);
}

/** A command frame. */
export function command(name: string, body: string | Buffer): Buffer {
  return frame(
    4,
    Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from(body)]),
  );
}

/** The command that ends a handshake with the NULL mechanism, for a socket of the given type. */
export function ready(type: string): Buffer {
  const size = Buffer.from([0, 0, 0, type.length]);
  return command("READY", Buffer.concat([Buffer.from("\x0bSocket-Type"), size, Buffer.from(type)]));
}

export class RawPeer {
  readonly #connection: net.Socket;
  /** What has come so far. */
  received = Buffer.alloc(0);
  /** Resolves when the connection is gone. */
  readonly closed: Promise<unknown>;

  private constructor(connection: net.Socket) {
    this.#connection = connection;
    connection.on("data", (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
    });
    connection.on("error", () => undefined);
    this.closed = new Promise((resolve) => connection.on("close", resolve));
  }

  static async connect(endpoint: string): Promise<RawPeer> {
    const connection = net.connect(place(endpoint));
    const peer = new RawPeer(connection);
    await once(connection, "connect");
    return peer;
  }

  write(bytes: Buffer): void {
    this.#connection.write(bytes);
  }

  /** Goes away after all that was written. */
  async close(): Promise<void> {
    this.#connection.end();
    await this.closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.destroy();
    await this.closed;
  }
}
