// Runs the tests with other implementations of ØMQ: `npm run test:interop -- [--install] [--backend=NAME]`.
// --install gets from Debian or Ubuntu, as root, what they need; what is missing otherwise is skipped.

import { root, run } from "./program.mjs";

const packages = [
  ["gcc", "libc6-dev", "iproute2"],
  ["python3-zmq", "libczmq-dev", "libjeromq-java", "default-jdk-headless", "python3-nacl"],
].flat();

const words = process.argv.slice(2);
if (words.includes("--install")) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  for (const step of [["update", "-qq"], install]) {
    const status = run("apt-get", step, { env });
    if (status !== 0) process.exit(status);
  }
}
const rest = words.filter((word) => word !== "--install");
process.exit(run(process.execPath, ["scripts/test.mjs", "interop/", ...rest], { cwd: root }));
