// PUSHes the files to whichever worker has room, and sees to it that each gets a result.
// PUSH does not say which worker took a message, so what died with one is found by roll call.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Push } from "zmqx";
import type { Crew } from "./crew.js";
import type { Ledger } from "./ledger.js";
import { carriedBytes } from "./messages.js";
import type { File } from "./walk.js";

export class Ventilator {
  sent = 0;
  resent = 0;
  private calls = 0;

  constructor(
    private readonly work: Push,
    private readonly crew: Crew,
    private readonly ledger: Ledger,
    private readonly directory: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Waits while every worker has its hands full. */
  async send(file: File): Promise<void> {
    // Entered first: the result may be back before send() has returned.
    this.ledger.sent(file);
    const frames: (string | Buffer)[] = ["file", file.name];
    try {
      if (file.size <= carriedBytes) frames.push(await readFile(join(this.directory, file.name)));
    } catch (error) {
      this.ledger.settle("", file.name, { failure: String(error) });
      return;
    }
    await this.push(frames);
  }

  /**
   * Returns when all workers alive have answered a call made now. Messages to one worker and back
   * stay in order, so by then each is connected, and has answered all that it was sent before.
   */
  async callRoll(): Promise<void> {
    const call = ++this.calls;
    const silent = (name: string) => !this.ledger.answered(name, call);
    while ([...this.crew.alive.keys()].some(silent)) {
      await this.push(["call", String(call)]);
      // The call may have gone to one who had answered, or into the pipe of one just killed.
      await this.ledger.change(this.signal, 50);
    }
  }

  /** When all is sent: returns once all is settled; hands out again what died with a worker. */
  async settle(report: (lost: string[]) => void): Promise<void> {
    while (this.ledger.outstanding.size > 0) {
      if (this.crew.lost.length === 0) {
        await this.ledger.change(this.signal);
        continue;
      }
      await this.callRoll();
      const lost = [...this.ledger.outstanding.values()];
      if (lost.length === 0) break;
      report(lost.map((file) => file.name));
      for (const file of lost) await this.send(file);
      this.resent += lost.length;
    }
  }

  private async push(frames: (string | Buffer)[]): Promise<void> {
    await this.work.send(frames, { signal: this.signal });
    this.sent += 1;
  }
}
