// Compiles src/ to lib/ (CommonJS), puts it into one file, which loads several times faster, and writes the
// ESM entries that re-export it, so that a process has one set of classes however it imports them. With
// --all, compiles test/ and examples/ too, into build/.

import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { installPackages } from "./packages.mjs";
import { isStarted, root, runNodeOrExit } from "./program.mjs";

const lib = join(root, "lib");
const require = createRequire(import.meta.url);
const entries = ["index", "draft"];

export function compileLibrary() {
  rmSync(lib, { recursive: true, force: true });
  mkdirSync(lib);
  // The package is ESM at its root; this is what makes lib/*.js CommonJS.
  writeFileSync(join(lib, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
  compile(".");
  bundle(entries);
  for (const entry of entries) writeEsmEntry(entry);
}

// From the sources, so that all modules share one scope: the file is parsed once, and calls are direct. It is
// index.js itself, because finding and reading one file more takes time that every program waits for; the other
// entries find their names on it, where nobody sees them.
function bundle([main, ...others]) {
  const all = [main, ...others].map((name) => `export * as ${name} from "./${name}.js";`);
  const hidden = others.map((name) => `${name}: { value: module.exports.${name} }`);
  require("esbuild").buildSync({
    stdin: { contents: all.join("\n"), resolveDir: join(root, "src") },
    outfile: join(lib, `${main}.js`),
    allowOverwrite: true,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    tsconfig: join(root, "tsconfig.json"),
    // Bun overlooks the directive where a module is a function of the bundle.
    banner: { js: '"use strict";' },
    footer: {
      js: `module.exports = Object.defineProperties(module.exports.${main}, { ${hidden} });`,
    },
    sourcemap: true,
    logLevel: "warning",
  });
  for (const name of others) {
    writeFileSync(join(lib, `${name}.js`), `module.exports = require("./${main}.js").${name};\n`);
    rmSync(join(lib, `${name}.js.map`), { force: true });
  }
}

/** `project` is a directory with a tsconfig.json. Files of tests that no longer exist must not run. */
export function compileProject(project) {
  if (!existsSync(join(root, project, "tsconfig.json"))) return;
  rmSync(join(root, "build", project), { recursive: true, force: true });
  compile(project);
}

function compile(project) {
  runNodeOrExit([require.resolve("typescript/bin/tsc"), "--project", join(root, project)]);
}

// Names come from the declarations, because loading the build would load the addon.
function writeEsmEntry(entry) {
  const names = exportedValues(join(lib, `${entry}.d.ts`));
  writeFileSync(
    join(lib, `${entry}.mjs`),
    `import zmqx from "./${entry}.js";\n\n` +
      `export default zmqx;\nexport const {\n${names.map((name) => `  ${name},\n`).join("")}} = zmqx;\n`,
  );
  writeFileSync(
    join(lib, `${entry}.d.mts`),
    `import zmqx = require("./${entry}.js");\n\nexport default zmqx;\nexport * from "./${entry}.js";\n`,
  );
}

function exportedValues(declaration) {
  const ts = require("typescript");
  const program = ts.createProgram([declaration], {
    noLib: true,
    types: [],
    module: ts.ModuleKind.CommonJS,
  });
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(
    checker.getSymbolAtLocation(program.getSourceFile(declaration)),
  );
  const isValue = (symbol) => {
    if (symbol.declarations.some(ts.isTypeOnlyImportOrExportDeclaration)) return false;
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return target.flags & ts.SymbolFlags.Value;
  };
  return exported
    .filter(isValue)
    .map((symbol) => symbol.name)
    .sort();
}

if (isStarted(import.meta)) {
  installPackages();
  compileLibrary();
  if (process.argv.includes("--all")) ["test", "examples"].forEach(compileProject);
}
