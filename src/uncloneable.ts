/*
 * The base of what belongs to one thread: posting it to another one fails, where a plain object
 * would arrive there empty.
 */

function Construct(): object {
  // V8 refuses to clone a FinalizationRegistry, whatever its prototype is.
  return Reflect.construct(FinalizationRegistry, [() => undefined], new.target as never);
}
Construct.prototype = Object.prototype;

/** Its instances are refused by `structuredClone()` and `postMessage()` with a DataCloneError. */
export const Uncloneable = Construct as unknown as new () => object;
