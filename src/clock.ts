/*
 * The time, from what every runtime has loaded already.
 */

/** Milliseconds since some moment in the past; never goes back. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
