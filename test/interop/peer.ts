/*
 * Peer: a process with another implementation in it, its sockets, and the tests that are run with
 * each of them. A peer that a test left in order serves the next one; all end with the file.
 */

import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { after, type TestContext, test } from "node:test";
import { freshAddress, type Transport } from "../harness.js";
import { type Implementation, implementations } from "./implementations.js";

type Value = string | number | Buffer;
type Child = ChildProcessByStdio<Writable, Readable, null>;

interface Waiting {
  resolve(words: string[]): void;
  reject(reason: Error): void;
}

function encode(value: Value): string {
  return Buffer.isBuffer(value) ? `=${value.toString("hex")}` : String(value);
}

function decode(word: string): Buffer {
  return Buffer.from(word.slice(1), "hex");
}

const running = new Set<Peer>();
const idle = new Map<Implementation, Peer[]>();
let names = 0;

export class Peer {
  readonly #child: Child;
  readonly #implementation: Implementation;
  readonly #waiting: Waiting[] = [];
  #features: string[] = [];
  #exited = false;
  #isSpoilt = false;

  private constructor(implementation: Implementation, inside: string[]) {
    this.#implementation = implementation;
    const [command, ...words] = [...inside, ...implementation.command()] as [string, ...string[]];
    this.#child = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdin.on("error", () => undefined);
    this.#child.on("error", (error) => this.#end(error));
    this.#child.on("exit", () => this.#end(new Error(`The peer of ${implementation.title} ended`)));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const [outcome, ...rest] = line.split(" ");
      const waiting = this.#waiting.shift();
      if (outcome === "ok") waiting?.resolve(rest);
      else waiting?.reject(new Error(`${implementation.title}: ${rest.join(" ")}`));
    });
    running.add(this);
  }

  /** `inside` is a command that starts the peer's command, for example in another network. */
  static async start(implementation: Implementation, inside: string[] = []): Promise<Peer> {
    const waiting = inside.length === 0 ? idle.get(implementation)?.pop() : undefined;
    if (waiting !== undefined) return waiting;
    const peer = new Peer(implementation, inside);
    peer.#isSpoilt = inside.length > 0;
    peer.#features = await peer.#answer();
    return peer;
  }

  /** A second process of the same implementation, perhaps inside something, as with `start()`. */
  another(inside: string[] = []): Promise<Peer> {
    return Peer.start(this.#implementation, inside);
  }

  get title(): string {
    return this.#implementation.title;
  }

  /** The name of the implementation with its version. */
  get version(): string {
    return `${this.title} ${this.#features[0]}`;
  }

  /** A socket type, a transport or another ability that the peer named at its start. */
  has(feature: string): boolean {
    return this.#features.includes(feature);
  }

  async socket(type: string, options: Record<number, Value> = {}): Promise<RemoteSocket> {
    const socket = new RemoteSocket(this, `s${++names}`);
    await this.command("socket", socket.name, type);
    for (const [option, value] of Object.entries(options)) await socket.set(Number(option), value);
    return socket;
  }

  command(...words: Value[]): Promise<string[]> {
    // The address of a ZAP handler is not free as soon as its socket is closed.
    if (words[0] === "zap") this.#isSpoilt = true;
    const answer = this.#answer();
    this.#child.stdin.write(`${words.map(encode).join(" ")}\n`);
    return answer;
  }

  /** Stops and continues the process, or anything else that a signal does. */
  signal(signal: NodeJS.Signals): void {
    this.#isSpoilt = true;
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.#isSpoilt = true;
    if (this.#exited) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A peer that still waits for something, or was stopped, is good for nothing.
    if (this.#isSpoilt || this.#waiting.length > 0) return this.kill();
    await this.command("reset");
    idle.set(this.#implementation, [...(idle.get(this.#implementation) ?? []), this]);
  }

  #answer(): Promise<string[]> {
    if (this.#exited) return Promise.reject(new Error(`${this.title} has ended`));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #end(reason: Error): void {
    this.#exited = true;
    running.delete(this);
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}

/** A socket in the process of a peer. Its commands are carried out one after the other. */
export class RemoteSocket {
  constructor(
    readonly peer: Peer,
    readonly name: string,
  ) {}

  async set(option: number, value: Value): Promise<void> {
    await this.peer.command("set", this.name, option, value);
  }

  async bind(address: string): Promise<string> {
    const [endpoint] = await this.peer.command("bind", this.name, address);
    return endpoint as string;
  }

  async connect(endpoint: string): Promise<void> {
    await this.peer.command("connect", this.name, endpoint);
  }

  async send(parts: (Buffer | string)[]): Promise<void> {
    await this.peer.command("send", this.name, ...parts.map((part) => Buffer.from(part as string)));
  }

  async receive(): Promise<Buffer[]> {
    return (await this.peer.command("receive", this.name)).map(decode);
  }

  async close(): Promise<void> {
    await this.peer.command("close", this.name);
  }
}

// Some implementations search a free port themselves, always from the same one on. With an address
// that is the process's own, they cannot get one that a socket of another test still connects to.
const host =
  process.platform === "linux"
    ? `127.${64 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`
    : "127.0.0.1";

/** An address for either side to bind to. */
export function address(transport: Transport): string {
  return transport === "tcp" ? `tcp://${host}:*` : freshAddress(transport);
}

/** Makes a test for each implementation, skipped where the peer lacks one of `needs`. */
export function each(
  needs: readonly string[],
  name: (title: string) => string,
  body: (peer: Peer, context: TestContext) => Promise<void>,
  skip: string | false = false,
): void {
  for (const implementation of implementations) {
    const options = { skip: skip || implementation.missing, timeout: 60_000 };
    test(name(implementation.title), options, async (context) => {
      await using peer = await Peer.start(implementation);
      const lacking = needs.filter((need) => !peer.has(need));
      if (lacking.length > 0) {
        context.skip(`${peer.version} has no ${lacking.join(", no ")}`);
        return;
      }
      await body(peer, context);
    });
  }
}

/** Asserts that the messages are the same, without printing megabytes when they are not. */
export function assertSame(actual: readonly Buffer[], wanted: readonly (Buffer | string)[]): void {
  const show = (parts: readonly (Buffer | string)[]): string[] =>
    parts.map((part) => {
      const bytes = Buffer.from(part as string);
      return `${bytes.length}: ${bytes.toString("hex", 0, 16)}`;
    });
  assert.deepEqual(show(actual), show(wanted));
  for (const [index, part] of wanted.entries()) {
    assert.ok(Buffer.from(part as string).equals(actual[index] as Buffer), `part ${index} differs`);
  }
}

after(async () => {
  await Promise.all([...running].map((peer) => peer.kill()));
});
