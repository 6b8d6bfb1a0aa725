/*
 * Random numbers that are the same in every run, so that a failure can be repeated.
 */

/** Gives a function that gives integers from 0 up to, not including, its argument. */
export function randomIntegers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    // A generator of full period with its better bits, the upper ones, taken.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
