import commonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";

export default {
  input: "hello.mjs",
  external: /^node:/,
  output: { file: "out/rollup/hello.mjs", format: "es" },
  plugins: [nodeResolve(), commonjs()],
};
