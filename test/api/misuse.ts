/*
 * The engine of the tables of misuse: each row is one wrong call and what its error must say. After
 * every one of them, the socket must still do its work.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { assertWellFormed, failureOf } from "./failures.js";

/** What a row is tried on. `works` proves that it is unharmed; `close` ends it. */
export interface Subject<T> {
  subject: T;
  works(): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface Wrong<T> {
  /** What is wrong, for the name of the test. */
  what: string;
  call(subject: T): unknown;
  /** "argument" stands for a TypeError or RangeError; a code, for a ZmqError that has it. */
  gives: "TypeError" | "RangeError" | "argument" | `E${string}`;
  /** What the message must mention: what was given, what is wanted. */
  says: (string | RegExp)[];
}

/** One row per given value: `call` is tried with each of them. */
export function each<T>(
  values: readonly unknown[],
  what: string,
  call: (subject: T, value: never) => unknown,
  gives: Wrong<T>["gives"],
  says: (value: unknown) => (string | RegExp)[],
): Wrong<T>[] {
  return values.map((value) => ({
    what: `${what} ${shown(value)}`,
    call: (subject) => call(subject, value as never),
    gives,
    says: says(value),
  }));
}

function shown(value: unknown): string {
  try {
    return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY }).slice(0, 60);
  } catch {
    return "what cannot be shown";
  }
}

/** How a message may name a value that was given. */
export function naming(value: unknown): string | RegExp {
  if (value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 20)).slice(0, -1);
  if (typeof value === "number") return new RegExp(`number|${String(value)}`);
  if (typeof value === "object") return /object|array|bytes/;
  return new RegExp(`${typeof value}|${String(value).replace(/[^\w]/g, ".")}`);
}

function assertExpected({ gives, says }: Wrong<never>, error: Error & Record<string, unknown>) {
  const told = `${error.name} ${error.code ?? ""}: ${error.message}`;
  assert.doesNotMatch(error.message, /\p{Cc}/u, "control characters");
  if (gives.startsWith("E")) assert.equal(error.code, gives, told);
  else if (gives === "argument") assert.match(error.name, /^(Type|Range)Error$/, told);
  else assert.equal(error.name, gives, told);
  for (const part of says) {
    const isSaid =
      typeof part === "string" ? error.message.includes(part) : part.test(error.message);
    assert.ok(isSaid, `${part} is not mentioned in: ${told}`);
  }
  assertWellFormed(error);
}

/** A test per row, on a subject of its own. */
export function testMisuse<T>(
  name: string,
  make: () => Promise<Subject<T>>,
  rows: readonly Wrong<T>[],
): void {
  for (const row of rows) {
    test(`${name} ${row.what} gives ${row.gives}, and changes nothing`, async () => {
      const { subject, works, close } = await make();
      try {
        const error = await failureOf(() => row.call(subject));
        assertExpected(row, error);
        await works();
      } finally {
        await close();
      }
    });
  }
}
