/*
 * Every example in the documentation compiles and runs: the @example blocks of src/, and the ts and
 * js blocks of README.md and docs/. Where a line that prints ends in a comment, that is what it must
 * print. "no-run" after the language is for an example that never ends by itself: it only compiles.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../../", import.meta.url));

interface Example {
  /** Where it is: the file, and the line of its first line. */
  place: string;
  language: "ts" | "js";
  runs: boolean;
  text: string;
}

function filesIn(directory: string, ending: string): string[] {
  const names = readdirSync(`${root}${directory}`, { recursive: true }) as string[];
  return names.filter((name) => name.endsWith(ending)).map((name) => `${directory}/${name}`);
}

const fence = /^[ ]*(?:\*[ ])?```(ts|js)\b([^\n]*)\n(.*?)^[ ]*(?:\*[ ])?```$/gms;

function examplesIn(file: string): Example[] {
  const source = readFileSync(`${root}${file}`, "utf8");
  const isCode = file.endsWith(".ts");
  return [...source.matchAll(fence)].map(
    ({ 0: block, 1: language, 2: info, 3: body = "", index }) => {
      const line = source.slice(0, index + block.indexOf("\n") + 1).split("\n").length;
      return {
        place: `${file}:${line}`,
        language: language as Example["language"],
        runs: !info?.includes("no-run"),
        text: isCode ? body.replace(/^ *\* ?/gm, "") : body,
      };
    },
  );
}

const files = ["README.md", ...filesIn("docs", ".md"), ...filesIn("src", ".ts")].sort();
const examples = files.flatMap(examplesIn);

const config = ts.readConfigFile(`${root}test/tsconfig.json`, ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent(
  { ...config, include: [], files: [] },
  ts.sys,
  `${root}test`,
);

/** The examples as files that exist in memory only, inside the package, which they import. */
const inMemory = new Map<string, Example>(
  examples.map((example, index) => {
    const ending = example.language === "ts" ? "mts" : "mjs";
    return [`${root}example-${index}.${ending}`, example] as const;
  }),
);

const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists } = host;
host.fileExists = (name) => inMemory.has(name) || fileExists(name);
host.getSourceFile = (name, target, ...rest) => {
  const example = inMemory.get(name);
  if (example === undefined) return getSourceFile(name, target, ...rest);
  return ts.createSourceFile(name, example.text, target);
};
const program = ts.createProgram(
  [...inMemory.keys()],
  {
    ...options,
    rootDir: root,
    allowJs: true,
    checkJs: true,
    sourceMap: false,
    noUnusedLocals: true,
  },
  host,
);

/** What the compiler has to say, by the line in the file where the example is. */
function problemsOf(name: string, { place }: Example): string[] {
  const source = program.getSourceFile(name);
  assert.ok(source);
  const [file, first] = place.split(":");
  return ts.getPreEmitDiagnostics(program, source).map(({ start, messageText }) => {
    const line = Number(first) + source.getLineAndCharacterOfPosition(start ?? 0).line;
    return `${file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

// Inside the package, so that the examples find it by its name.
const directory = mkdtempSync(fileURLToPath(new URL("./programs-", import.meta.url)));
after(() => rmSync(directory, { recursive: true }));

/** Runs an example as a program, and tells what it printed. Rejects when it fails or hangs. */
async function run(name: string): Promise<string> {
  let text = "";
  program.emit(program.getSourceFile(name), (_, output) => {
    text = output;
  });
  const file = join(directory, name.slice(root.length).replace(/\.\w+$/, ".mjs"));
  writeFileSync(file, text);
  const limits = { timeout: 60_000, killSignal: "SIGKILL" } as const;
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file], { cwd: root, ...limits }, (error, stdout, stderr) => {
      if (error !== null || stderr !== "") reject(error ?? new Error(stderr));
      else resolve(stdout);
    });
  });
}

// Ports are chosen anew each time.
const withoutPorts = (text: string): string => text.replace(/(:\/\/[^\s/]+:)\d+/g, "$1PORT");

/** What the comments behind calls of console.log() promise. */
function promised(text: string): string[] {
  const lines = [...text.matchAll(/console\.log\(.*\);[ ]*\/\/[ ]*(.+)$/gm)];
  return lines.map(([, comment = ""]) => withoutPorts(comment));
}

test("the documentation has examples, and this test finds them", () => {
  assert.ok(examples.some(({ place }) => place.startsWith("README.md")));
  assert.ok(examples.some(({ place }) => place.startsWith("docs/")));
  const fences = files.map((file) => readFileSync(`${root}${file}`, "utf8").match(/```(ts|js)\b/g));
  assert.equal(examples.length, fences.flat().filter((found) => found !== null).length);
  const tags = filesIn("src", ".ts").map((file) => readFileSync(`${root}${file}`, "utf8"));
  const inCode = examples.filter(({ place }) => place.startsWith("src/"));
  assert.equal(inCode.length, tags.join("").match(/\* @example/g)?.length);
});

test("every example runs", { concurrency: 2 }, async (context) => {
  const tests = [...inMemory].map(([name, example]) =>
    context.test(`the example at ${example.place}`, async () => {
      assert.deepEqual(problemsOf(name, example), []);
      if (!example.runs) return;
      const stdout = await run(name);
      const printed = withoutPorts(stdout).split("\n");
      const lacking = promised(example.text).filter((line) => !printed.includes(line));
      assert.deepEqual(lacking, [], stdout);
    }),
  );
  await Promise.all(tests);
});
