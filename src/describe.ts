/*
 * How error messages name what a program gave: any value at all.
 */

import { types } from "node:util";

const longest = 60;

/** The value, or what kind of value it is where that says more. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "object":
      return describeObject(value);
    default:
      return String(value);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (types.isUint8Array(value)) return `${value.byteLength} bytes`;
  const name = className(value);
  return name === undefined ? "an object" : `an object (${name})`;
}

// A proxy may run code, and throw, at any look at it.
function className(value: object): string | undefined {
  try {
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === "string" && name !== "Object" ? name.slice(0, longest) : undefined;
  } catch {
    return undefined;
  }
}
