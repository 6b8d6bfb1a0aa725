/*
 * Slabs: memory that the small parts of received messages share, so that none costs an allocation.
 * All sockets of a thread receive into the same ones.
 */

// The global one is a getter, which costs as much again as what it is used for here.
import { Buffer, kMaxLength } from "node:buffer";
import { addon, type ReceivePlace } from "./native.js";
import { pin } from "./threads.js";

/** Where the sockets of this copy of the library receive into. */
export const inlet = addon.addInlet(kMaxLength);

export class Slab {
  readonly #place: ReceivePlace;
  /** The longest part that it takes, in bytes. */
  readonly longest: number;
  readonly #size: number;
  #memory: ArrayBufferLike = new ArrayBuffer(0);
  used = 0;

  /** A part that is kept pins as much as `size` bytes. */
  constructor(place: ReceivePlace, longest: number, size: number) {
    this.#place = place;
    this.longest = longest;
    this.#size = size;
  }

  /** To be called before it is written to: afterwards a part of any length that it takes fits. */
  ready(): void {
    // Also if a program has detached it, against the rules: there is no length then.
    if (this.#memory.byteLength - this.used >= this.longest) return;
    // Not filled with zeros, as an ArrayBuffer would be.
    const memory = Buffer.allocUnsafeSlow(this.#size).buffer;
    // Transferring one part to another thread would take all others along.
    pin(memory);
    addon.receiveInto(inlet, this.#place, memory);
    this.#memory = memory;
    this.used = 0;
  }

  /** The part of this size that comes next. */
  take(size: number): Buffer {
    try {
      const part = Buffer.from(this.#memory as ArrayBuffer, this.used, size);
      this.used += size;
      return part;
    } catch (error) {
      // If a program has detached it, as all other parts in there. Asking for that first takes longer.
      if (this.#memory.byteLength === 0) return Buffer.alloc(0);
      throw error;
    }
  }
}
