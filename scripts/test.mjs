/**
 * `npm test`: everything, from an empty clone on. Installs what the system lacks, builds, then runs the unit
 * tests (SQLite and PostgreSQL), the conformance tests against the built server on each database, and the journeys in a
 * real browser. The last line says how many passed and failed.
 *
 * TEST_DATABASES=sqlite or =postgres runs only that database's half, as the jobs of CI do; the journeys belong to SQLite's.
 * MUSTER_SKIP_POSTGRES=1 leaves PostgreSQL out, except in CI. What is left out is said at the end.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";

function fail(message) {
  console.error(`\ntest: ${message}\n`);
  process.exit(1);
}

const reports = mkdtempSync(join(tmpdir(), "muster-reports-"));
process.on("exit", () => rmSync(reports, { recursive: true, force: true }));
const total = { passed: 0, failed: 0, skipped: 0 };
const notes = [];

// --- what the system must have -----------------------------------------------------------------------------------

const root = process.getuid?.() === 0;
const apt = existsSync("/usr/bin/apt-get");
const sudo = !root && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0;

/** Installs a Debian package; false where that cannot be done here. */
function aptInstall(name) {
  if (!apt || !(root || sudo)) return false;
  console.log(`Installing Debian's ${name} …`);
  const get = (...args) => {
    const argv = ["apt-get", "-qq", ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return spawnSync(root ? argv[0] : "sudo", root ? argv.slice(1) : argv, { stdio: "inherit", env }).status === 0;
  };
  const wanted = ["install", "-y", "--no-install-recommends", name];
  return get(...wanted) || (get("update") && get(...wanted));
}

// The same places playwright.config.ts looks in.
const hasBrowser = () =>
  [process.env.CHROMIUM ?? "", "/usr/bin/chromium", chromium.executablePath()].some((file) => existsSync(file));
if (!hasBrowser() && !aptInstall("chromium"))
  spawnSync(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium"], { stdio: "inherit" });
if (!hasBrowser())
  fail("no Chromium. Install it (apt-get install chromium, or npx playwright install chromium) and run this again.");

const databases = (process.env.TEST_DATABASES || "sqlite,postgres").split(",");
const unknown = databases.find((name) => !["sqlite", "postgres"].includes(name));
if (unknown) fail(`TEST_DATABASES names "${unknown}": it takes sqlite, postgres, or both separated by a comma.`);
const sqlite = databases.includes("sqlite");
if (!sqlite) notes.push("Conformance on SQLite and the journeys were left out: TEST_DATABASES");

const hasPostgres = () => existsSync("/usr/lib/postgresql");
let postgres = databases.includes("postgres");
if (!postgres) {
  notes.push("PostgreSQL was left out: TEST_DATABASES");
} else if (process.env.MUSTER_SKIP_POSTGRES === "1" && !process.env.CI) {
  postgres = false;
  notes.push("PostgreSQL was left out: MUSTER_SKIP_POSTGRES=1");
} else if (!hasPostgres() && !(aptInstall("postgresql") && hasPostgres())) {
  fail(
    "no PostgreSQL server binaries in /usr/lib/postgresql. Install Debian's postgresql package, or set MUSTER_SKIP_POSTGRES=1 to test SQLite alone.",
  );
}

const hasRedis = () => spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;
if (!hasRedis() && !(aptInstall("redis-server") && hasRedis()))
  fail("no redis-server. Install it (apt-get install redis-server) and run this again.");

// Torrents are fetched by the real thing.
const hasAria2 = () => spawnSync("aria2c", ["--version"], { stdio: "ignore" }).status === 0;
if (!hasAria2() && !(aptInstall("aria2") && hasAria2()))
  fail("no aria2c. Install it (apt-get install aria2) and run this again.");

// The documents' Python examples are run as they are written: with requests.
const hasRequests = (python) => spawnSync(python, ["-c", "import requests"], { stdio: "ignore" }).status === 0;
const pythons = ["python3", "/usr/bin/python3"];
if (!pythons.some(hasRequests)) aptInstall("python3-requests");
const python = pythons.find(hasRequests);
if (!python) fail("no python3 with requests. Install it (apt-get install python3-requests) and run this again.");
process.env.PYTHON = python;

// --- build -------------------------------------------------------------------------------------------------------

const build = spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
if (build.status) fail("the build failed");

// --- run ---------------------------------------------------------------------------------------------------------

/** Runs a test command; `read` gets counts out of its JSON report. A run that leaves no report counts as one failure. */
function run(name, argv, file, read, env = {}) {
  console.log(`\n=== ${name} ===`);
  const started = Date.now();
  const { status } = spawnSync(argv[0], argv.slice(1), { stdio: "inherit", env: { ...process.env, ...env } });
  let counts = { passed: 0, failed: 1, skipped: 0 };
  if (existsSync(file)) counts = read(JSON.parse(readFileSync(file, "utf8")));
  // Something beside the tests went wrong: an unhandled error, a server that did not stop cleanly.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(total)) total[key] += counts[key];
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  notes.push(`${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`);
}

let runs = 0;
function vitest(name, project, onPostgres) {
  const file = join(reports, `${runs++}.json`);
  const argv = [
    process.execPath,
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    project,
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ];
  const all = onPostgres ? [process.execPath, "scripts/postgres.mjs", "run", "--", ...argv] : argv;
  run(name, all, file, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests + (report.numFailedTests === 0 && !report.success ? 1 : 0),
    skipped: report.numPendingTests + report.numTodoTests,
  }));
}

vitest(postgres ? "Unit tests, SQLite and PostgreSQL" : "Unit tests, SQLite", "unit", postgres);
if (sqlite) vitest("Conformance, SQLite", "conformance", false);
if (postgres) vitest("Conformance, PostgreSQL", "conformance", true);

if (sqlite) {
  const journeys = join(reports, "journeys.json");
  run(
    "Journeys in Chromium",
    [process.execPath, "node_modules/@playwright/test/cli.js", "test", "--reporter=list,json"],
    journeys,
    ({ stats, errors }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected + (stats.unexpected === 0 ? errors.length : 0),
      skipped: stats.skipped,
    }),
    { PLAYWRIGHT_JSON_OUTPUT_NAME: journeys, PLAYWRIGHT_JSON_OUTPUT_FILE: journeys },
  );
}

console.log(`\n${notes.join("\n")}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
