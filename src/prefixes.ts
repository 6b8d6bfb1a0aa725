/*
 * Prefixes: what a Subscriber has subscribed to, counted as libzmq does, so that what was read
 * ahead can be left out when it unsubscribes.
 */

/** Prefixes, each as often as it was added. */
export class Prefixes {
  readonly #counts = new Map<string, number>();

  add(prefix: Buffer): void {
    const key = prefix.toString("latin1");
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Takes it back once. */
  delete(prefix: Buffer): void {
    const key = prefix.toString("latin1");
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }

  /** Whether the topic starts with any of them. */
  match(topic: Buffer): boolean {
    const text = topic.toString("latin1");
    for (const prefix of this.#counts.keys()) if (text.startsWith(prefix)) return true;
    return false;
  }
}
