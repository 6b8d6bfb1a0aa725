/*
 * The types are found under every way in which TypeScript resolves modules, as those of zeromq are.
 */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "zmqx-types-"));
after(() => rmSync(directory, { recursive: true }));

mkdirSync(join(directory, "node_modules"));
symlinkSync(root, join(directory, "node_modules", "zmqx"));

const source = `
  import * as zmq from "zmqx";
  import { Dealer, type SocketOptions } from "zmqx";
  import { Server } from "zmqx/draft";
  const options: SocketOptions<Dealer> = { linger: 0 };
  export const sockets: zmq.Socket[] = [new Dealer(options), new Server()];
  export const wrong: number = new zmq.Pull().lastEndpoint;
`;

const { CommonJS, ESNext, NodeNext } = ts.ModuleKind;
const { Bundler, Node10, NodeNext: NodeNextResolution } = ts.ModuleResolutionKind;
const settings: Record<string, [file: string, ts.ModuleKind, ts.ModuleResolutionKind]> = {
  "node, as CommonJS": ["program.ts", CommonJS, Node10],
  "nodenext, as CommonJS": ["program.cts", NodeNext, NodeNextResolution],
  "nodenext, as ES modules": ["program.mts", NodeNext, NodeNextResolution],
  "bundler, as ES modules": ["program.ts", ESNext, Bundler],
};

for (const [name, [file, module, moduleResolution]] of Object.entries(settings)) {
  test(`the types of the package are found with moduleResolution ${name}`, () => {
    const options: ts.CompilerOptions = {
      module,
      moduleResolution,
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
      strict: true,
      noEmit: true,
      typeRoots: [join(root, "node_modules", "@types")],
      types: ["node"],
    };
    const path = join(directory, file);
    const host = ts.createCompilerHost(options);
    const { fileExists, getSourceFile } = host;
    host.fileExists = (name) => name === path || fileExists(name);
    host.getSourceFile = (name, target, ...rest) =>
      name === path
        ? ts.createSourceFile(name, source, target)
        : getSourceFile(name, target, ...rest);
    const program = ts.createProgram([path], options, host);
    // Those of the package itself too, which programs may check.
    const files = program.getSourceFiles().filter(({ fileName }) => {
      return fileName === path || fileName.startsWith(join(root, "lib"));
    });
    assert.ok(files.length > 2);
    const texts = files
      .flatMap((file) => [...program.getSemanticDiagnostics(file)])
      .map(({ messageText: text }) => (typeof text === "string" ? text : text.messageText));
    // The one mistake shows that the types are really there.
    assert.deepEqual(texts, ["Type 'string | null' is not assignable to type 'number'."]);
  });
}
