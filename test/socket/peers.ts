/*
 * What the tests of the socket types share: reading messages as text, and knowing without a sleep
 * that a peer or a subscription has arrived.
 */

import { setImmediate as turn } from "node:timers/promises";
import type { Publisher, Socket, Subscriber, XPublisher } from "zmqx";
import { Pair } from "zmqx";
import { freshAddress, type Transport, until } from "../harness.js";

interface Receiving {
  receive(options?: { timeout?: number }): Promise<Buffer[]>;
}

/** For operations that may not wait. */
export const now = { timeout: 0 } as const;

/** The transports where a connection is made by I/O threads, some time after `connect()`. */
export const wires = ["tcp", "ipc"] as const;

/** The parts of the next message as text. */
export async function receiveText(socket: Receiving): Promise<string[]> {
  return (await socket.receive()).map(String);
}

/** The first parts of the next `count` messages as text. */
export async function receiveTexts(socket: Receiving, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) texts.push(String((await socket.receive())[0]));
  return texts;
}

/** The parts of a message that is there already, as text. */
export async function receiveNow(socket: Receiving): Promise<string[] | undefined> {
  try {
    return (await socket.receive(now)).map(String);
  } catch (error) {
    if ((error as { code?: string }).code === "EAGAIN") return undefined;
    throw error;
  }
}

/** The first parts of all messages that are there already. */
export async function drain(socket: Receiving): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const message = await receiveNow(socket);
    if (message === undefined) return texts;
    texts.push(message[0] as string);
  }
}

/** Counts the connections of a socket from now on: gives a function that waits for so many. */
export function countPeers(socket: Socket, transport: Transport) {
  let count = 0;
  // An inproc connection is made at once, and no event tells of it.
  if (transport !== "inproc") socket.events.on("handshake", () => count++);
  return async (wanted: number): Promise<void> => {
    if (transport !== "inproc") await until(() => count >= wanted, `${wanted} peers`);
    // Lets the socket look at what the I/O threads have told it.
    void socket.writable;
  };
}

/** Resolves when the socket has lost a connection. To be called before that happens. */
export function disconnected(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.events.on("disconnect", () => resolve()));
}

let marks = 0;

/**
 * Resolves when all that the subscribers subscribed to so far is known to the publisher, and nothing
 * is on its way to them. What else they receive meanwhile is gone.
 */
export async function subscribed(
  publisher: Publisher | XPublisher,
  ...subscribers: Subscriber[]
): Promise<void> {
  // Subscriptions arrive in order: who gets the mark has subscribed to all the rest.
  const mark = `\0mark-${++marks};`;
  for (const subscriber of subscribers) subscriber.subscribe(mark);
  let attempts = 0;
  await until(async () => {
    const latest = `${mark}${++attempts}`;
    await publisher.send(latest);
    const waiting = new Set(subscribers);
    // A mark that comes late is good for nothing, but the next one is waited for longer.
    for (let turns = 0; waiting.size > 0 && turns < 10 * attempts; turns++) {
      await turn();
      for (const subscriber of waiting) {
        if ((await drain(subscriber)).includes(latest)) waiting.delete(subscriber);
      }
    }
    return waiting.size === 0;
  }, "the subscriptions");
  for (const subscriber of subscribers) subscriber.unsubscribe(mark);
}

/** Sends `text` until something comes, and gives what came first. */
export async function firstReceived(
  publisher: Publisher,
  subscriber: Subscriber,
  text: string,
): Promise<string[] | undefined> {
  let first: string[] | undefined;
  await until(async () => {
    await publisher.send(text);
    first = await receiveNow(subscriber);
    return first !== undefined;
  }, `"${text}"`);
  return first;
}

// On Linux the process has an address of its own: nobody else is given the port, and a connection
// to a port where nobody listens cannot get that same port as its own end and meet itself.
const loopback =
  process.platform === "linux"
    ? `127.${1 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`
    : "127.0.0.1";

/** An endpoint that nobody is bound to, to bind to later. */
export async function absentAddress(transport: Transport): Promise<string> {
  if (transport !== "tcp") return freshAddress(transport);
  const pair = new Pair();
  const endpoint = await pair.bind(`tcp://${loopback}:*`);
  await pair.unbind(endpoint);
  await pair.close();
  return endpoint;
}
