// Makes a fresh clone ready to run: packages, third-party sources, addon, compiled TypeScript.
// What is already done is skipped, so a second call takes seconds.

import { buildAddon } from "./addon.mjs";
import { installPackages } from "./packages.mjs";
import { compileLibrary, compileProject } from "./typescript.mjs";
import { vendorOrExit } from "./vendor.mjs";

/**
 * `projects` are the directories besides src/ to compile, `cross` is one of scripts/cross/targets.mjs.
 * Returns the path of the addon.
 */
export async function setUp({ build = "Release", cross, projects = [] }) {
  installPackages();
  await vendorOrExit();
  const addon = buildAddon(build, cross);
  compileLibrary();
  projects.forEach(compileProject);
  return addon;
}
