// Writes zeromq.ts, the list of all that the zeromq package has, from an installed copy of it. Run by
// hand; no test needs it, nor the zeromq package:
//
//   npm install --prefix DIR zeromq@6.8.0
//   node test/api/list-zeromq.mjs DIR > test/api/zeromq.ts && npm run format

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const require = createRequire(join(resolve(process.argv[2]), "any.js"));
const directory = dirname(require.resolve("zeromq/package.json"));
const entries = { zeromq: "lib/index.d.ts", "zeromq/draft": "lib/draft.d.ts" };

const files = Object.values(entries).map((file) => join(directory, file));
const program = ts.createProgram(files, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
});
const checker = program.getTypeChecker();

const ofEveryFunction = ["length", "name", "prototype", "arguments", "caller"];

function add(lists, key, name) {
  lists[key] ??= [];
  lists[key].push(name);
}

/** The names of what an object itself has, by kind. */
function loadedMembers(owner) {
  const members = {};
  for (const key of Reflect.ownKeys(owner)) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(owner, key);
    const access = `${get ? "r" : ""}${set ? "w" : ""}`;
    const name = typeof key === "symbol" ? `@@${key.description.split(".")[1]}` : key;
    if (name !== "constructor") add(members, value === undefined ? access : typeof value, name);
  }
  return members;
}

/** The names of what a class declares beyond its base, by kind, interfaces included. */
function declaredMembers(type) {
  const members = {};
  for (const member of checker.getPropertiesOfType(type)) {
    const bases = checker.getBaseTypes(type).filter((base) => base.isClass());
    if (bases.some((base) => checker.getPropertyOfType(base, member.name))) continue;
    const declaration = member.valueDeclaration ?? member.declarations[0];
    const flags = ts.getCombinedModifierFlags(declaration);
    if (flags & ts.ModifierFlags.Protected) continue;
    const isMethod = member.flags & ts.SymbolFlags.Method;
    const isWriteOnly = ts.isSetAccessor(declaration);
    const access = flags & ts.ModifierFlags.Readonly ? "r" : isWriteOnly ? "w" : "rw";
    const name = member.name.replace(/^__(@@?\w+?)@\d+$/, "@$1");
    add(members, isMethod ? "function" : access, name);
  }
  return members;
}

function listEntry(entry, file) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(join(directory, file)));
  const exported = new Map(checker.getExportsOfModule(module).map((type) => [type.name, type]));
  const values = {};
  const classes = {};
  for (const [name, value] of Object.entries(require(entry))) {
    const isClass = typeof value === "function" && /^[A-Z]/.test(name);
    add(values, isClass ? "class" : typeof value, name);
    if (!isClass) continue;
    const statics = Object.getOwnPropertyNames(value);
    assert.deepEqual(
      statics.filter((key) => !ofEveryFunction.includes(key)),
      [],
    );
    const type = declaredType(exported.get(name));
    classes[name] = { loaded: loadedMembers(value.prototype), declared: declaredMembers(type) };
  }
  return { values, types: [...exported.keys()].sort(), classes };
}

function declaredType(symbol) {
  const isAlias = symbol.flags & ts.SymbolFlags.Alias;
  return checker.getDeclaredTypeOfSymbol(isAlias ? checker.getAliasedSymbol(symbol) : symbol);
}

/** Lists of names become words in lines of a template. */
function print(value) {
  if (!Array.isArray(value)) {
    const rows = Object.entries(value).map(([key, item]) => `"${key}": ${print(item)}`);
    return `{ ${rows.join(", ")} }`;
  }
  const lines = value.join(" ").match(/.{1,98}(?: |$)/g);
  return lines.length === 1 ? `"${lines[0]}"` : `\`\n${lines.join("\n").replaceAll(" \n", "\n")}\``;
}

const { version } = require("zeromq/package.json");
const list = Object.fromEntries(
  Object.entries(entries).map(([entry, file]) => [entry, listEntry(entry, file)]),
);
process.stdout.write(`/*
 * All that zeromq ${version} has, as list-zeromq.mjs found it in that package: for each entry point its
 * exported values and types; for each class what its prototype really has ("loaded"), and what its
 * declarations say beyond those of its base, without what is protected. Accessors go by "r", "w" and
 * "rw". Names are separated by white space; @@ stands for a well-known symbol. No class has static
 * members.
 */

type Names = Partial<Record<"class" | "function" | "object" | "string" | "r" | "w" | "rw", string>>;

export interface Entry {
  values: Names;
  types: string;
  classes: Record<string, { loaded: Names; declared: Names }>;
}

export const zeromq: Record<string, Entry> = ${print(list)};
`);
process.exit(0);
