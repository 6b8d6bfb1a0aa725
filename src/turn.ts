/*
 * Fairness: operations that need not wait must not keep the event loop from everything else.
 */

import { now } from "./clock.js";

/** How many operations may settle at once before timers and other I/O get their turn. */
const perTurn = 1024;
/** After how many of them the time that they took counts, and how many milliseconds they may take. */
const perLook = 64;
const longest = 1;

const done: Promise<unknown> = Promise.resolve();

// The last one that was told of.
let turn = 0;
let inThisTurn = 0;
let nextLook = perLook;
let started = 0;
// What settles in the next turn, in the order in which it was carried out; undefined if nothing does.
let deferred: (() => void)[] | undefined;

/** Whether one more operation, or `count` of them, may settle before the event loop goes on. */
function isInTime(count: number): boolean {
  if (deferred !== undefined) return false;
  inThisTurn += count;
  if (inThisTurn < nextLook) return true;
  nextLook = inThisTurn + perLook;
  return inThisTurn < perTurn && now() - started < longest;
}

/** The promise of an operation, or `count` of them, that succeeded at once. */
export function settled<T>(value: T, count = 1): Promise<T> {
  if (!isInTime(count)) return settledLater(value);
  return value === undefined ? (done as Promise<T>) : Promise.resolve(value);
}

// Apart, as settleLater() is: a function that has a closure allocates what that captures in each call.
function settledLater<T>(value: T): Promise<T> {
  return new Promise((resolve) => settleLater(resolve, value));
}

/**
 * Calls what resolves or rejects the promise of an operation that waited, after those of operations
 * that were carried out before it.
 */
export function settle<T>(call: (value: T) => void, value: T): void {
  if (isInTime(1)) call(value);
  else settleLater(call, value);
}

function settleLater<T>(call: (value: T) => void, value: T): void {
  defer(() => call(value));
}

function defer(operation: () => void): void {
  if (deferred === undefined) {
    deferred = [];
    setImmediate(settleDeferred);
  }
  deferred.push(operation);
}

function settleDeferred(): void {
  const operations = deferred ?? [];
  deferred = undefined;
  begin();
  for (const operation of operations) operation();
}

/**
 * To be called when a socket wakes up. A program whose operations all wait has turns, and yields,
 * without anything that is deferred. `thisTurn` is another one only if the event loop has turned
 * since: where many sockets wake up in one turn, they share its time.
 */
export function beginTurn(thisTurn: number): void {
  if (thisTurn === turn) return;
  turn = thisTurn;
  begin();
}

function begin(): void {
  inThisTurn = 0;
  nextLook = perLook;
  started = now();
}
