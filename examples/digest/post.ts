// The sockets of the main process. Each is bound twice, so that workers in other processes and
// workers in threads of this one meet at the same queue.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { capability, Pull, Push, Reply, XPublisher } from "zmqx";
import { type Endpoints, handful } from "./messages.js";

export class Post {
  // Whoever still needs a message when a socket closes has ended before: linger for none.
  readonly work = new Push({ sendHighWaterMark: handful, linger: 0 });
  readonly results = new Pull({ linger: 0 });
  /** A publisher that hears of subscriptions, and so knows who will get what it sends. */
  readonly news = new XPublisher({ linger: 0 });
  readonly control = new Reply({ linger: 0 });

  readonly forProcesses: Endpoints = { work: "", results: "", news: "" };
  readonly forThreads: Endpoints = { work: "", results: "", news: "" };
  controlEndpoint = "";
  private directory = "";

  async open(): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), "digest-"));
    for (const name of ["work", "results", "news"] as const) {
      this.forProcesses[name] = await this[name].bind(this.outside(name));
      this.forThreads[name] = `inproc://${basename(this.directory)}/${name}`;
      await this[name].bind(this.forThreads[name]);
    }
    this.controlEndpoint = await this.control.bind(this.outside("control"));
  }

  /** Returns when all of `topics` are subscribed to: nothing sent on them from then on is missed. */
  async subscribed(topics: Iterable<string>, signal: AbortSignal): Promise<void> {
    const missing = new Set(topics);
    while (missing.size > 0) {
      const [subscription] = await this.news.receive({ signal });
      // The first byte says whether it is made or taken back; nobody takes one back at the start.
      missing.delete(String(subscription?.subarray(1)));
    }
  }

  async close(): Promise<void> {
    const sockets = [this.work, this.results, this.news, this.control];
    await Promise.all(sockets.map((socket) => socket.close()));
    if (this.directory) await rm(this.directory, { recursive: true, force: true });
  }

  private outside(name: string): string {
    const ipc = capability.ipc && process.platform !== "win32";
    return ipc ? `ipc://${join(this.directory, name)}` : "tcp://127.0.0.1:*";
  }
}
