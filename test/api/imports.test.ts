/*
 * The ways to import the package. However it is imported, a process has one set of classes.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import zmqDefault, * as zmq from "zmqx";
import draftDefault, * as draft from "zmqx/draft";
import { assertEndedWell, runChild } from "../harness.js";
import commonJs from "./commonjs.cjs";

const valuesOf = ({ default: _, ...values }: Record<string, unknown>) => ({ ...values });

test("`import * as zmq` and `import zmq` of an ES module give the same", () => {
  assert.deepEqual(valuesOf(zmq), { ...zmqDefault });
  assert.deepEqual(valuesOf(draft), { ...draftDefault });
  assert.ok(Object.keys(zmq).length > 20);
  assert.ok(Object.keys(draft).length > 6);
});

test("`require()` in CommonJS gives the very values that `import` gives", () => {
  for (const required of [commonJs.zmq, commonJs.typed]) {
    assert.deepEqual(Object.keys(required).sort(), Object.keys(valuesOf(zmq)).sort());
    for (const [name, value] of Object.entries(required)) {
      assert.equal(value, (zmq as Record<string, unknown>)[name], name);
    }
  }
  for (const required of [commonJs.draft, commonJs.typedDraft]) {
    assert.deepEqual(Object.keys(required).sort(), Object.keys(valuesOf(draft)).sort());
    for (const [name, value] of Object.entries(required)) {
      assert.equal(value, (draft as Record<string, unknown>)[name], name);
    }
  }
  assert.equal(commonJs.Dealer, zmq.Dealer);
  assert.equal(commonJs.Renamed, zmq.Pair);
});

test("a socket made in CommonJS is one for an ES module", async () => {
  const dealer = commonJs.make();
  assert.ok(dealer instanceof zmq.Dealer);
  assert.ok(dealer instanceof zmq.Socket);
  assert.equal(dealer.context, zmq.context);
  await dealer.close();
});

const talk = `
  const [a, b] = [new Pair(), new Pair()];
  await a.bind("inproc://import");
  b.connect("inproc://import");
  await a.send("Hello");
  console.log(String(await b.receive()));
  a.close();
  b.close();
`;

const forms: Record<string, string> = {
  "import * as zmq": `import * as zmq from "zmqx"; const { Pair } = zmq; ${talk}`,
  "import zmq": `import zmq from "zmqx"; const { Pair } = zmq; ${talk}`,
  "import { Pair }": `import { Pair } from "zmqx"; ${talk}`,
  "import { Pair as Socket }": `import { Pair as Socket } from "zmqx"; const Pair = Socket; ${talk}`,
  "await import()": `const { Pair } = await import("zmqx"); ${talk}`,
  "await import() of a draft": `
    const { Server, Client } = await import("zmqx/draft");
    const [server, client] = [new Server(), new Client()];
    await server.bind("inproc://import");
    client.connect("inproc://import");
    await client.send("Hello");
    console.log(String((await server.receive())[0]));
    server.close();
    client.close();
  `,
  "require()": `
    import { createRequire } from "node:module";
    const require = createRequire(process.cwd() + "/any.cjs");
    const { Pair } = require("zmqx"); ${talk}
  `,
  "the draft entry before the main one": `
    import { Radio } from "zmqx/draft";
    import { Pair, Socket } from "zmqx";
    if (!(Radio.prototype instanceof Socket)) throw new Error("Two sets of classes");
    ${talk}
  `,
};

for (const [form, source] of Object.entries(forms)) {
  test(`\`${form}\` is enough for a program, which ends by itself`, async () => {
    const ended = await runChild(source);
    assertEndedWell(ended);
    assert.equal(ended.stdout, "Hello\n");
    assert.equal(ended.stderr, "");
  });
}

test("`import` of a file inside the package fails: only what is exported is public", async () => {
  for (const path of ["zmqx/lib/native.js", "zmqx/lib/index.js", "zmqx/native"]) {
    // Bun and Deno have one code for all that is not found.
    const code = /^ERR_(PACKAGE_PATH_NOT_EXPORTED|MODULE_NOT_FOUND)$/;
    await assert.rejects(import(path), (error: Error & { code: string }) => code.test(error.code));
  }
});

test("`zmqx/package.json` can be imported, as tools do", async () => {
  const ended = await runChild(`
    import { createRequire } from "node:module";
    const require = createRequire(process.cwd() + "/any.cjs");
    console.log(require("zmqx/package.json").name);
  `);
  assertEndedWell(ended);
  assert.equal(ended.stdout, "zmqx\n");
});
