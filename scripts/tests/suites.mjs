/** Runs one suite of tests as a process, counts what passed and says how long each file took. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const VITEST = "node_modules/vitest/vitest.mjs";
const PLAYWRIGHT = "node_modules/@playwright/test/cli.js";
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

function vitestReport(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + (report.numFailedTests === 0 && !report.success ? 1 : 0),
    skipped: report.numPendingTests + report.numTodoTests,
    files: report.testResults.map((file) => [relative(".", file.name), (file.endTime - file.startTime) / 1000]),
  };
}

/** Every test of a Playwright suite and of those within it. */
const testsIn = (suite) => [
  ...(suite.specs ?? []).flatMap(({ tests }) => tests),
  ...(suite.suites ?? []).flatMap(testsIn),
];

function playwrightReport({ stats, errors, suites }) {
  const seconds = (suite) =>
    testsIn(suite).reduce((sum, { results }) => sum + results.reduce((all, { duration }) => all + duration, 0), 0) /
    1000;
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + (stats.unexpected === 0 ? errors.length : 0),
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
    : { passed: 0, failed: 1, skipped: 0, files: [] };
  // The run failed outside its tests: by an unhandled error, or by a server that did not stop cleanly.
  if (code !== 0 && result.failed === 0) result.failed = 1;
  return { name, seconds: (Date.now() - started) / 1000, ...result };
}

/** Runs a project of vitest.config.ts; with `postgres`, on PostgreSQL as well or instead of SQLite. */
export function vitest(name, project, { postgres = false } = {}) {
  const file = join(reports, `${project}-${postgres}.json`);
  const args = vitestArgs(project, "--reporter=dot", "--reporter=json", `--outputFile.json=${file}`);
  return run(name, postgres ? onPostgres(args) : args, vitestReport, file);
}

export function journeys(name, env = {}) {
  const file = join(reports, `journeys-${Object.keys(env).length}.json`);
  const output = { PLAYWRIGHT_JSON_OUTPUT_NAME: file, PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  return run(name, playwrightArgs("--reporter=list,json"), playwrightReport, file, { ...output, ...env });
}
