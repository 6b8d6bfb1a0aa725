/*
 * What a bound socket may hear from peers that mean no good, or know no better.
 */

import { randomIntegers } from "./random.js";
import { command, frame, greeting, ready } from "./raw.js";

const random = randomIntegers(9);
const noise = (size: number): Buffer =>
  Buffer.from(Array.from({ length: size }, () => random(256)));

/** Up to the end of the handshake as a socket of the given type. */
const handshake = (type: string): Buffer[] => [greeting("NULL"), ready(type)];

const oldGreeting = (version: number): Buffer =>
  Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, version]);

/** What a peer of the given type says, and is then cut off, by what it is. */
export const attacks: Record<string, (type: string) => Buffer[]> = {
  nothing: () => [],
  "one byte": () => [noise(1)],
  "random bytes": () => [noise(3000)],
  HTTP: () => [Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
  "half a greeting": () => [greeting("NULL").subarray(0, 30)],
  "a greeting, byte by byte, and no more": () => [...greeting("NULL")].map((b) => Buffer.from([b])),
  "noise after the start of a greeting": () => [greeting("NULL").subarray(0, 10), noise(500)],
  "noise for a command": () => [greeting("NULL"), noise(500)],
  "a message instead of the handshake": () => [greeting("NULL"), frame(0, Buffer.from("early"))],
  "malformed metadata": () => [greeting("NULL"), command("READY", "\xff\x00\xff\xff\xff\xff")],
  "metadata without a type": () => [greeting("NULL"), command("READY", "")],
  "an unknown type": () => handshake("SPAM"),
  "noise after the handshake": (type) => [...handshake(type), noise(5000)],
  "a frame of 2^40 bytes": (type) => [...handshake(type), frame(0, noise(100), 1n << 40n)],
  "a frame of 2^62 bytes": (type) => [...handshake(type), frame(0, noise(100), 1n << 62n)],
  "a frame of 2^63 bytes": (type) => [...handshake(type), frame(0, noise(100), 1n << 63n)],
  "a frame of 2^64 - 1 bytes": (type) => [...handshake(type), frame(0, noise(9), (1n << 64n) - 1n)],
  "a huge command": (type) => [...handshake(type), frame(4, noise(100), 1n << 50n)],
  "an unknown command": (type) => [...handshake(type), command("SPAM", noise(50))],
  "a torn PING": (type) => [...handshake(type), frame(4, Buffer.from("\x04PING\x00"))],
  "a PING with a long context": (type) => [...handshake(type), command("PING", noise(400))],
  "subscriptions and their end": (type) => [
    ...handshake(type),
    ...["\x01a", "\x01", "\x00b", "\x00", "\x02?"].map((text) => frame(0, Buffer.from(text))),
  ],
  "parts without end": (type) => [...handshake(type), ...Array(50).fill(frame(1, noise(10)))],
  "ZMTP 1": () => [Buffer.from([1, 0]), noise(300)],
  "ZMTP 2": () => [oldGreeting(1), noise(300)],
  "a version from the future": () => [oldGreeting(200), noise(300)],
};
