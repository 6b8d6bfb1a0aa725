// Measures a stream of messages in the receiver: from the first message after warm-up to the last of the
// given time, so that neither start-up nor connecting counts.

/** Large messages are rare, so the clock is read more often among them. */
export function strideFor(size) {
  return Math.max(1, Math.min(256, Math.floor(65536 / size)));
}

export class Meter {
  #warmUp;
  #duration;
  #first = 0;
  #begin = 0;
  #elapsed = 0;
  #messages = 0;
  #cpu;

  /** In milliseconds. */
  constructor({ warmUp, duration }) {
    this.#warmUp = warmUp;
    this.#duration = duration;
  }

  /** Call after every so many messages. Returns whether that was enough. */
  add(messages) {
    const now = performance.now();
    if (this.#begin > 0) {
      this.#messages += messages;
      this.#elapsed = now - this.#begin;
      if (this.#elapsed < this.#duration) return false;
      this.#cpu = process.cpuUsage(this.#cpu);
      return true;
    }
    this.#first ||= now;
    if (now - this.#first >= this.#warmUp) {
      this.#begin = now;
      this.#cpu = process.cpuUsage();
    }
    return false;
  }

  /** Messages per second, and microseconds of CPU that this process spent on each. */
  get result() {
    return {
      rate: this.#messages / (this.#elapsed / 1000),
      cpu: (this.#cpu.user + this.#cpu.system) / this.#messages,
    };
  }
}
