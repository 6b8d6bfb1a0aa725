/*
 * The tuning of a socket as its properties.
 */

import { describe } from "./describe.js";
import { socketParts } from "./parts.js";
import { checkTuning, defaults, type TuningOptions } from "./tuning.js";

function checkValue(name: keyof TuningOptions, value: unknown): TuningOptions[typeof name] {
  if (name !== "allowBlocking") return checkTuning(name, value);
  if (typeof value === "boolean") return value;
  throw new TypeError(`Cannot set "${name}" to ${describe(value)}: expected true or false`);
}

/** Defines a property on the prototype of sockets for each item of the tuning. */
export function defineTuning(prototype: object): void {
  for (const name of Object.keys(defaults) as (keyof TuningOptions)[]) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: object) {
        return socketParts(this, `get "${name}"`).handle.tuning[name];
      },
      set(this: object, value: unknown) {
        const { handle } = socketParts(this, `set "${name}"`);
        handle.retune({ [name]: checkValue(name, value) });
      },
    });
  }
}
