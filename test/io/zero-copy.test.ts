/*
 * What is copied on its way, and what is not: seen by changing the bytes of messages that wait for
 * a peer, which programs must not do.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Publisher, Pull, Push, Subscriber } from "zmqx";
import { freshAddress, link, type Transport, transports } from "../harness.js";
import { absentAddress, subscribed } from "../socket/peers.js";

// Over inproc four times the limit is copied.
const size = 50_000;

/** What arrives of parts of zeros that are filled with ones while they wait for the peer. */
async function arriving(
  transport: Transport,
  parts: Buffer[],
  options: { limit?: number; copy?: boolean } = {},
): Promise<number[][]> {
  const address = await absentAddress(transport);
  const { limit = 8192, copy = false } = options;
  using push = new Push({ sendCopyLimit: limit, reconnectInterval: 1 });
  push.connect(address);
  await push.send(parts, { copy });
  for (const part of parts) part.fill(1);
  using pull = new Pull();
  await pull.bind(address);
  return (await pull.receive()).map((part) => [...new Set(part)]);
}

for (const transport of transports) {
  test(`Z1: \`sendCopyLimit\` says which parts are copied (${transport})`, async () => {
    const parts = () => [Buffer.alloc(100), Buffer.alloc(size)];
    assert.deepEqual(await arriving(transport, parts()), [[0], [1]]);
    assert.deepEqual(await arriving(transport, parts(), { limit: 0 }), [[1], [1]]);
    assert.deepEqual(await arriving(transport, parts(), { limit: size }), [[0], [0]]);
    assert.deepEqual(await arriving(transport, parts(), { copy: true }), [[0], [0]]);
  });

  test(`Z3: the parts of a message go out without being copied together (${transport})`, async () => {
    const parts = Array.from({ length: 5 }, () => Buffer.alloc(size));
    assert.deepEqual(await arriving(transport, parts), [[1], [1], [1], [1], [1]]);
  });
}

for (const transport of transports) {
  test(`Z2: what two subscribers receive is memory of its own for each (${transport})`, async () => {
    using publisher = new Publisher();
    using first = new Subscriber();
    using second = new Subscriber();
    const endpoint = await publisher.bind(freshAddress(transport));
    for (const subscriber of [first, second]) {
      subscriber.subscribe();
      subscriber.connect(endpoint);
    }
    await subscribed(publisher, first, second);
    const sent = [10, 5000, 100_000].map((length) => Buffer.alloc(length));
    await publisher.send(sent);
    const [ours, theirs] = [await first.receive(), await second.receive()];
    assert.deepEqual([ours, theirs], [sent, sent]);
    for (const part of ours) part.fill(1);
    assert.deepEqual(theirs, sent);
  });

  test(`Z2: a part that is received is memory of its own (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(pull, push, transport);
    const sent = [10, 5000, 100_000].map((length) => Buffer.alloc(length));
    await push.send(sent);
    await push.send(sent);
    const [first, second] = [await pull.receive(), await pull.receive()];
    for (const part of first) part.fill(1);
    for (const part of [...second, ...sent]) assert.ok(part.every((byte) => byte === 0));
    for (const part of sent) part.fill(2);
    for (const part of second) assert.ok(part.every((byte) => byte === 0));
    // Nobody pays for more than he keeps, but for what is in a slab.
    for (const part of second.slice(1)) assert.equal(part.buffer.byteLength, part.length);
  });
}
