/*
 * The base of what belongs to one thread: posting it to another one fails, where a plain object
 * would arrive there empty.
 */

/**
 * Its instances are refused by `structuredClone()` and `postMessage()` with a DataCloneError: V8 clones
 * no FinalizationRegistry, whatever its prototype is. A class that called `Reflect.construct()` instead
 * would get a hidden class of its own for each object, and every property of it be looked up anew.
 */
class Uncloneable extends FinalizationRegistry<unknown> {
  constructor() {
    super(() => undefined);
  }
}
Object.setPrototypeOf(Uncloneable.prototype, Object.prototype);

const Base = Uncloneable as unknown as new () => object;

export { Base as Uncloneable };
