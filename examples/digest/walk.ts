// Lists the regular files below a directory: names and sizes, never contents.
// Symbolic links are not followed, so that every file is met once.

import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

export interface File {
  /** Relative to the directory that was walked. */
  name: string;
  size: number;
}

export async function list(root: string, signal: AbortSignal): Promise<File[]> {
  const files: File[] = [];
  try {
    for await (const file of walk(root)) {
      signal.throwIfAborted();
      files.push(file);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`Cannot list "${root}": ${(error as Error).message}`, { cause: error });
  }
  return files;
}

async function* walk(root: string, below = ""): AsyncGenerator<File> {
  for await (const entry of await opendir(join(root, below))) {
    const name = join(below, entry.name);
    if (entry.isDirectory()) {
      yield* walk(root, name);
    } else if (entry.isFile()) {
      // A file that is gone by now is reported by whoever tries to read it.
      const size = await lstat(join(root, name)).then(
        (found) => found.size,
        () => 0,
      );
      yield { name, size };
    }
  }
}
