/*
 * Messages: whole, of any size, in order, binary safe, and copied when they are handed over.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pair, Pull, Push } from "zmqx";
import { freshAddress, link, transports, until } from "../harness.js";
import { absentAddress, disconnected, drain, receiveText, receiveTexts, wires } from "./peers.js";
import { WirePeer } from "./wire.js";

/** Bytes that no other size or seed shares. */
function pattern(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 8) + seed) & 0xff;
  return bytes;
}

for (const transport of transports) {
  test(`M1: \`send()\` takes messages of any size (${transport})`, async () => {
    using a = new Pair();
    using b = new Pair();
    await link(a, b, transport);
    // Around the sizes where libzmq, the protocol and received buffers change their form.
    for (const size of [0, 1, 29, 30, 33, 34, 255, 256, 4096, 8191, 8192, 65536, 1 << 20]) {
      const bytes = pattern(size, size);
      await a.send(bytes);
      const parts = await b.receive();
      assert.equal(parts.length, 1);
      assert.ok(bytes.equals(parts[0] as Buffer), `${size} bytes came back as sent`);
    }
  });

  test(`M6: \`receive()\` gives all bytes as sent, with no NUL at the end (${transport})`, async () => {
    using a = new Pair();
    using b = new Pair();
    await link(a, b, transport);
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await a.send([all, "a\0b\0", "ømq ∅", new Uint16Array([0, 0xffff])]);
    const parts = await b.receive();
    assert.deepEqual(parts, [
      all,
      Buffer.from("a\0b\0"),
      Buffer.from("ømq ∅"),
      Buffer.from([0, 0, 0xff, 0xff]),
    ]);
  });

  test(`M2: an array behind a Proxy is sent as the array (${transport})`, async () => {
    using a = new Pair();
    using b = new Pair();
    const messages = [1, 2, 3, 4].map((length) => Array(length).fill("part"));
    // Only its length and parts count, as of an array that is none.
    const get = (message: string[], key: string | symbol) =>
      key === Symbol.iterator ? undefined : Reflect.get(message, key);
    const proxies = messages.map((message) => new Proxy(message, { get }));
    // Nobody is there yet: these wait.
    const waiting = proxies.map((message) => a.send(message));
    await link(a, b, transport);
    await Promise.all(waiting);
    for (const message of proxies) await a.send(message);
    await a.sendMany(proxies);
    for (const message of [...messages, ...messages, ...messages]) {
      assert.deepEqual((await b.receive()).map(String), message);
    }
  });

  test(`M9: \`send()\` keeps empty parts wherever they are (${transport})`, async () => {
    using a = new Pair();
    using b = new Pair();
    await link(a, b, transport);
    const messages = [[""], ["", "x"], ["x", "", "y"], ["x", ""], ["", "", ""]];
    for (const message of messages) {
      await a.send(message);
      assert.deepEqual(await receiveText(b), message);
    }
    await a.send(null);
    assert.deepEqual(await b.receive(), [Buffer.alloc(0)]);
    await a.send(Buffer.alloc(0));
    assert.deepEqual(await b.receive(), [Buffer.alloc(0)]);
  });

  test(`M8: messages come in order, each once (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(push, pull, transport);
    const count = 5000;
    const sending = (async () => {
      for (let i = 0; i < count; i++) await push.send(String(i));
      await push.send("end");
    })();
    for (let i = 0; i < count; i++) assert.equal(String((await pull.receive())[0]), String(i));
    assert.deepEqual(await receiveText(pull), ["end"]);
    await sending;
  });

  test(`M2: \`receive()\` gives multipart messages whole (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    await link(push, pull, transport);
    const count = 1000;
    const sending = (async () => {
      for (let i = 0; i < count; i++) {
        const parts = Array.from({ length: 1 + (i % 7) }, (_, part) => pattern(part * 40, i));
        await push.send([String(i), ...parts]);
      }
    })();
    for (let i = 0; i < count; i++) {
      const [number, ...parts] = await pull.receive();
      assert.equal(String(number), String(i));
      assert.equal(parts.length, 1 + (i % 7));
      for (const [part, bytes] of parts.entries()) {
        assert.ok(pattern(part * 40, i).equals(bytes), `part ${part} of message ${i}`);
      }
    }
    await sending;
  });

  test(`M3: \`send()\` of parts with a bad one among them sends none (${transport})`, async () => {
    using a = new Pair();
    using b = new Pair();
    await link(a, b, transport);
    await assert.rejects(a.send(["1", "2", {} as string]), TypeError);
    await assert.rejects(a.send(["1", undefined as unknown as string]), TypeError);
    await a.send(["3", "4"]);
    assert.deepEqual(await receiveText(b), ["3", "4"]);
  });

  test(`M5: \`send()\` copies the bytes: changing them does nothing (${transport})`, async () => {
    using a = new Pair();
    using b = new Pair();
    await link(a, b, transport);
    for (const size of [3, 300, 30_000, 3_000_000]) {
      const bytes = pattern(size, 1);
      const sending = a.send([bytes, bytes.subarray(1)], { copy: size > a.sendCopyLimit });
      bytes.fill(0xee);
      await sending;
      const [whole, rest] = (await b.receive()) as [Buffer, Buffer];
      assert.ok(whole.equals(pattern(size, 1)), `${size} bytes`);
      assert.ok(rest.equals(pattern(size, 1).subarray(1)), `${size - 1} bytes`);
      // What was received is nobody else's either.
      whole.fill(0xdd);
      assert.ok(rest.equals(pattern(size, 1).subarray(1)), "the other part is left alone");
      assert.ok(bytes.every((byte) => byte === 0xee));
    }
  });

  test(`M5: \`sendTracked()\` tells when the bytes may be changed (${transport})`, async () => {
    using a = new Pair();
    using b = new Pair();
    await link(a, b, transport);
    for (const size of [3, 300, 30_000, 3_000_000]) {
      const bytes = pattern(size, 1);
      const { done } = await a.sendTracked([bytes, bytes.subarray(1)]);
      const receiving = b.receive();
      await done;
      bytes.fill(0xee);
      const [whole, rest] = (await receiving) as [Buffer, Buffer];
      assert.ok(whole.equals(pattern(size, 1)), `${size} bytes`);
      assert.ok(rest.equals(pattern(size, 1).subarray(1)), `${size - 1} bytes`);
    }
  });

  test(`M5: \`send()\` that has to wait copies the bytes too (${transport})`, async () => {
    using push = new Push();
    using pull = new Pull();
    const endpoint = await push.bind(freshAddress(transport));
    const sizes = [3, 300, 30_000, 3_000_000];
    const sending = sizes.map((size) => {
      const bytes = pattern(size, 2);
      const sent = push.send(bytes);
      bytes.fill(0xee);
      return sent;
    });
    pull.connect(endpoint);
    for (const size of sizes) {
      const [bytes] = (await pull.receive()) as [Buffer];
      assert.ok(bytes.equals(pattern(size, 2)), `${size} bytes`);
    }
    await Promise.all(sending);
  });
}

for (const transport of ["tcp", "inproc"] as const) {
  test(`M7: \`receive()\` gives 64 MB complete (${transport})`, async () => {
    using a = new Pair();
    using b = new Pair();
    await link(a, b, transport);
    const words = new Uint32Array(1 << 24).map((_, index) => index * 2654435761);
    await a.send(words);
    const [bytes] = (await b.receive()) as [Buffer];
    assert.equal(bytes.length, 64 << 20);
    assert.ok(bytes.equals(Buffer.from(words.buffer)), "all bytes as sent");
  });
}

for (const transport of wires) {
  test(`M1: \`maxMessageSize\` cuts off who sends more (${transport})`, async () => {
    using pull = new Pull({ maxMessageSize: 1000 });
    using push = new Push({ reconnectInterval: 1 });
    await link(pull, push, transport);
    const lost = Promise.all([disconnected(pull), disconnected(push)]);
    await push.send("small");
    assert.deepEqual(await receiveText(pull), ["small"]);
    await push.send(Buffer.alloc(1001));
    await lost;
    await push.send(Buffer.alloc(1000, "y"));
    assert.deepEqual(await receiveText(pull), ["y".repeat(1000)]);
  });

  test(`M2: a message whose sender dies in the middle is not received (${transport})`, async () => {
    using pull = new Pull();
    const endpoint = await pull.bind(freshAddress(transport));
    const lost = disconnected(pull);
    const peer = await WirePeer.connect(endpoint, "PUSH");
    peer.send("whole 1", true);
    peer.send("whole 2", false);
    peer.send("torn 1", true);
    peer.send("torn 2", true);
    await peer.close();
    await lost;
    using push = new Push();
    push.connect(endpoint);
    await push.send("after");
    assert.deepEqual(await receiveText(pull), ["whole 1", "whole 2"]);
    assert.deepEqual(await receiveText(pull), ["after"]);
  });

  test(`M4: \`send()\` resolves before the message is on the wire (${transport})`, async () => {
    const endpoint = await absentAddress(transport);
    const push = new Push({ reconnectInterval: 1 });
    push.connect(endpoint);
    await push.send("lost");
    await push.close({ linger: 0 });

    const patient = new Push({ reconnectInterval: 1 });
    patient.connect(endpoint);
    await patient.send("delivered");
    let gone = false;
    const closing = patient.close({ linger: 60_000 }).then(() => {
      gone = true;
    });
    assert.ok(patient.closed);
    assert.equal(gone, false, "close() waits for the message that lingers");
    using pull = new Pull();
    await pull.bind(endpoint);
    assert.deepEqual(await receiveTexts(pull, 1), ["delivered"]);
    await closing;
    await until(() => gone);
    assert.deepEqual(await drain(pull), []);
  });
}
