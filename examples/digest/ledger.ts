// The books of one run: what is outstanding, what came back and from whom.
// Emits "change" whenever waiting for something here may be over.

import { EventEmitter, once } from "node:events";
import type { Progress } from "./messages.js";
import type { File } from "./walk.js";

export interface Share {
  files: number;
  bytes: number;
}

export class Ledger extends EventEmitter {
  /** Sent, and no result yet. */
  readonly outstanding = new Map<string, File>();
  /** In hexadecimal: a string does not keep the memory of the message alive that it came in. */
  readonly digests = new Map<string, string>();
  readonly failures = new Map<string, string>();
  readonly shares = new Map<string, Share>();
  /** The last that each worker has answered. */
  private readonly rollCalls = new Map<string, number>();
  files = 0;
  bytes = 0;
  duplicates = 0;
  received = 0;

  constructor(
    private readonly totalFiles: number,
    private readonly totalBytes: number,
  ) {
    super();
  }

  progress(): Progress {
    const { files, bytes, totalFiles, totalBytes } = this;
    return { files, bytes, totalFiles, totalBytes };
  }

  sent(file: File): void {
    this.outstanding.set(file.name, file);
  }

  /** The first result of a file counts: one that was sent again may come back twice. */
  settle(worker: string, name: string, result: { digest: string } | { failure: string }): void {
    const file = this.outstanding.get(name);
    if (!file) {
      this.duplicates += 1;
      return;
    }
    this.outstanding.delete(name);
    this.files += 1;
    if ("failure" in result) {
      this.failures.set(name, result.failure);
    } else {
      this.digests.set(name, result.digest);
      this.bytes += file.size;
      const share = this.shares.get(worker) ?? { files: 0, bytes: 0 };
      this.shares.set(worker, { files: share.files + 1, bytes: share.bytes + file.size });
    }
    this.emit("change");
  }

  here(worker: string, call: number): void {
    this.rollCalls.set(worker, call);
    this.emit("change");
  }

  answered(worker: string, call: number): boolean {
    return this.rollCalls.get(worker) === call;
  }

  /** Resolves at the next change, or after `within` milliseconds if that comes first. */
  async change(signal: AbortSignal, within?: number): Promise<void> {
    const timer = within && setTimeout(() => this.emit("change"), within);
    try {
      await once(this, "change", { signal });
    } finally {
      if (timer) clearTimeout(timer);
    }
  }
}
