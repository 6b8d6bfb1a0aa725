module.exports = {
  mode: "production",
  target: "node",
  entry: "./hello.mjs",
  // Otherwise webpack puts the directory of the sources there.
  node: { __dirname: false },
  output: { path: `${__dirname}/out/webpack`, filename: "hello.cjs" },
};
