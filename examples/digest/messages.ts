// What travels on which socket of this program, frame by frame, and how much may be under way.
// Files go out on "work" and digests come back on "results"; progress and stop go out on "news".

/** PUSH to PULL: `file, name, bytes` or, for a file over `carriedBytes`, `file, name`; `call, number`. */
export type Work = [kind: Buffer, subject: Buffer, bytes?: Buffer];

/** PUSH to PULL: `digest, name, 32 bytes`; `failure, name, reason`; `here, number, ""`. */
export type Answer = [worker: Buffer, kind: Buffer, subject: Buffer, value: Buffer];

/** PUB to SUB under the topic "progress", as JSON. */
export interface Progress {
  files: number;
  bytes: number;
  totalFiles: number;
  totalBytes: number;
}

export interface Endpoints {
  work: string;
  results: string;
  news: string;
}

/** The high-water mark of both ends of "work": small, so that little is lost with a worker. */
export const handful = 2;

/** Larger files are named only, and the worker reads them itself: no file has to fit in memory. */
export const carriedBytes = 4 * 1024 * 1024;

/** Ends in a word of its own: a subscription is a prefix, and "process-1" is one of "process-10". */
export const stopTopic = (worker: string): string => `${worker}/stop`;
