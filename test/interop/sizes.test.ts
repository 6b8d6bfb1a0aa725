/*
 * Large messages, and STREAM, whose messages are pieces of a stream of bytes.
 */

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Dealer, Router, Stream } from "zmqx";
import { address, each, type RemoteSocket } from "./peer.js";

const MB = 1_000_000;

function digest(parts: readonly Buffer[]): string[] {
  return parts.map((part) => createHash("sha256").update(part).digest("hex"));
}

async function returned(ours: Dealer, theirs: RemoteSocket): Promise<void> {
  for (const sizes of [[10 * MB], [3 * MB, 0, 1, 2 * MB], [65_535, 65_536, 65_537]]) {
    const sent = sizes.map((size) => randomBytes(size));
    await ours.send(sent);
    const [id, ...there] = (await theirs.receive()) as [Buffer, ...Buffer[]];
    assert.deepEqual(digest(there), digest(sent));
    await theirs.send([id, ...there]);
    assert.deepEqual(digest(await ours.receive()), digest(sent));
  }
}

each(
  ["ROUTER", "tcp"],
  (title) => `M1: Dealer and ${title} send each other messages of 10 MB`,
  async (peer) => {
    using ours = new Dealer({ linger: 0 });
    const theirs = await peer.socket("ROUTER");
    ours.connect(await theirs.bind(address("tcp")));
    await returned(ours, theirs);
  },
);

each(
  ["DEALER", "tcp"],
  (title) => `M1: Router, bound, returns 10 MB to ${title}`,
  async (peer) => {
    using ours = new Router({ linger: 0 });
    const theirs = await peer.socket("DEALER");
    await theirs.connect(await ours.bind(address("tcp")));
    const sent = [randomBytes(10 * MB), randomBytes(1)];
    await theirs.send(sent);
    await ours.send(await ours.receive());
    assert.deepEqual(digest(await theirs.receive()), digest(sent));
  },
);

/** A stream cuts its bytes where it likes: reads until there are `size` of them. */
async function read(receive: () => Promise<Buffer[]>, size: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < size) bytes = Buffer.concat([bytes, (await receive())[1] as Buffer]);
  return bytes;
}

const text = randomBytes(300_000);

async function streamed(ours: Stream, theirs: RemoteSocket): Promise<void> {
  // Both are told of the connection by an empty message.
  const [there, here] = await Promise.all([ours.receive(), theirs.receive()]);
  assert.deepEqual([there[1]?.length, here[1]?.length], [0, 0]);
  await ours.send([there[0], text]);
  const arrived = await read(() => theirs.receive(), text.length);
  assert.deepEqual(digest([arrived]), digest([text]));
  await theirs.send([here[0] as Buffer, text]);
  const back = await read(() => ours.receive(), text.length);
  assert.deepEqual(digest([back]), digest([text]));
  // An empty message ends the connection.
  await ours.send([there[0], ""]);
  // libzmq carries that out when the socket is received from.
  ours.receive().catch(() => undefined);
  assert.equal((await theirs.receive())[1]?.length, 0);
}

each(
  ["STREAM", "tcp"],
  (title) => `Stream binds, STREAM of ${title} connects: both carry plain bytes`,
  async (peer) => {
    using ours = new Stream({ linger: 0 });
    const theirs = await peer.socket("STREAM");
    await theirs.connect(await ours.bind(address("tcp")));
    await streamed(ours, theirs);
  },
);

each(
  ["STREAM", "tcp"],
  (title) => `STREAM of ${title} binds, Stream connects: both carry plain bytes`,
  async (peer) => {
    using ours = new Stream({ linger: 0 });
    const theirs = await peer.socket("STREAM");
    ours.connect(await theirs.bind(address("tcp")));
    await streamed(ours, theirs);
  },
);
