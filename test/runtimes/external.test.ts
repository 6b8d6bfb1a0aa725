/*
 * A runtime that allows no external buffers, as Electron does not: what would be a Buffer over the
 * memory of libzmq is copied. Played by a copy of the addon that asks a library of the test for them.
 */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { buildLibrary, noLibraries } from "../build/library.js";
import { projectRoot } from "../build/sandbox.js";
import { assertEndedWell, runChild } from "../harness.js";

// 22 is napi_no_external_buffers_allowed.
const library = `
  #include <stdio.h>
  int fake_create_external_buffer(void) {
    fputs("refused\\n", stderr);
    return 22;
  }
`;

test("`receive()` copies where the runtime allows no external buffers", {
  skip: noLibraries,
}, async () => {
  const addon = process.env.ZMQX_ADDON_PATH || join(projectRoot, "build", "Release", "zmqx.node");
  const directory = mkdtempSync(join(tmpdir(), "zmqx-"));
  try {
    const built = buildLibrary(library, directory, "fake.so");

    const binary = readFileSync(addon);
    const name = Buffer.from("\0napi_create_external_buffer\0");
    // In the table of dynamic symbols, and in that of all symbols where it was not stripped.
    let places = 0;
    for (let at = binary.indexOf(name); at !== -1; at = binary.indexOf(name, at + 1)) {
      binary.write("fake", at + 1);
      places++;
    }
    assert.ok(places > 0);
    writeFileSync(join(directory, "zmqx.node"), binary);

    // A sanitizer may be there already.
    const preloads = [process.env.LD_PRELOAD, built].filter(Boolean).join(" ");
    const ended = await runChild(
      `
      import { Pull, Push } from "zmqx";
      const [push, pull] = [new Push(), new Pull({ receiveCopyLimit: 32_768 })];
      push.connect(await pull.bind("tcp://127.0.0.1:*"));
      const sizes = [10, 2_000, 1_000_000];
      const text = [];
      for (const [count, size] of sizes.entries()) {
        await push.send(Buffer.alloc(size, count + 1));
        const [bytes] = await pull.receive();
        text.push(bytes.equals(Buffer.alloc(size, count + 1)));
      }
      await push.sendMany(sizes.map((size) => [Buffer.alloc(size, 7), "end"]));
      for (const size of sizes) {
        const [bytes, end] = await pull.receive();
        text.push(bytes.equals(Buffer.alloc(size, 7)), String(end) === "end");
      }
      await Promise.all([push.close(), pull.close()]);
      process.stdout.write(text.join());
      `,
      { env: { ZMQX_ADDON_PATH: join(directory, "zmqx.node"), LD_PRELOAD: preloads } },
    );
    assertEndedWell(ended);
    assert.equal(ended.stdout, Array(9).fill("true").join());
    assert.match(ended.stderr, /^(refused\n){2,}$/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
