/**
 * `npm test`: everything, from an empty clone on. Installs what the system lacks, builds, then runs the unit tests
 * (SQLite and PostgreSQL), the conformance tests against the built server on each database, and the journeys in a real
 * browser. It ends with where the time went, what was not run, what had to be repeated, which tests failed,
 * and how many passed and failed.
 *
 *   npm test                         everything except long tests
 *   FULL=1 npm test                  everything (CI): tests/full.json lists what it adds
 *   npm run test:unit [-- filter]    unit tests; also test:api, test:e2e and test:watch
 *
 * TEST_DATABASES=sqlite or =postgres runs only that database's half, as the jobs of CI do; the journeys belong to
 * SQLite's. Given with test:unit or test:api, postgres makes them use PostgreSQL; without it they use SQLite alone.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { generate } from "./build.mjs";
import { journeys, onPostgres, playwrightArgs, spawned, vitest, vitestArgs } from "./tests/suites.mjs";
import {
  fail,
  findDiscordPython,
  findRuntimes,
  needAria2,
  needBrowser,
  needFaketime,
  needNats,
  needPostgres,
  needPython,
  needRabbit,
  needRedis,
  needSlapd,
} from "./tests/tools.mjs";

const SLOWEST = 10;
const [part, ...filters] = process.argv.slice(2);
const wanted = (process.env.TEST_DATABASES || (part ? "sqlite" : "sqlite,postgres")).split(",");
const unknown = wanted.find((name) => !["sqlite", "postgres"].includes(name));
if (unknown) fail(`TEST_DATABASES names "${unknown}": it takes sqlite, postgres, or both separated by a comma.`);
const sqlite = wanted.includes("sqlite");
const postgres = wanted.includes("postgres") && (process.env.MUSTER_SKIP_POSTGRES !== "1" || Boolean(process.env.CI));
const isFull = process.env.FULL === "1";

/** Runs one suite with the output and options of its test tool, for work on one room. */
async function runPart() {
  if (postgres) needPostgres();
  const withDatabase = (args) => (postgres ? onPostgres(args) : args);
  // Journeys and conformance tests build in their global set-up.
  needSlapd();
  if (part === "unit" || part === "watch") await generate();
  if (part === "unit") return spawned(withDatabase(vitestArgs("unit", ...filters)));
  if (part === "watch") return spawned(["node_modules/vitest/vitest.mjs", "watch", "--project", "unit", ...filters]);
  if (part === "api") return spawned(withDatabase(vitestArgs("conformance", ...filters)));
  if (part === "e2e") {
    needBrowser();
    return spawned(playwrightArgs(...filters));
  }
  fail(`there is no suite "${part}": unit, api, e2e or watch`);
}

async function runAll() {
  const notRun = [];
  if (!sqlite) notRun.push("Conformance on SQLite and the journeys (TEST_DATABASES)");
  if (!postgres) notRun.push("PostgreSQL (TEST_DATABASES or MUSTER_SKIP_POSTGRES)");
  needBrowser();
  if (postgres) needPostgres();
  needRedis();
  needNats();
  needSlapd();
  if (isFull) {
    needRabbit();
    needAria2();
    needFaketime();
    const python = findDiscordPython();
    if (python) process.env.DISCORD_PYTHON = python;
    else notRun.push("tests/clients/discord-py.test.ts: a bot of discord.py (Debian's python3-discord)");
    const runtimes = findRuntimes();
    if (runtimes) process.env.CLIENT_RUNTIMES = runtimes;
    else notRun.push("tests/clients/packages.test.ts: bots on Bun, Deno and Node 20 (packages for Linux on x64)");
  }
  process.env.PYTHON = needPython();
  const began = Date.now();
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
  if (build.status) fail("the build failed");
  const builtIn = (Date.now() - began) / 1000;

  const suites = [await vitest(postgres ? "Unit tests, SQLite and PostgreSQL" : "Unit tests", "unit", { postgres })];
  const conformance = [
    ...(sqlite ? [() => vitest("Conformance, SQLite", "conformance")] : []),
    ...(postgres ? [() => vitest("Conformance, PostgreSQL", "conformance", { postgres })] : []),
  ];
  // Each run uses two workers and their servers, so with fewer cores two runs would only slow each other down.
  if (availableParallelism() >= 4) suites.push(...(await Promise.all(conformance.map((start) => start()))));
  else for (const start of conformance) suites.push(await start());
  if (sqlite) suites.push(await journeys("Journeys in Chromium"));
  if (sqlite && isFull) suites.push(await journeys("Picture book", { SCREENSHOTS: "1" }));
  if (!isFull) {
    const full = JSON.parse(readFileSync("tests/full.json", "utf8"));
    for (const [file, subject] of Object.entries(full.files)) notRun.push(`${file}: ${subject} (FULL=1)`);
    for (const subject of full.parts) notRun.push(`${subject} (FULL=1)`);
  }
  return report(builtIn, suites, notRun);
}

function report(builtIn, suites, notRun) {
  const line = (seconds, text) => console.log(`${seconds.toFixed(0).padStart(6)} s  ${text}`);
  console.log("\nWhere the time went:");
  line(builtIn, "Build");
  for (const { name, seconds, passed, failed, skipped } of suites)
    line(seconds, `${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  console.log(`\nThe ${SLOWEST} slowest files:`);
  const files = suites.flatMap(({ name, files: own }) => own.map(([file, seconds]) => ({ name, file, seconds })));
  files.sort((a, b) => b.seconds - a.seconds);
  for (const { name, file, seconds } of files.slice(0, SLOWEST)) line(seconds, `${file} (${name})`);
  if (notRun.length > 0) console.log(`\nNot run:\n${notRun.map((text) => `  ${text}`).join("\n")}`);
  for (const [title, key] of [
    ["Passed only when repeated", "repeated"],
    ["Failed", "failures"],
  ]) {
    const found = suites.flatMap((suite) => (suite[key] ?? []).map((text) => `  ${suite.name}: ${text}`));
    if (found.length > 0) console.log(`\n${title}:\n${found.join("\n")}`);
  }
  const sum = (key) => suites.reduce((all, suite) => all + suite[key], 0);
  if (sum("skipped") > 0) console.log(`\n${sum("skipped")} skipped`);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") > 0 || sum("passed") === 0 ? 1 : 0;
}

process.exit(part ? await runPart() : await runAll());
