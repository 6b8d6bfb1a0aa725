// zmqx asks for built-in modules by require(), which ES modules have not.

import { build } from "esbuild";

await build({
  entryPoints: ["hello.mjs"],
  bundle: true,
  platform: "node",
  format: "esm",
  outfile: "out/esbuild-esm/hello.mjs",
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
});
