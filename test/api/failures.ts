/*
 * What the tests of errors and of misuse share: catching what goes wrong, in whichever way, what
 * every message has in common, and the proof that a socket still works.
 */

import assert from "node:assert/strict";
import { constants } from "node:os";
import { Dealer, type MessageLike, type Socket, type WaitOptions, ZmqError } from "zmqx";
import { freshAddress } from "../harness.js";

export type Details = Record<string, unknown>;

/** The error that an action throws or rejects with. */
export async function failureOf(action: () => unknown): Promise<Error & Details> {
  let result: unknown;
  try {
    result = await action();
  } catch (error) {
    assert.ok(error instanceof Error, `${String(error)} is no Error`);
    return error as Error & Details;
  }
  return assert.fail(`Nothing failed; the result was ${String(result)}`);
}

/** The numbers of libzmq's own codes, as zeromq 6 tells them on every system. */
const ownErrnos: Record<string, number> = {
  EFSM: 156384763,
  ENOCOMPATPROTO: 156384764,
  ETERM: 156384765,
};

/** Asserts what all errors of the package have in common. */
export function assertWellFormed(error: Error & Details): void {
  const { message } = error;
  assert.match(message, /^[A-Z][^\n]*[^.\s]$/, "a sentence without a full stop");
  assert.match(message, /^(Cannot|Aborted) /, "says what was done");
  assert.doesNotMatch(message, /undefined \(|\[object |NaN as part|part -1/, message);
  assert.ok(String(error.stack).includes(message));
  if (!(error instanceof ZmqError)) return;
  assert.equal(error.name, error.constructor.name);
  const errnos: Record<string, number> = { ...constants.errno, ...ownErrnos };
  assert.equal(error.errno, errnos[error.code], `the errno of ${error.code}`);
  assert.match(error.syscall, /^[a-z_]+$/);
  assert.equal(error.address, error.endpoint);
  if (error.endpoint !== undefined) assert.ok(message.includes(`"${error.endpoint}"`), message);
}

export interface Expected {
  Class: new (...values: never[]) => Error;
  code: string;
  syscall: string;
  endpoint?: string;
  /** The whole of it. */
  message: string;
}

/** Asserts that an action fails with a ZmqError that is all that. */
export async function assertFailure(action: () => unknown, expected: Expected): Promise<void> {
  const error = await failureOf(action);
  const { Class, message, ...details } = expected;
  assert.equal(error.constructor, Class, `${error.constructor.name}: ${error.message}`);
  assert.equal(error.message, message);
  for (const [name, value] of Object.entries(details)) assert.equal(error[name], value, name);
  assert.equal("endpoint" in error, "endpoint" in expected);
  assert.ok(error instanceof ZmqError);
  assertWellFormed(error);
}

interface Talking {
  send(message: MessageLike, options?: WaitOptions): Promise<void>;
  receive(options?: WaitOptions): Promise<Buffer[]>;
}

let count = 0;

/** Asserts that a message gets through both ways, and that it is the next one. */
export async function assertTalking(one: Talking, other: Talking): Promise<void> {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const text = `proof ${++count}`;
    await from.send(text, { timeout: 20_000 });
    assert.deepEqual((await to.receive({ timeout: 20_000 })).map(String), [text]);
  }
}

/** Runs `use` with sockets that are closed afterwards, and drop their messages. */
export async function withSockets<S extends [] | Socket[]>(
  sockets: S,
  use: (...sockets: S) => unknown,
): Promise<void> {
  try {
    await use(...sockets);
  } finally {
    await Promise.all(sockets.map((socket) => socket.close({ linger: 0 })));
  }
}

/** Two sockets that are connected. Closed when `use` has ended. */
export async function withPeers(use: (one: Dealer, other: Dealer) => unknown): Promise<void> {
  await withSockets([new Dealer(), new Dealer()], async (one, other) => {
    other.connect(await one.bind(freshAddress("inproc")));
    await use(one, other);
  });
}
