// The platforms that the package has a prebuilt addon for, and where each lies.

import { join } from "node:path";
import { root } from "./program.mjs";

export const platforms = [
  ...["x64", "arm64", "arm"].flatMap((arch) =>
    ["glibc", "musl"].map((libc) => ({ os: "linux", arch, libc })),
  ),
  ...["darwin", "win32"].flatMap((os) => ["x64", "arm64"].map((arch) => ({ os, arch }))),
];

/** The platform of this process, like src/load.ts sees it. */
export function ownPlatform() {
  const { platform: os, arch } = process;
  if (os !== "linux") return { os, arch };
  const { header } = process.report.getReport();
  return { os, arch, libc: header.glibcVersionRuntime ? "glibc" : "musl" };
}

export function prebuildPath({ os, arch, libc }) {
  return join(root, "prebuilds", `${os}-${arch}`, libc ? `zmqx.${libc}.node` : "zmqx.node");
}
