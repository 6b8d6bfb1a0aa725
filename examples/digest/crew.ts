// The workers: starts processes and threads, notices when one ends, and leaves none behind.
// Emits "change" when a worker has ended.

import { type ChildProcess, fork, type StdioOptions } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Endpoints } from "./messages.js";

export class Crew extends EventEmitter {
  readonly alive = new Map<string, ChildProcess | Worker>();
  /** Those that ended without having been told to, and how. */
  readonly lost: { name: string; how: string }[] = [];
  private dismissed = false;

  constructor(
    private readonly module: URL,
    private readonly directory: string,
  ) {
    super();
  }

  startProcess(name: string, endpoints: Endpoints): void {
    const argv = this.argumentsFor(name, endpoints);
    const stdio: StdioOptions = ["ignore", "inherit", "inherit", "ipc"];
    this.enlist(name, fork(fileURLToPath(this.module), argv, { stdio }));
  }

  startThread(name: string, endpoints: Endpoints): void {
    this.enlist(name, new Worker(this.module, { argv: this.argumentsFor(name, endpoints) }));
  }

  /** Who was lost, and how: "process-1 (SIGKILL)". */
  obituary(): string {
    return this.lost.map(({ name, how }) => `${name} (${how})`).join(", ");
  }

  /** Stops a process where it stands: what it is given from now on stays in its hands. */
  freeze(name: string): void {
    const member = this.alive.get(name);
    // Windows has no such signal.
    if (member && "pid" in member && process.platform !== "win32") member.kill("SIGSTOP");
  }

  /** Returns when the worker has ended. */
  async kill(name: string): Promise<void> {
    const member = this.alive.get(name);
    if (!member) return;
    const ended = once(member, "exit");
    if (member instanceof Worker) await member.terminate();
    else member.kill("SIGKILL");
    await ended;
  }

  /** Tells all to stop, and returns when they have. Whoever takes too long is killed. */
  async dismiss(tell: (name: string) => Promise<void>, patience: number): Promise<void> {
    this.dismissed = true;
    for (const name of [...this.alive.keys()]) await tell(name);
    const limit = AbortSignal.timeout(patience);
    while (this.alive.size > 0 && !limit.aborted) {
      await once(this, "change", { signal: limit }).catch(() => {});
    }
    await Promise.all([...this.alive.keys()].map((name) => this.kill(name)));
  }

  private argumentsFor(name: string, { work, results, news }: Endpoints): string[] {
    return [name, this.directory, work, results, news];
  }

  private enlist(name: string, member: ChildProcess | Worker): void {
    const leave = (how: string) => {
      if (!this.alive.delete(name)) return;
      if (!this.dismissed) this.lost.push({ name, how });
      this.emit("change");
    };
    this.alive.set(name, member);
    const source: EventEmitter = member;
    source.once("error", (error: Error) => leave(error.message));
    source.once("exit", (code, signal) => leave(signal ?? `exit code ${code}`));
  }
}
