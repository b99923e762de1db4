/**
 * Lints what Biome and dependency-cruiser cannot see: un-awaited promises, raw cuts of text, lengths, table owners, language,
 * locators of journeys.
 *
 *   node scripts/check-code.mjs [rule…]       every rule, or the named ones
 *   node scripts/check-code.mjs --shrink      lowers scripts/checks/exceptions.json to what is left; never adds to it
 *   node scripts/check-code.mjs --record …    writes what the named new rules find today into that file
 *
 * The exceptions are violations that were there before their rule. They may only shrink: one that is gone must leave the list.
 * All rules share one program of the native TypeScript compiler. Its API is marked unstable, so its version is pinned, and
 * scripts/checks/checks.test.ts proves that every rule still finds what it should.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { comments } from "./checks/comments.mjs";
import { exactNames } from "./checks/exact-names.mjs";
import { fileLengths, functionLengths, routeLengths } from "./checks/lengths.mjs";
import { names } from "./checks/names.mjs";
import { promises } from "./checks/promises.mjs";
import { openSources } from "./checks/sources.mjs";
import { tableList, tableOwners } from "./checks/tables.mjs";
import { testTitles } from "./checks/test-titles.mjs";
import { textCuts } from "./checks/text-cuts.mjs";

const RULES = [
  promises,
  textCuts,
  fileLengths,
  routeLengths,
  functionLengths,
  comments,
  names,
  testTitles,
  exactNames,
  tableOwners,
  tableList,
];
const EXCEPTIONS = "scripts/checks/exceptions.json";

const args = process.argv.slice(2);
const isWanted = (rule) => args.every((arg) => arg.startsWith("--")) || args.includes(rule.name);
const rules = RULES.filter(isWanted);
const exceptions = JSON.parse(readFileSync(EXCEPTIONS, "utf8"));

/** Rule → key (a file, or a file and a name in it) → the violations found. */
const found = new Map(rules.map((rule) => [rule.name, new Map()]));
const sources = openSources();
for (const file of sources.files)
  for (const rule of rules) {
    if (!rule.applies(file.path)) continue;
    for (const { line, message, name } of rule.check(file)) {
      const key = name ? `${file.path}#${name}` : file.path;
      const byKey = found.get(rule.name);
      byKey.set(key, [...(byKey.get(key) ?? []), `${file.path}:${line} ${rule.name}: ${message}`]);
    }
  }
await sources.close();

const isRewriting = args.includes("--shrink") || args.includes("--record");
let failures = 0;
for (const rule of rules) {
  const allowed = exceptions[rule.name] ?? {};
  const byKey = found.get(rule.name);
  const countOf = (key) => byKey.get(key)?.length ?? 0;
  if (isRewriting) {
    const limit = (key) => (args.includes("--record") ? countOf(key) : Math.min(allowed[key] ?? 0, countOf(key)));
    const left = [...byKey.keys()].sort().map((key) => [key, limit(key)]);
    exceptions[rule.name] = Object.fromEntries(left.filter(([, count]) => count > 0));
    continue;
  }
  const problems = [...byKey].filter(([key, list]) => list.length > (allowed[key] ?? 0)).flatMap(([, list]) => list);
  for (const key of Object.keys(allowed))
    if (allowed[key] > countOf(key))
      problems.push(`${key} ${rule.name}: fewer than ${EXCEPTIONS} allows. Run: node scripts/check-code.mjs --shrink`);
  if (problems.length > 0) console.error(`${problems.join("\n")}\n  → ${rule.help}\n`);
  failures += problems.length;
}
if (isRewriting) writeFileSync(EXCEPTIONS, `${JSON.stringify(exceptions, null, 2)}\n`);
process.exitCode = failures > 0 ? 1 : 0;
