/*
 * What a Subscriber has read ahead when its subscriptions change: as if it had not.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Publisher, Subscriber } from "zmqx";
import { link, transports } from "../harness.js";
import { subscribed } from "../socket/peers.js";

type Prefix = string | Buffer;

interface Change {
  what: string;
  before: Prefix[];
  unsubscribe: Prefix[];
  sent: Prefix[];
  left: Prefix[];
}

const bytes = (...values: number[]) => Buffer.from(values);

const changes: Change[] = [
  {
    what: "one of two prefixes",
    before: ["a", "b"],
    unsubscribe: ["a"],
    sent: ["a1", "b1", "a2", "b2", "a", "b"],
    left: ["b1", "b2", "b"],
  },
  {
    what: "the shorter one of two that overlap",
    before: ["a", "ab"],
    unsubscribe: ["a"],
    sent: ["a", "ab", "ac", "abc", "aab"],
    left: ["ab", "abc"],
  },
  {
    what: "the longer one of two that overlap",
    before: ["a", "ab"],
    unsubscribe: ["ab"],
    sent: ["a", "ab", "ac", "abc"],
    left: ["a", "ab", "ac", "abc"],
  },
  {
    what: "one of two equal ones",
    before: ["a", "a"],
    unsubscribe: ["a"],
    sent: ["a1", "a2"],
    left: ["a1", "a2"],
  },
  {
    what: "both of two equal ones",
    before: ["a", "a"],
    unsubscribe: ["a", "a"],
    sent: ["a1", "a2"],
    left: [],
  },
  {
    what: "the empty one",
    before: ["", "a"],
    unsubscribe: [""],
    sent: ["b", "", "a", "ba", "ab"],
    left: ["a", "ab"],
  },
  {
    what: "one it does not have",
    before: ["a"],
    unsubscribe: ["ab", "", "b"],
    sent: ["a", "ab"],
    left: ["a", "ab"],
  },
  {
    what: "bytes that are no text",
    before: [bytes(0xff, 0), bytes(0xfe)],
    unsubscribe: [bytes(0xff, 0)],
    sent: [bytes(0xff, 0, 1), bytes(0xfe, 0), bytes(0xff, 0)],
    left: [bytes(0xfe, 0)],
  },
  {
    what: "text as its bytes",
    before: ["é", "ü"],
    unsubscribe: [Buffer.from("é")],
    sent: ["é1", "ü1", "é"],
    left: ["ü1"],
  },
];

// With these, a block of memory for small parts ends at all places of a message.
const bodies = [0, 900, 1000, 5000].map((size) => Buffer.alloc(size));

for (const transport of transports) {
  for (const { what, before, unsubscribe, sent, left } of changes) {
    test(`P3: \`unsubscribe()\` from ${what} drops just what was read ahead for it (${transport})`, async () => {
      for (const body of bodies) {
        using publisher = new Publisher();
        using subscriber = new Subscriber({ receiveTimeout: 30_000 });
        await link(publisher, subscriber, transport);
        subscriber.subscribe(...before, "start", "end");
        await subscribed(publisher, subscriber);
        await publisher.send(["start", body]);
        for (let round = 0; round < 5; round++) {
          for (const topic of sent) await publisher.send([topic, body]);
        }
        await publisher.send(["end", body]);
        assert.equal(String((await subscriber.receive())[0]), "start");
        subscriber.unsubscribe(...unsubscribe);
        const received: Buffer[] = [];
        const wrong: Buffer[] = [];
        for await (const [topic, rest] of subscriber) {
          if (String(topic) === "end") break;
          const matches = left.some((one) => Buffer.from(one as string).equals(topic as Buffer));
          (matches ? received : wrong).push(topic as Buffer);
          assert.equal(rest?.length, body.length);
        }
        const expected = Array(5).fill(left).flat().map(Buffer.from);
        assert.deepEqual(received, expected, `with ${body.length} bytes more`);
        // When the library asks whether a message is there, libzmq takes one out and holds it. Over
        // inproc all are there at once: nobody asks.
        assert.ok(wrong.length <= (transport === "inproc" ? 0 : 1), `${wrong.length} too many`);
      }
    });
  }
}

/** What comes after `change`, which happens once the first message of all was received. */
async function afterChange(
  options: { invertMatching: boolean },
  prefixes: Prefix[],
  change: (subscriber: Subscriber) => void,
): Promise<Record<number, string[]>> {
  const results: Record<number, string[]> = {};
  for (const readAhead of [0, 256]) {
    using publisher = new Publisher(options);
    using subscriber = new Subscriber({ ...options, readAhead });
    await link(publisher, subscriber, "inproc");
    subscriber.subscribe(...prefixes);
    // Takes the subscriptions in.
    assert.ok(publisher.writable);
    for (const topic of ["a0", "a1", "b1", "a2", "b2"]) await publisher.send([topic, "body"]);
    assert.equal(String((await subscriber.receive())[0]), "a0");
    change(subscriber);
    const topics: string[] = [];
    for (let next = subscriber.tryReceive(); next; next = subscriber.tryReceive()) {
      topics.push(String(next[0]));
    }
    results[readAhead] = topics;
    assert.equal(subscriber.readable, false);
  }
  return results;
}

test("P3: `unsubscribe()` leaves nothing to be read where nothing matches any more", async () => {
  const left = await afterChange({ invertMatching: false }, [""], (subscriber) => {
    subscriber.unsubscribe();
  });
  assert.deepEqual(left, { 0: [], 256: [] });
});

test("P3: `unsubscribe()` and `subscribe()` to the same again drops nothing new", async () => {
  const left = await afterChange({ invertMatching: false }, ["a", "b"], (subscriber) => {
    subscriber.unsubscribe("a");
    subscriber.subscribe("a");
  });
  // What was read ahead is gone; libzmq still has what it did not look at.
  assert.deepEqual(left[0], ["a1", "b1", "a2", "b2"]);
  assert.deepEqual(
    left[256]?.filter((topic) => topic.startsWith("b")),
    ["b1", "b2"],
  );
});

test("P3: `subscribe()` with `invertMatching` drops what was read ahead and matches now", async () => {
  const left = await afterChange({ invertMatching: true }, ["x"], (subscriber) => {
    subscriber.subscribe("a");
  });
  assert.deepEqual(left, { 0: ["b1", "b2"], 256: ["b1", "b2"] });
});

test("P3: `unsubscribe()` with `invertMatching` drops nothing", async () => {
  const left = await afterChange({ invertMatching: true }, ["x", "y"], (subscriber) => {
    subscriber.unsubscribe("x");
  });
  const all = ["a1", "b1", "a2", "b2"];
  assert.deepEqual(left, { 0: all, 256: all });
});

test("P3: `invertMatching` that is set later counts for what was read ahead", async () => {
  const left = await afterChange({ invertMatching: false }, [""], (subscriber) => {
    subscriber.invertMatching = true;
  });
  assert.deepEqual(left, { 0: [], 256: [] });
});
