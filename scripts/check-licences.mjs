/**
 * Checks licences. Muster is MIT, so people who run or distribute it must owe nothing more than a notice. Reads every package of
 * the production tree in package-lock.json, including those of other platforms, and refuses licences that are not listed below.
 * Development dependencies are not distributed and may have any licence.
 *
 *   node scripts/check-licences.mjs [folder with package-lock.json]
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences that ask for a notice at most. */
const PERMISSIVE = [
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"],
  ...["Python-2.0", "Unicode-3.0", "Unlicense", "Zlib"],
  // Data (caniuse-lite) and fonts, which are used unchanged.
  ...["CC-BY-4.0", "OFL-1.1"],
];
/** Licences whose copyleft ends at the package's own files, so that they ask nothing of Muster's code while we do not change those. */
const FILE_COPYLEFT = ["EPL-2.0", "MPL-2.0"];
/**
 * LGPL is refused except here: sharp, an optional package of Next, loads libvips as a shared library, which anybody can
 * replace by their own build; that is all the LGPL asks. Linked into a bundle it would ask for more.
 */
const LGPL_PACKAGES = /^@img\/sharp-/;
/** Packages without a licence in package.json, with the licence in their LICENSE file. */
const UNNAMED = { "seq-queue": "MIT" };

/** The licence a package names, in the old forms too (`{ type }`, `licenses: [{ type }]`). */
function licenceOf(folder, path, entry) {
  const file = join(folder, path, "package.json");
  const installed = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const named = installed.license ?? installed.licenses?.map((one) => one.type ?? one).join(" OR ") ?? entry.license;
  return (typeof named === "object" ? named?.type : named) || undefined;
}

/** Reads an SPDX expression: one side of an OR has to be allowed, every side of an AND. AND binds stronger. */
function isAllowed(expression, allowed) {
  const tokens = expression.replace(/[()]/g, " $& ").trim().split(/\s+/);
  let at = 0;
  const is = (word) => tokens[at]?.toUpperCase() === word;
  function operand() {
    if (tokens[at] !== "(") return allowed.has(tokens[at++]);
    at++;
    const inner = alternatives();
    at++;
    return inner;
  }
  function conjunction() {
    let result = operand();
    while (is("AND") && ++at) result = operand() && result;
    return result;
  }
  function alternatives() {
    let result = conjunction();
    while (is("OR") && ++at) result = conjunction() || result;
    return result;
  }
  return alternatives() && at === tokens.length;
}

const folder = process.argv[2] ?? ".";
const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
const common = new Set([...PERMISSIVE, ...FILE_COPYLEFT]);
const withLgpl = new Set([...common, "LGPL-3.0-or-later"]);
const refused = [];
let count = 0;
for (const [path, entry] of Object.entries(packages)) {
  if (path === "" || entry.dev || entry.link) continue;
  count++;
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const licence = licenceOf(folder, path, entry) ?? UNNAMED[name];
  if (!licence || !isAllowed(licence, LGPL_PACKAGES.test(name) ? withLgpl : common))
    refused.push(`${name}@${entry.version}: ${licence ?? "names no licence"}`);
}
for (const line of refused)
  console.error(`package-lock.json: ${line} is not on the lists of scripts/check-licences.mjs`);
if (refused.length === 0) console.log(`${count} packages, licences allowed`);
process.exit(refused.length > 0 ? 1 : 0);
