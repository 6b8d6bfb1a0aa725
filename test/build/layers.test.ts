import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { projectRoot } from "./sandbox.js";

describe("checkLayers", () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "zmqx-test-"));
    for (const part of ["CMakeLists.txt", "native", "scripts", "src"]) {
      cpSync(join(projectRoot, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"), "junction");
  });

  afterEach(() => rmSync(copy, { recursive: true }));

  async function violations(): Promise<string[]> {
    const script = pathToFileURL(join(copy, "scripts", "layers.mjs"));
    return (await import(script.href)).checkLayers();
  }

  const forbidden: [what: string, file: string, text: string, said: RegExp][] = [
    ["an import from a higher row", "src/errors.ts", 'export * from "./sockets.js";', /"sockets"/],
    ["a second importer of the addon", "src/curve.ts", 'require("node-gyp-build");', /the addon/],
    ["an include from a higher row", "native/check.h", '#include "socket.h"', /"socket"/],
    ["libuv outside readiness_uv.cc", "native/env.cc", "#include <uv.h>", /uv\.h/],
    ["V8 behind the back of Node-API", "native/env.cc", "#include <v8.h>", /Node-API/],
    ["a file that is too long", "native/curve.cc", "\n".repeat(300), /more than 300/],
    ["a file that has no place", "src/misc.ts", "", /no row/],
    ["a source that is not built", "native/socket_extra.cc", "", /does not build/],
  ];
  for (const [what, file, text, said] of forbidden) {
    test(`\`checkLayers()\` finds ${what}`, async () => {
      const before = await violations();
      appendFileSync(join(copy, file), `\n${text}\n`);
      const found = (await violations()).filter((violation) => !before.includes(violation));
      assert.ok(
        found.some((violation) => said.test(violation)),
        found.join("\n"),
      );
    });
  }

  test("`checkLayers()` lets types be imported from anywhere", async () => {
    const before = await violations();
    writeFileSync(join(copy, "src", "errors.ts"), 'import type { Push } from "./sockets.js";\n');
    assert.deepEqual(await violations(), before);
  });
});
