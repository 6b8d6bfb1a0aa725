// The layering of the code, as data, and the check that the code keeps to it.
// A file may use only what stands in a row below its own. An import that TypeScript erases is free.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./program.mjs";

/** From the bottom to the top. */
const rules = {
  src: {
    rows: [
      ["clock", "constants", "describe", "load", "prefixes", "threads", "uncloneable"],
      ["accessors", "tuning"],
      ["native", "options"],
      ["errors", "exit", "slab", "spin", "turn"],
      ["arguments", "capability", "curve", "iterate", "parts"],
      ["context", "forgotten", "inflow", "loans", "waiting"],
      ["outflow"],
      ["handle"],
      ["access", "batch", "blocking", "tuned", "traits"],
      ["methods"],
      ["feed"],
      ["closing", "endpoints", "monitor"],
      ["socket"],
      ["names"],
      ["poller", "proxy", "sockets", "zap"],
      ["draft", "index"],
    ],
    exceptions: {},
    longFiles: ["options.ts"],
    forbidden: [
      { text: /node-gyp-build|\.node["'`]/, but: "load.ts", why: "finds the addon" },
      { text: /\.\/load\.js/, but: "native.ts", why: "loads the addon" },
    ],
  },
  native: {
    rows: [
      [
        "busy_poll",
        "call",
        "check",
        "error",
        "host_windows",
        "inlet",
        "ipc_libzmq",
        "message_memory",
        "session_libzmq",
        "thread_settings",
      ],
      ["inproc", "interrupter"],
      ["busy_poll_libzmq", "inbox", "message_memory_libzmq", "readiness"],
      ["env"],
      ["lending", "readiness_thread", "readiness_uv"],
      ["message"],
      ["context", "context_js", "curve"],
      ["socket", "socket_drain", "socket_endpoint", "socket_io", "socket_options"],
      ["proxy"],
      ["addon"],
    ],
    // Teardown is written in one place, and that place has to name what it takes down.
    exceptions: { "env.cc": ["context", "lending", "proxy", "socket"], "inbox.cc": ["env"] },
    longFiles: [],
    forbidden: [
      { text: /#include [<"]uv\.h/, but: "readiness_uv.cc", why: "includes uv.h" },
      { text: /\buv_poll_t\b/, but: "readiness_uv.cc", why: "knows libuv" },
      { text: /#include [<"](v8|node|nan|napi)\.h/, but: "", why: "goes around Node-API" },
    ],
  },
};

const lineLimit = 300;
const tracked = /^vendor\/(manifest\.json|README\.md|licences\/[^/]+)$/;

/** Returns one sentence for each violation. */
export function checkLayers() {
  return [...Object.keys(rules).flatMap(checkDirectory), ...checkCMake(), ...checkVendor()];
}

function checkDirectory(directory) {
  const { rows, exceptions, longFiles, forbidden } = rules[directory];
  const rowOf = (module) => rows.findIndex((row) => row.includes(module));
  const violations = [];
  for (const file of filesIn(directory)) {
    const complain = (what) => violations.push(`${directory}/${file} ${what}`);
    const text = readFileSync(join(root, directory, file), "utf8");
    const module = moduleOf(file);
    const row = rowOf(module);
    if (row === -1) complain("stands in no row of scripts/layers.mjs");

    const lines = text.split("\n").length - 1;
    if (lines > lineLimit && !longFiles.includes(file)) {
      complain(`has ${lines} lines, more than ${lineLimit}`);
    }
    for (const { text: pattern, but, why } of forbidden) {
      if (file !== but && pattern.test(text)) complain(`${why}${but && `, which only ${but} may`}`);
    }
    for (const used of usedModules(file, text)) {
      const isOwn = used === module || module.startsWith(`${used}_`);
      if (!isOwn && rowOf(used) >= row && !exceptions[file]?.includes(used)) {
        complain(`uses "${used}", which stands no lower than "${module}"`);
      }
    }
  }
  return violations;
}

function usedModules(file, text) {
  if (!file.endsWith(".ts")) {
    return [...text.matchAll(/^#include "([^"]+)"/gm)].map(([, header]) => moduleOf(header));
  }
  const ts = createRequire(import.meta.url)("typescript");
  return ts
    .createSourceFile(file, text, ts.ScriptTarget.Latest)
    .statements.filter(({ moduleSpecifier }) => moduleSpecifier?.text.startsWith("."))
    .filter((statement) => !(statement.importClause ?? statement).isTypeOnly)
    .map(({ moduleSpecifier }) => moduleOf(moduleSpecifier.text.replace("./", "")));
}

function checkCMake() {
  const description = readFileSync(join(root, "CMakeLists.txt"), "utf8");
  return filesIn("native")
    .filter((file) => file.endsWith(".cc") && !description.includes(` native/${file}\n`))
    .map((file) => `CMakeLists.txt does not build native/${file}`);
}

function checkVendor() {
  if (!existsSync(join(root, ".git"))) return [];
  return execFileSync("git", ["ls-files", "vendor"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && !tracked.test(file))
    .map((file) => `${file} is third-party source and must not be tracked`);
}

function filesIn(directory) {
  return readdirSync(join(root, directory)).filter((file) => /\.(ts|cc|h)$/.test(file));
}

function moduleOf(file) {
  return file.replace(/\.\w+$/, "");
}
