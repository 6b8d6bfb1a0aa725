// Stands in for node:test under Bun and Deno, which cannot skip tests by name, and writes down what each
// test did: a line when it is declared and one when it ends, so that a crash loses none.

import { appendFileSync } from "node:fs";
import * as original from "node:test";

export const { after, afterEach, before, beforeEach, mock } = original;
// By value: Bun would follow the name to what stands in its place.
const { test: originalTest, describe: originalDescribe } = original;

const gaps = JSON.parse(process.env.ZMQX_TEST_GAPS);
let count = 0;

export function test(name, ...rest) {
  return declare(originalTest, name, rest);
}

export { test as default, test as it };

export function describe(name, ...rest) {
  const [{ skip } = {}] = rest;
  if (skip) record(++count, name, { skipped: skip });
  return originalDescribe(name, ...rest);
}

function declare(declareOriginal, name, rest) {
  const body = rest.pop();
  const [{ skip, ...options } = {}] = rest;
  const id = ++count;
  const reason = gaps[name] ?? skip;
  if (reason) {
    record(id, name, { skipped: reason });
    return declareOriginal(name, { skip: true }, body);
  }
  record(id, name, {});
  return declareOriginal(name, options, async (context) => {
    let skipped;
    const { skip: skipOriginal, test: testOriginal } = context;
    context.skip = (why) => {
      skipped = why ?? true;
      return skipOriginal.call(context, why);
    };
    context.test = (...words) => declare(testOriginal.bind(context), words.shift(), words);
    try {
      await body(context);
    } catch (error) {
      record(id, name, { failed: String(error?.stack ?? error) });
      throw error;
    }
    record(id, name, skipped ? { skipped } : { passed: true });
  });
}

function record(id, name, outcome) {
  const line = JSON.stringify({ id, name, ...outcome });
  appendFileSync(process.env.ZMQX_TEST_RECORD, `${line}\n`);
}
