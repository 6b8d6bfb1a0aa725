/*
 * ZapHandler: answers the authentication requests of one context, as RFC 27 describes.
 */

import assert from "node:assert/strict";
import { type Context, Router } from "zmqx";

/** What libzmq asks. */
export interface ZapRequest {
  domain: string;
  address: string;
  routingId: Buffer;
  mechanism: string;
  credentials: Buffer[];
}

/** What the handler answers. */
export interface ZapAnswer {
  status: string;
  userId?: string;
}

export type Decide = (request: ZapRequest) => ZapAnswer;

export class ZapHandler {
  readonly requests: ZapRequest[] = [];
  readonly #socket: Router;
  readonly #served: Promise<void>;

  private constructor(socket: Router, decide: Decide) {
    this.#socket = socket;
    this.#served = this.#serve(decide);
  }

  /** Starts to answer with what `decide` gives. */
  static async open(context: Context, decide: Decide): Promise<ZapHandler> {
    const socket = new Router({ context, linger: 0 });
    await socket.bind("inproc://zeromq.zap.01");
    return new ZapHandler(socket, decide);
  }

  async close(): Promise<void> {
    await this.#socket.close();
    await this.#served;
  }

  async #serve(decide: Decide): Promise<void> {
    for await (const [sender, delimiter, version, id, ...rest] of this.#socket) {
      const [domain, address, routingId, mechanism, ...credentials] = rest as [
        Buffer,
        Buffer,
        Buffer,
        Buffer,
        ...Buffer[],
      ];
      assert.equal(String(version), "1.0");
      const request: ZapRequest = {
        domain: String(domain),
        address: String(address),
        routingId,
        mechanism: String(mechanism),
        credentials,
      };
      this.requests.push(request);
      const { status, userId = "" } = decide(request);
      // A peer that was refused tries again and again, also at the end of the test.
      if (this.#socket.closed) return;
      const reply = [sender, delimiter, "1.0", id, status, "because", userId, ""];
      await this.#socket.send(reply as Buffer[]);
    }
  }
}
