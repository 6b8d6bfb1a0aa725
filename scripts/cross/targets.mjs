// The platforms that can be built for on another one, Debian: its packages that do it, what CMake has to be
// told, and what runs the result.

import { join } from "node:path";
import { root } from "../program.mjs";

const nodeApi = join(root, "node_modules", "node-api-headers");

const targets = {
  "linux-arm64": {
    platform: { os: "linux", arch: "arm64", libc: "glibc" },
    packages: ["g++-aarch64-linux-gnu", "qemu-user"],
    strip: "aarch64-linux-gnu-strip",
    emulator: ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
    runtimes: ["node22", "bun"],
    variables: {
      CMAKE_SYSTEM_NAME: "Linux",
      CMAKE_SYSTEM_PROCESSOR: "aarch64",
      CMAKE_C_COMPILER: "aarch64-linux-gnu-gcc",
      CMAKE_CXX_COMPILER: "aarch64-linux-gnu-g++",
      CMAKE_FIND_ROOT_PATH: "/usr/aarch64-linux-gnu",
    },
  },
  "win32-x64": {
    platform: { os: "win32", arch: "x64" },
    packages: ["g++-mingw-w64-x86-64-posix", "wine", "wine64"],
    strip: "x86_64-w64-mingw32-strip",
    emulator: ["wine"],
    runtimes: ["node22"],
    environment: {
      WINEPREFIX: join(root, "build", "wine"),
      WINEDEBUG: "-all",
      // Wine says that it is Windows 7.
      NODE_SKIP_PLATFORM_CHECK: "1",
    },
    variables: {
      CMAKE_SYSTEM_NAME: "Windows",
      CMAKE_SYSTEM_VERSION: "10.0",
      CMAKE_SYSTEM_PROCESSOR: "AMD64",
      CMAKE_C_COMPILER: "x86_64-w64-mingw32-gcc-posix",
      CMAKE_CXX_COMPILER: "x86_64-w64-mingw32-g++-posix",
      CMAKE_FIND_ROOT_PATH: "/usr/x86_64-w64-mingw32",
      CMAKE_JS_NODELIB_DEF: join(nodeApi, "def", "node_api.def"),
    },
  },
};

// What is installed on this machine is for this machine.
const foundInTargetOnly = Object.fromEntries(
  ["LIBRARY", "INCLUDE", "PACKAGE"].map((kind) => [`CMAKE_FIND_ROOT_PATH_MODE_${kind}`, "ONLY"]),
);

export function targetOf(name) {
  const target = targets[name];
  if (!target) {
    const names = Object.keys(targets).join(", ");
    throw new Error(`Cannot build for "${name}" here: choose ${names}`);
  }
  const variables = {
    ...foundInTargetOnly,
    CMAKE_CROSSCOMPILING_EMULATOR: target.emulator.join(";"),
    CMAKE_JS_INC: join(nodeApi, "include"),
    ...target.variables,
  };
  return { ...target, name, variables };
}
