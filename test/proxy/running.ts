/*
 * Running: a proxy with both ends bound, which ends with its scope.
 */

import { Proxy, type Socket } from "zmqx";
import { freshAddress, type Transport } from "../harness.js";

export class Running<F extends Socket, B extends Socket> {
  private constructor(
    readonly proxy: Proxy<F, B>,
    /** Where to connect to for the front end. */
    readonly front: string,
    /** Where to connect to for the back end. */
    readonly back: string,
    /** What `run()` has returned. */
    readonly ended: Promise<void>,
  ) {}

  static async start<F extends Socket, B extends Socket>(
    frontEnd: F,
    backEnd: B,
    transport: Transport,
  ): Promise<Running<F, B>> {
    const front = await frontEnd.bind(freshAddress(transport));
    const back = await backEnd.bind(freshAddress(transport));
    const proxy = new Proxy(frontEnd, backEnd);
    return new Running(proxy, front, back, proxy.run());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.proxy.terminate();
    await this.ended;
  }
}
