// The proof: every digest again in this one process, read from the disk, and the comparison.

import { join } from "node:path";
import { sha256 } from "./sha256.js";
import type { File } from "./walk.js";

export type Digests = ReadonlyMap<string, string>;

/** Leaves out what cannot be read. */
export async function digestAlone(directory: string, files: File[]): Promise<Digests> {
  const digests = new Map<string, string>();
  for (const { name } of files) {
    const digest = await sha256(join(directory, name)).catch(() => undefined);
    if (digest) digests.set(name, digest.toString("hex"));
  }
  return digests;
}

/** One line for each file whose two digests are not there, or not the same. */
export function differences(files: File[], expected: Digests, received: Digests): string[] {
  const lines = [];
  for (const { name } of files) {
    const wanted = expected.get(name) ?? "nothing";
    const given = received.get(name) ?? "nothing";
    if (wanted === "nothing" || wanted !== given) {
      lines.push(`${name}: the workers say ${given}, one process alone says ${wanted}`);
    }
  }
  return lines;
}
