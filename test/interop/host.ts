/*
 * Host: a network of its own on this machine, and one link to it, which can be cut. The kernel
 * takes the link away together with the network.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { after } from "node:test";

let hosts = 0;
const open = new Set<Host>();

function ip(...words: string[]): void {
  execFileSync("ip", words, { stdio: "pipe" });
}

/** Why this machine can have no host, or false. */
export function hostsMissing(): string | false {
  if (process.platform !== "linux") return "network namespaces are of Linux";
  if (process.getuid?.() !== 0) return "only root can make network namespaces";
  if (spawnSync("ip", ["-Version"]).status !== 0) return "iproute2 is not installed";
  const name = `zmqx-probe-${process.pid}`;
  const { status, stderr } = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (status !== 0) return `no network namespace can be made: ${stderr.trim()}`;
  ip("netns", "delete", name);
  return false;
}

export class Host {
  readonly #name: string;
  readonly #link: string;
  /** The addresses at the two ends of the link. */
  readonly near: string;
  readonly far: string;

  constructor() {
    const number = ++hosts;
    this.#name = `zmqx-${process.pid}-${number}`;
    this.#link = `zx${process.pid}f${number}`;
    const nearLink = `zx${process.pid}n${number}`;
    // The network is one that is kept for tests; each process has a small part of it.
    const part = 4 * (process.pid % 16_384);
    const base = `198.${18 + (number % 2)}.${part >> 8}`;
    this.near = `${base}.${(part & 255) + 1}`;
    this.far = `${base}.${(part & 255) + 2}`;
    ip("netns", "add", this.#name);
    open.add(this);
    try {
      const peer = ["peer", "name", this.#link, "netns", this.#name];
      ip("link", "add", nearLink, "type", "veth", ...peer);
      ip("address", "add", `${this.near}/30`, "dev", nearLink);
      ip("link", "set", nearLink, "up");
      ip("-n", this.#name, "address", "add", `${this.far}/30`, "dev", this.#link);
      ip("-n", this.#name, "link", "set", "lo", "up");
      this.restore();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The command that runs another one on the host. */
  get inside(): string[] {
    return ["ip", "netns", "exec", this.#name];
  }

  cut(): void {
    ip("-n", this.#name, "link", "set", this.#link, "down");
  }

  restore(): void {
    ip("-n", this.#name, "link", "set", this.#link, "up");
  }

  /** Makes what the host sends late. Returns why that cannot be, or false. */
  delay(milliseconds: number): string | false {
    const words = ["-n", this.#name, "qdisc", "add", "dev", this.#link, "root", "netem", "delay"];
    const { status, stderr } = spawnSync("tc", [...words, `${milliseconds}ms`], {
      encoding: "utf8",
    });
    return status !== 0 && `tc netem does not work here: ${stderr?.trim() ?? "there is no tc"}`;
  }

  [Symbol.dispose](): void {
    if (!open.delete(this)) return;
    ip("netns", "delete", this.#name);
  }
}

// A test that ran out of time has not come to its end.
after(() => {
  for (const host of open) host[Symbol.dispose]();
});
