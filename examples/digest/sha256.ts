// The work itself: the SHA-256 digest of one file.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** Digests `bytes`, or without them what is on disk at `path`, a piece at a time. */
export async function sha256(path: string, bytes?: Buffer): Promise<Buffer> {
  const hash = createHash("sha256");
  if (bytes) return hash.update(bytes).digest();
  await pipeline(createReadStream(path), hash);
  return hash.digest();
}
