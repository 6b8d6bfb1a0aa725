/*
 * The installed package at work: loaded in each way, typed in each way, and its command.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import ts from "typescript";
import { Installed, projectRoot, skip } from "./installed.js";

const talk = `
  const [push, pull] = [new Push(), new Pull()];
  (async () => {
    push.connect(await pull.bind("tcp://127.0.0.1:*"));
    await push.send(["hello", "there"]);
    console.log((await pull.receive()).join(" "));
    await Promise.all([push.close(), pull.close()]);
  })();
`;

const typed = `
  import zmq, { Pull, type SocketOptions } from "zmqx";
  import { Server } from "zmqx/draft";
  const options: SocketOptions<Pull> = { linger: 0 };
  export const sockets: zmq.Socket[] = [new Pull(options), new Server()];
  export const wrong: number = new zmq.Pull().lastEndpoint;
`;

const { ESNext, Node16, NodeNext } = ts.ModuleKind;
const resolutions = ts.ModuleResolutionKind;
const settings: Record<string, [string, ts.ModuleKind, ts.ModuleResolutionKind]> = {
  "node16 in CommonJS": ["program.cts", Node16, resolutions.Node16],
  "node16 in an ES module": ["program.mts", Node16, resolutions.Node16],
  "nodenext in CommonJS": ["program.cts", NodeNext, resolutions.NodeNext],
  "nodenext in an ES module": ["program.mts", NodeNext, resolutions.NodeNext],
  bundler: ["program.ts", ESNext, resolutions.Bundler],
};

describe("The installed package", { skip }, () => {
  let installed: Installed;
  before(() => {
    installed = new Installed();
  });
  after(() => installed.remove());

  const forms = {
    "require()": ["program.cjs", 'const { Pull, Push } = require("zmqx");'],
    "named `import`": ["program.mjs", 'import { Pull, Push } from "zmqx";'],
    "default `import`": ["program.mjs", 'import zmq from "zmqx"; const { Pull, Push } = zmq;'],
  };
  for (const [form, [file, line]] of Object.entries(forms)) {
    test(`${form} of a package that was installed offline is enough to send and receive`, () => {
      const ran = installed.run(file as string, line + talk);
      assert.deepEqual(ran, { code: 0, stdout: "hello there\n", stderr: "" });
    });
  }

  for (const line of [
    'import zmq from "zmqx"; const { Pull, Push } = zmq;',
    'import * as zmq from "zmqx"; const { Pull, Push } = zmq;',
    'import { Pull, Push } from "zmqx";',
  ]) {
    test(`\`${line}\` works in TypeScript that is compiled to CommonJS`, () => {
      const { outputText } = ts.transpileModule(line + talk, {
        compilerOptions: { module: ts.ModuleKind.CommonJS, esModuleInterop: true },
      });
      const ran = installed.run("program.cjs", outputText);
      assert.deepEqual(ran, { code: 0, stdout: "hello there\n", stderr: "" });
    });
  }

  for (const [name, [file, module, moduleResolution]] of Object.entries(settings)) {
    test(`The types of the installed package are found with moduleResolution ${name}`, () => {
      const path = join(installed.directory, file);
      ts.sys.writeFile(path, typed);
      const program = ts.createProgram([path], {
        module,
        moduleResolution,
        target: ts.ScriptTarget.ES2022,
        lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
        strict: true,
        noEmit: true,
        esModuleInterop: true,
        typeRoots: [join(projectRoot, "node_modules", "@types")],
        types: ["node"],
      });
      const texts = ts
        .getPreEmitDiagnostics(program)
        .map(({ messageText: text }) => (typeof text === "string" ? text : text.messageText));
      // The one mistake shows that the types are really there.
      assert.deepEqual(texts, ["Type 'string | null' is not assignable to type 'number'."]);
    });
  }

  test("`npx zmqx --help` says how to compile the addon, and --version which package it is", () => {
    const help = installed.npm(["exec", "--offline", "--", "zmqx", "--help"]);
    assert.equal(help.code, 0, help.stderr);
    assert.match(help.stdout, /^Usage: zmqx build/);
    assert.match(help.stdout, /CMake/);
    const version = installed.npm(["exec", "--offline", "--", "zmqx", "--version"]);
    assert.match(version.stdout, /^\d+\.\d+\.\d+/);
  });

  test("`npx zmqx` refuses what it does not know, and says what it does", () => {
    for (const words of [[], ["bild"], ["build", "more"], ["--wrong"]]) {
      const ran = installed.npm(["exec", "--offline", "--", "zmqx", ...words]);
      assert.equal(ran.code, 1, words.join(" "));
      assert.match(ran.stderr, /Usage: zmqx build/);
    }
  });

  test("`npx zmqx build` without CMake says that it is missing", () => {
    const ran = installed.npm(["exec", "--offline", "--", "zmqx", "build"]);
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, /Cannot run "cmake"/);
  });
});
