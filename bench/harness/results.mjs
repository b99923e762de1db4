/**
 * Keeps the results of runs: one JSON file for each run, in bench/results. Quick runs go to bench/.data/quick, which git
 * ignores, because their figures are too rough to be kept.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const BENCH = dirname(dirname(fileURLToPath(import.meta.url)));
const KEPT = join(BENCH, "results");
const QUICK = join(BENCH, ".data", "quick");

const git = (...args) => execFileSync("git", args, { cwd: BENCH, encoding: "utf8" }).trim();

/** The load of the machine: runs of processes that want the CPU, over the last minute. */
export const loadNow = () => Number(loadavg()[0].toFixed(1));

/** Describes this run, without its figures. The commit is "unknown" outside a git work tree. */
export function describeSelf(options) {
  let [commit, isDirty] = ["unknown", false];
  try {
    commit = git("rev-parse", "HEAD");
    isDirty = git("status", "--porcelain").length > 0;
  } catch {
    // A source archive has no git history; its results can still be printed.
  }
  return {
    ...{ format: 1, commit, isDirty, date: new Date().toISOString(), node: process.version },
    machine: { cpu: cpus()[0].model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) },
    options,
  };
}

/** Writes a result and returns the path of its file. */
export function saveResult(result) {
  const folder = result.options.quick ? QUICK : KEPT;
  mkdirSync(folder, { recursive: true });
  const time = result.date.slice(0, 16).replace(":", "");
  const name = [time, result.commit.slice(0, 8), ...(result.options.only ?? [])].join("-");
  const path = join(folder, `${name}.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  return path;
}

const read = (path) => ({ ...JSON.parse(readFileSync(path, "utf8")), path });

/** All kept results, oldest first. */
export function keptResults() {
  if (!existsSync(KEPT)) return [];
  const names = readdirSync(KEPT).filter((name) => name.endsWith(".json"));
  return names.map((name) => read(join(KEPT, name))).sort((a, b) => a.date.localeCompare(b.date));
}

/**
 * Finds a result by the path of its file, the start of its file's name, or the start of its commit; the newest when several
 * match. @throws Error when none does
 */
export function findResult(name, results = keptResults()) {
  if (existsSync(name)) return read(name);
  const found = results.findLast(
    ({ path, commit }) => commit.startsWith(name) || path.slice(path.lastIndexOf("/") + 1).startsWith(name),
  );
  if (!found) throw new Error(`There is no result "${name}" in bench/results`);
  return found;
}

/** Joins results: a measurement of a later one replaces that of an earlier one, so that one can be repeated alone. */
export function mergeResults(results) {
  const sourceOf = ({ id, file }) => `${id} ${file}`;
  const bySource = new Map();
  for (const { figures } of results)
    for (const source of new Set(figures.map(sourceOf)))
      bySource.set(
        source,
        figures.filter((figure) => sourceOf(figure) === source),
      );
  return [...bySource.values()].flat().sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
}
