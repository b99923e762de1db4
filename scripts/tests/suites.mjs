/** Runs one suite of tests as a process, counts what passed, names what failed and says how long each file took. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reasonOf } from "./reasons.mjs";

const VITEST = "node_modules/vitest/vitest.mjs";
const REPORTER = fileURLToPath(new URL("reporter.mjs", import.meta.url));
const PLAYWRIGHT = "node_modules/@playwright/test/cli.js";
/**
 * How many journeys, or files of other tests, may fail once in a suite and pass when they are repeated. More of them, or
 * one that fails twice, fail the run (docs/decisions/039).
 */
const REPEATED_MAX = 2;
/** The lines of a page that are shown with the journey that failed on it. */
const PAGE_LINES_MAX = 120;
const reports = mkdtempSync(join(tmpdir(), "muster-reports-"));
process.on("exit", () => rmSync(reports, { recursive: true, force: true }));

/**
 * Runs a command and resolves with its exit code. The child receives an interrupt itself, because it shares the
 * terminal.
 */
export function spawned(args, env = {}) {
  const child = spawn(process.execPath, args, { stdio: "inherit", env: { ...process.env, ...env } });
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}

export const vitestArgs = (project, ...args) => [VITEST, "run", "--project", project, ...args];
export const playwrightArgs = (...args) => [PLAYWRIGHT, "test", ...args];
/** Returns the command wrapped so that it runs with TEST_POSTGRES_URL of a private PostgreSQL. */
export const onPostgres = (args) => ["scripts/postgres.mjs", "run", "--", process.execPath, ...args];

function vitestReport({ files, unhandled }) {
  const sum = (key) => files.reduce((all, file) => all + file[key], 0);
  return {
    failures: [...files.flatMap(({ failures }) => failures), ...unhandled],
    passed: sum("passed"),
    failed: sum("failed") + unhandled.length,
    skipped: sum("skipped"),
    files: files.map(({ file, seconds }) => [file, seconds]),
    failedFiles: files.filter(({ failed }) => failed > 0),
    isOnlyFiles: unhandled.length === 0,
  };
}

/** Every spec of a Playwright suite and of those within it. */
const specsIn = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsIn)];

/** Returns what the pages of a failed journey showed, as Playwright wrote it down. Without it, nobody can say why it failed. */
function pagesOf({ attachments }) {
  const path = attachments?.find(({ name }) => name === "error-context")?.path;
  if (!path || !existsSync(path)) return "";
  const shown = [...readFileSync(path, "utf8").matchAll(/^```yaml\n(.*?)^```/gms)].flatMap(([, page]) => {
    const lines = page.trimEnd().split("\n");
    // The navigation is the same on every page.
    const main = lines.findIndex((line) => /^\s*- main\b/.test(line));
    return lines.slice(Math.max(0, main));
  });
  const cut = shown.slice(0, PAGE_LINES_MAX).map((line) => `\n      ${line.slice(0, 200)}`);
  return cut.join("");
}

/** Names a journey with the reason for which it failed first, and what its page showed. */
function failureOf({ file, title, tests }) {
  const failed = tests.flatMap(({ results }) => results).filter(({ errors }) => errors?.length > 0);
  const reason = reasonOf(failed.flatMap(({ errors }) => errors.map(({ message }) => message ?? "")).join("\n"));
  return `e2e/${file} › ${title}: ${reason}${failed[0] ? pagesOf(failed[0]) : ""}`;
}

function playwrightReport({ stats, errors, suites }) {
  const seconds = (suite) =>
    specsIn(suite)
      .flatMap(({ tests }) => tests)
      .reduce((sum, { results }) => sum + results.reduce((all, { duration }) => all + duration, 0), 0) / 1000;
  const specs = suites.flatMap(specsIn);
  const failed = specs.filter(({ ok }) => !ok);
  const repeated = specs.filter(({ ok, tests }) => ok && tests.some(({ status }) => status === "flaky"));
  const excess = Math.max(0, repeated.length - REPEATED_MAX);
  return {
    failures: [
      ...failed.map(failureOf),
      ...errors.map((error) => reasonOf(error.message ?? "")),
      ...(excess > 0 ? [`${repeated.length} journeys passed only when repeated; at most ${REPEATED_MAX} may`] : []),
    ],
    repeated: repeated.map(failureOf),
    passed: stats.expected + stats.flaky - excess,
    failed: stats.unexpected + (stats.unexpected === 0 ? errors.length : 0) + excess,
    skipped: stats.skipped,
    files: suites.map((suite) => [`e2e/${suite.file}`, seconds(suite)]),
  };
}

async function run(name, args, read, file, env) {
  console.log(`\n=== ${name} ===`);
  const started = Date.now();
  const code = await spawned(args, env);
  // A run that leaves no report counts as one failure.
  const result = existsSync(file)
    ? read(JSON.parse(readFileSync(file, "utf8")))
    : { passed: 0, failed: 1, skipped: 0, files: [], failures: ["It ended without a report"] };
  // The run failed outside its tests: by an unhandled error, or by a server that did not stop cleanly.
  if (code !== 0 && result.failed === 0) {
    result.failed = 1;
    result.failures.push("It failed outside its tests: see its output above");
  }
  return { name, seconds: (Date.now() - started) / 1000, ...result };
}

function runVitest(name, project, postgres, files = []) {
  const report = join(reports, `${project}-${postgres}-${files.length}.json`);
  const args = vitestArgs(project, "--reporter=dot", `--reporter=${REPORTER}`, ...files);
  return run(name, postgres ? onPostgres(args) : args, vitestReport, report, { VITEST_REPORT: report });
}

/**
 * Runs a project of vitest.config.ts; with `postgres`, on PostgreSQL as well or instead of SQLite. A file that failed is
 * repeated once, alone, as long as it is not one of many.
 */
export async function vitest(name, project, { postgres = false } = {}) {
  const { failedFiles = [], isOnlyFiles, ...first } = await runVitest(name, project, postgres);
  if (!isOnlyFiles || failedFiles.length === 0 || failedFiles.length > REPEATED_MAX) return first;
  const names = failedFiles.map(({ file }) => file);
  const again = await runVitest(`${name}: ${names.join(" and ")}, repeated`, project, postgres, names);
  const without = (key) => first[key] - failedFiles.reduce((all, file) => all + file[key], 0);
  return {
    ...first,
    seconds: first.seconds + again.seconds,
    passed: without("passed") + again.passed,
    failed: again.failed,
    skipped: without("skipped") + again.skipped,
    failures: again.failures,
    repeated: failedFiles
      .filter(({ file }) => !again.failedFiles?.some((failed) => failed.file === file))
      .flatMap(({ failures }) => failures),
  };
}

export function journeys(name, env = {}) {
  const file = join(reports, `journeys-${Object.keys(env).length}.json`);
  const output = { PLAYWRIGHT_JSON_OUTPUT_NAME: file, PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  return run(name, playwrightArgs("--reporter=list,json", "--retries=1"), playwrightReport, file, {
    ...output,
    ...env,
  });
}
