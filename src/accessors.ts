/*
 * What the option table means at run time: properties on a prototype, the check
 * of a value before libzmq sees it, and the reading of what libzmq gives back.
 * Knows nothing of the addon: whoever owns the handle passes two callbacks.
 */

import { Buffer } from "node:buffer";
import { types } from "node:util";
import { describe } from "./describe.js";

/** How libzmq stores an option. `"key"` is a CURVE key: 32 bytes, or 40 characters of Z85. */
export type Kind = "bool" | "i32" | "i64" | "u64" | "bytes" | "string" | "key";

/** `"w"` is an option that libzmq takes but never tells again: it reads as `undefined`. */
export type Access = "r" | "w" | "rw";

/** One option of the table. */
export interface Row<
  K extends Kind = Kind,
  A extends Access = Access,
  Holder extends string = string,
  Value = unknown,
> {
  /** The name in zmq.h. */
  readonly constant: string;
  /** The number in zmq.h. */
  readonly id: number;
  readonly kind: K;
  readonly access: A;
  /** The socket types that have it; `"all"` for every socket, or for a context. */
  readonly holders: readonly Holder[];
  /** The names of the values 0, 1, 2 and so on of an enumeration. */
  readonly values?: readonly Value[];
  /** Whether setting it also acts on endpoints bound or connected before. */
  readonly immediate: boolean;
  /** A secret is not repeated in an error message. */
  readonly secret: boolean;
  /** Whether the bytes must make a routing id. */
  readonly routing: boolean;
  /** The numbers that libzmq survives, where it does not check them itself. */
  readonly range: readonly [least: number, most: number] | undefined;
}

/** What native code takes; a string stands for its UTF-8 bytes, null for none. */
export type NativeValue = number | bigint | string | Uint8Array | null;

/** How to reach the option of a given object; `get` and `set` throw what libzmq reports. */
export interface OptionAccess<Host> {
  get(host: Host, row: Row, name: string): unknown;
  set(host: Host, row: Row, value: NativeValue, name: string): void;
}

/**
 * Defines a property for each row that names `holder`: `"all"` (also meant by
 * leaving it undefined) on the base class or a context, a socket type on its
 * own class, where it adds what the base class does not have.
 */
export function defineOptions<Host extends object>(
  prototype: Host,
  table: Readonly<Record<string, Row>>,
  holder: string | undefined,
  access: OptionAccess<Host>,
): void {
  let properties = tables.get(table);
  if (properties === undefined) {
    properties = propertiesOf(table, access as OptionAccess<object>);
    tables.set(table, properties);
  }
  Object.defineProperties(prototype, properties.get(holder ?? "all") ?? {});
}

// Of all holders at once: every program waits for it when it loads the package.
const tables = new WeakMap<object, Map<string, PropertyDescriptorMap>>();

/** By holder; those that have an option share what is behind it. */
function propertiesOf(
  table: Readonly<Record<string, Row>>,
  access: OptionAccess<object>,
): Map<string, PropertyDescriptorMap> {
  const properties = new Map<string, PropertyDescriptorMap>();
  for (const [name, row] of Object.entries(table)) {
    const property = propertyOf(row, name, access);
    for (const holder of row.holders) {
      const own = properties.get(holder) ?? {};
      own[name] = property;
      properties.set(holder, own);
    }
  }
  return properties;
}

function propertyOf(row: Row, name: string, access: OptionAccess<object>): PropertyDescriptor {
  const property: PropertyDescriptor = { configurable: true, enumerable: false };
  if (row.access !== "w") {
    property.get = function (this: object) {
      return readValue(row, access.get(this, row, name));
    };
  }
  if (row.access !== "r") {
    property.set = function (this: object, value: unknown) {
      access.set(this, row, checkValue(name, row, value), name);
    };
  }
  return property;
}

/** The row of an option that a program names by its number. Throws a TypeError for no number. */
export function numberedRow(id: unknown, kind: Kind): Row {
  if (typeof id !== "number" || (id | 0) !== id) {
    throw new TypeError(`Cannot use option ${describe(id)}: expected its number in zmq.h`);
  }
  return {
    constant: "",
    id,
    kind,
    access: "rw",
    holders: [],
    immediate: true,
    secret: false,
    routing: false,
    range: undefined,
  };
}

/**
 * Sets each of the given options on a new object, in their order; those whose
 * value is undefined, and those in `extraKeys`, which the caller deals with, are skipped.
 * Throws a TypeError for a name that is no option of the object, or cannot be set.
 */
export function applyOptions(
  host: object,
  options: object | undefined,
  extraKeys: readonly string[] = [],
): void {
  if (options === undefined) return;
  if (options === null || typeof options !== "object") {
    throw new TypeError(`Cannot take ${describe(options)} as options: expected an object`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || extraKeys.includes(name)) continue;
    const property = findProperty(host, name);
    if (property?.set === undefined) {
      const problem =
        property?.get === undefined ? noSuchOption(host, name, extraKeys) : "it is read-only";
      throw new TypeError(`Cannot set "${name}": ${problem}`);
    }
    property.set.call(host, value);
  }
}

/** Checks what a program assigns to an option, and gives what native code takes. */
export function checkValue(name: string, row: Row, value: unknown): NativeValue {
  const refuse = (problem: new (message: string) => Error, wanted: string): never => {
    const given = row.secret ? "" : ` to ${describe(value)}`;
    throw new problem(`Cannot set "${name}"${given}: expected ${wanted}`);
  };
  if (row.values !== undefined) {
    const index = row.values.indexOf(value);
    return index >= 0 ? index : refuse(TypeError, oneOf(row.values));
  }
  switch (row.kind) {
    case "bool":
      return typeof value === "boolean" ? Number(value) : refuse(TypeError, "true or false");
    case "i32": {
      if (typeof value !== "number") return refuse(TypeError, "a 32-bit integer");
      if ((value | 0) !== value) return refuse(RangeError, "a 32-bit integer");
      const [least, most] = row.range ?? [value, value];
      if (value < least || value > most) return refuse(RangeError, `${least} to ${most}`);
      return value | 0;
    }
    case "i64":
    case "u64": {
      const wanted = `${row.kind === "i64" ? "a" : "an unsigned"} 64-bit integer`;
      if (typeof value !== "number" && typeof value !== "bigint") return refuse(TypeError, wanted);
      if (typeof value === "number" && !Number.isSafeInteger(value)) {
        return refuse(RangeError, `${wanted}, as a bigint beyond Number.MAX_SAFE_INTEGER`);
      }
      const integer = BigInt(value);
      const fits = row.kind === "i64" ? BigInt.asIntN(64, integer) : BigInt.asUintN(64, integer);
      return fits === integer ? integer : refuse(RangeError, wanted);
    }
    case "key":
      if (!isBytes(value)) return refuse(TypeError, keyWanted);
      return isKey(value) ? value : refuse(RangeError, keyWanted);
    default:
      if (!isBytes(value)) return refuse(TypeError, "a string, a Buffer or null");
      if (row.routing && !isRoutingId(value)) return refuse(RangeError, routingIdWanted);
      return value;
  }
}

/** Gives what a program reads for what native code got from libzmq. */
export function readValue(row: Row, raw: unknown): unknown {
  if (row.values !== undefined) return row.values[Number(raw)];
  switch (row.kind) {
    case "bool":
      return Boolean(raw);
    case "i32":
      return raw;
    case "i64":
    case "u64": {
      const number = Number(raw);
      return Number.isSafeInteger(number) ? number : raw;
    }
    case "bytes":
      return types.isUint8Array(raw) ? readBytes(raw) : raw || null;
    case "key": {
      const key = readText(raw);
      return key === emptyKey ? null : key;
    }
    default:
      return readText(raw);
  }
}

const keyWanted = "40 characters of Z85 or 32 bytes";
const routingIdWanted = "1 to 255 bytes, the first of them not zero";

// libzmq keeps zeros where no key was set, and 32 zero bytes are this in Z85.
const emptyKey = "0".repeat(40);

function isBytes(value: unknown): value is string | Uint8Array | null {
  return value === null || typeof value === "string" || types.isUint8Array(value);
}

function isKey(value: string | Uint8Array | null): boolean {
  if (typeof value === "string") return /^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/.test(value);
  return value === null || value.byteLength === 32;
}

// libzmq checks the length alone, yet ids with a leading zero are those it makes itself.
function isRoutingId(value: string | Uint8Array | null): boolean {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return bytes !== null && bytes.length >= 1 && bytes.length <= 255 && bytes[0] !== 0;
}

// A string only where it stands for exactly these bytes, so that none is lost.
function readBytes(raw: Uint8Array): string | Buffer | null {
  if (raw.byteLength === 0) return null;
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const text = bytes.toString();
  return !text.includes("\0") && Buffer.from(text).equals(bytes) ? text : bytes;
}

// The C string's terminator counts in the length that libzmq reports.
function readText(raw: unknown): string | null {
  const text = types.isUint8Array(raw) ? Buffer.from(raw).toString() : String(raw ?? "");
  return text.replace(/\0+$/, "") || null;
}

function oneOf(values: readonly unknown[]): string {
  const names = values.map(describe);
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

/** The property of that name that an object inherits. */
function findProperty(host: object, name: string): PropertyDescriptor | undefined {
  for (let level = Object.getPrototypeOf(host); level !== Object.prototype; ) {
    const property = Object.getOwnPropertyDescriptor(level, name);
    if (property !== undefined) return property;
    level = Object.getPrototypeOf(level);
  }
  return undefined;
}

function noSuchOption(host: object, name: string, extraKeys: readonly string[]): string {
  const known = [...extraKeys];
  for (let level = Object.getPrototypeOf(host); level !== Object.prototype; ) {
    for (const [option, property] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if ((property as PropertyDescriptor).set !== undefined) known.push(option);
    }
    level = Object.getPrototypeOf(level);
  }
  const nearest = known
    .map((option) => ({ option, distance: editDistance(name, option) }))
    .reduce((best, next) => (next.distance < best.distance ? next : best), {
      option: "",
      distance: Math.max(3, Math.ceil(name.length / 3)),
    }).option;
  const problem = `${host.constructor.name} has no such option`;
  return nearest === "" ? problem : `${problem}, the nearest is "${nearest}"`;
}

/** The count of characters to insert, drop or replace, case apart, to turn one into the other. */
function editDistance(from: string, to: string): number {
  const target = to.toLowerCase();
  let distances = Array.from({ length: target.length + 1 }, (_, column) => column);
  for (const letter of from.toLowerCase()) {
    let diagonal = 0;
    let left = 0;
    distances = distances.map((above, column) => {
      const replaced = diagonal + (letter === target[column - 1] ? 0 : 1);
      left = column === 0 ? above + 1 : Math.min(replaced, above + 1, left + 1);
      diagonal = above;
      return left;
    });
  }
  return distances.at(-1) ?? 0;
}
