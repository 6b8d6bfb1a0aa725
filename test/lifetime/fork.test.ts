/*
 * L3: a copy of the process, as other addons make them with fork(), has the sockets and none of the
 * threads behind them. It ends, and the original notices nothing.
 */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { buildLibrary, noLibraries } from "../build/library.js";
import { assertEndedWell, freshAddress, runChild, transports } from "../harness.js";

// A function that copies the process, and gives the status that the copy ends with. libuv does not
// survive exit() in one.
const forker = `
  #include <node_api.h>
  #include <stdlib.h>
  #include <sys/wait.h>
  #include <unistd.h>

  static napi_value Fork(napi_env env, napi_callback_info info) {
    const pid_t copy = fork();
    if (copy == 0) {
      // One that hangs would outlive the test.
      alarm(30);
      quick_exit(7);
    }
    int status = 0;
    waitpid(copy, &status, 0);
    napi_value result;
    napi_create_int32(env, WIFEXITED(status) ? WEXITSTATUS(status) : -1, &result);
    return result;
  }

  NAPI_MODULE_INIT() {
    napi_value function;
    napi_create_function(env, "fork", NAPI_AUTO_LENGTH, Fork, NULL, &function);
    return function;
  }
`;

const forks = `
  import assert from "node:assert/strict";
  import { createRequire } from "node:module";
  import { Pull, Push } from "zmqx";
  const [addon, ...addresses] = process.argv.slice(-4);
  const fork = createRequire(addon)(addon);
  for (const address of addresses) {
    const [pull, push] = [new Pull(), new Push()];
    push.connect(await pull.bind(address));
    for (let round = 0; round < 3; round++) {
      const received = pull.receive();
      await push.send("before");
      assert.equal(String(await received), "before");
      await push.send("meanwhile");
      assert.equal(fork(), 7);
      assert.equal(String(await pull.receive()), "meanwhile");
    }
  }
  console.log("unharmed");
`;

test("A copy of the process by fork() ends, and does no harm", { skip: noLibraries }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "zmqx-"));
  try {
    const addon = buildLibrary(forker, directory, "fork.node");
    const ended = await runChild(forks, { args: [addon, ...transports.map(freshAddress)] });
    assertEndedWell(ended);
    assert.deepEqual([ended.stdout, ended.stderr], ["unharmed\n", ""]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
