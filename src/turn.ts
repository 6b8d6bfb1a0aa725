/*
 * Fairness: operations that need not wait must not keep the event loop from everything else.
 */

import { now } from "./clock.js";
import { addon } from "./native.js";

/** How many operations may settle at once before timers and other I/O get their turn. */
const perTurn = 1024;
/** How many milliseconds they may take, which counts after as many as take a quarter of it, or 64. */
const longest = 1;
const mostPerLook = 64;

const done: Promise<unknown> = Promise.resolve();

// The turn of the event loop that is counted.
let turn = 0;
// Where the addon does not know the turns: how many of those that began here have ended, less than 0.
let ended = 0;
let inThisTurn = 0;
let perLook = mostPerLook;
let nextLook = perLook;
let started = 0;
// What to call in the next turn, in the order of the operations. A loop has one of them at a time, for
// which nothing is allocated: it would outlast collections of garbage, which come between turns.
let deferred: ((value: unknown) => void) | undefined;
let deferredValue: unknown;
let others: { call: (value: unknown) => void; value: unknown }[] | undefined;

/** Whether one more operation, or `count` of them, may settle before the event loop goes on. */
function isInTime(count: number): boolean {
  if (deferred !== undefined) return false;
  inThisTurn += count;
  if (inThisTurn < nextLook) return true;
  // It turns by itself where operations wait, or come from timers or other I/O.
  const current = currentTurn();
  if (current !== turn) {
    begin(current);
    return true;
  }
  const time = now() - started;
  const inAQuarter = (inThisTurn * longest) / 4 / time;
  perLook = Math.max(1, Math.min(mostPerLook, inAQuarter)) | 0;
  nextLook = inThisTurn + perLook;
  return inThisTurn < perTurn && time < longest;
}

/** The promise of an operation, or `count` of them, that succeeded at once. */
export function settled<T>(value: T, count = 1): Promise<T> {
  if (!isInTime(count)) return settledLater(value);
  return value === undefined ? (done as Promise<T>) : Promise.resolve(value);
}

// Apart: a function that has a closure allocates what that captures in each call.
function settledLater<T>(value: T): Promise<T> {
  return new Promise((resolve) => defer(resolve, value));
}

/**
 * Calls what resolves or rejects the promise of an operation that waited, after those of operations
 * that were carried out before it.
 */
export function settle<T>(call: (value: T) => void, value: T): void {
  if (isInTime(1)) call(value);
  else defer(call, value);
}

function defer<T>(call: (value: T) => void, value: T): void {
  const next = call as (value: unknown) => void;
  if (deferred === undefined) {
    setImmediate(settleDeferred);
    deferred = next;
    deferredValue = value;
  } else {
    others ??= [];
    others.push({ call: next, value });
  }
}

function settleDeferred(): void {
  const first = deferred;
  const value = deferredValue;
  const rest = others;
  deferred = undefined;
  deferredValue = undefined;
  others = undefined;
  begin(currentTurn());
  first?.(value);
  if (rest === undefined) return;
  for (const { call, value } of rest) call(value);
}

function currentTurn(): number {
  return addon.turn() || ended;
}

function begin(current: number): void {
  turn = current;
  if (turn <= 0) setImmediate(noteEnd);
  inThisTurn = 0;
  nextLook = perLook;
  started = now();
}

function noteEnd(): void {
  ended--;
}
