// What is run for each tool, in build/embedding/; the same lines stand in docs/bundling.md. The
// bundle lies in out/<name>/.

const node = process.execPath;

export const tools = {
  esbuild: {
    commands: [words("esbuild main.cjs --bundle --platform=node --outfile=out/esbuild/hello.cjs")],
    bundle: "hello.cjs",
  },
  "esbuild-esm": {
    commands: [[node, "esbuild-esm.mjs"]],
    bundle: "hello.mjs",
  },
  webpack: { commands: [words("webpack --config webpack.config.cjs")], bundle: "hello.cjs" },
  rollup: { commands: [words("rollup --config rollup.config.mjs")], bundle: "hello.mjs" },
  vite: {
    commands: [words("vite build --config vite.config.mjs --ssr hello.mjs")],
    bundle: "hello.mjs",
  },
  "@vercel/ncc": {
    commands: [words("ncc build hello.mjs -o out/@vercel/ncc")],
    bundle: "index.mjs",
  },
  sea: {
    commands: [
      words("esbuild main.cjs --bundle --platform=node --outfile=out/sea/hello.cjs"),
      [node, "--experimental-sea-config", "sea.json"],
      ["cp", node, "out/sea/hello"],
      words(
        "postject out/sea/hello NODE_SEA_BLOB out/sea/hello.blob --sentinel-fuse NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2",
      ),
    ],
    bundle: "hello",
  },
  jest: { commands: [words("jest --runInBand --config runners/jest/jest.config.json")] },
  vitest: {
    commands: ["threads", "forks", "vmThreads", "vmForks"].map((pool) =>
      words(`vitest run --root runners/vitest --pool ${pool}`),
    ),
  },
};

function words(line) {
  return line.split(" ");
}
