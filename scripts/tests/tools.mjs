/** Finds the tools that the tests need, and installs missing ones from Debian packages where that is possible. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";

/** Ends the run with one line that says what to do. */
export function fail(message) {
  console.error(`\ntest: ${message}\n`);
  process.exit(1);
}

const runs = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
const isRoot = process.getuid?.() === 0;

/** Installs a Debian package; false where that cannot be done here. */
function aptInstall(name) {
  if (!existsSync("/usr/bin/apt-get") || !(isRoot || runs("sudo", "-n", "true"))) return false;
  console.log(`Installing Debian's ${name} …`);
  const get = (...args) => {
    const argv = ["apt-get", "-qq", ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return spawnSync(isRoot ? argv[0] : "sudo", isRoot ? argv.slice(1) : argv, { stdio: "inherit", env }).status === 0;
  };
  const wanted = ["install", "-y", "--no-install-recommends", name];
  return get(...wanted) || (get("update") && get(...wanted));
}

/**
 * Ends the run unless the tool is present or can be installed. The installation of a server may fail in its last step, which starts
 * a service; the tests start servers of their own.
 */
function need(isThere, name, hint) {
  if (isThere()) return;
  aptInstall(name);
  if (!isThere()) fail(hint);
}

// playwright.config.ts looks in the same places.
const hasBrowser = () =>
  [process.env.CHROMIUM ?? "", "/usr/bin/chromium", chromium.executablePath()].some((file) => existsSync(file));

export function needBrowser() {
  if (!hasBrowser() && !aptInstall("chromium"))
    spawnSync(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium"], { stdio: "inherit" });
  if (!hasBrowser())
    fail("no Chromium. Install it (apt-get install chromium, or npx playwright install chromium) and run this again.");
}

export const needPostgres = () =>
  need(
    () => existsSync("/usr/lib/postgresql"),
    "postgresql",
    "no PostgreSQL server binaries in /usr/lib/postgresql. Install Debian's postgresql package, or set TEST_DATABASES=sqlite.",
  );

export const needRedis = () =>
  need(
    () => runs("redis-server", "--version"),
    "redis-server",
    "no redis-server. Install it (apt-get install redis-server) and run this again.",
  );

/** Webhooks publish to real message brokers. RabbitMQ starts slowly, so only the full run has it. */
export const needNats = () =>
  need(
    () => runs("nats-server", "--version"),
    "nats-server",
    "no nats-server. Install it (apt-get install nats-server) and run this again.",
  );
export const needRabbit = () =>
  need(
    () => existsSync("/usr/lib/rabbitmq/bin/rabbitmq-server"),
    "rabbitmq-server",
    "no rabbitmq-server. Install it (apt-get install rabbitmq-server) and run this again.",
  );

/** Tests of sign-in by a directory start Debian's OpenLDAP server. */
export const needSlapd = () =>
  need(
    () => existsSync("/usr/sbin/slapd"),
    "slapd",
    "no slapd. Install it (apt-get install slapd) and run this again; the tests start a server of their own.",
  );

/** Tests of a clock that is set use faketime. */
export const needFaketime = () =>
  need(
    () => runs("faketime", "--version"),
    "faketime",
    "no faketime. Install it (apt-get install faketime) and run this again.",
  );

/** Transfer tests download torrents with the real aria2 program. */
export const needAria2 = () =>
  need(() => runs("aria2c", "--version"), "aria2", "no aria2c. Install it (apt-get install aria2) and run this again.");

/** Bots of discord.py run where Debian's package of it can be had. Returns an interpreter that has it, or undefined. */
export function findDiscordPython() {
  const found = () => ["python3", "/usr/bin/python3"].find((python) => runs(python, "-c", "import discord"));
  return found() ?? (aptInstall("python3-discord") ? found() : undefined);
}

const RUNTIMES = fileURLToPath(new URL("runtimes", import.meta.url));

/**
 * Installs Bun, Deno and Node 20 (`runtimes/package.json`) into `.runtime/clients`, for bots of the TypeScript client. Returns its
 * `node_modules`, or undefined where the registry has no package for this machine.
 */
export function findRuntimes() {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const folder = join(RUNTIMES, "../../../.runtime/clients");
  const lock = (of) => readFileSync(join(of, "package-lock.json"), "utf8");
  const modules = join(folder, "node_modules");
  if (existsSync(modules) && lock(folder) === lock(RUNTIMES)) return modules;
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(RUNTIMES, file), join(folder, file));
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  return spawnSync("npm", args, { cwd: folder, stdio: "inherit" }).status === 0 ? modules : undefined;
}

/** The Python examples of the documents run unchanged and need `requests`. Returns an interpreter that has it. */
export function needPython() {
  const found = () => ["python3", "/usr/bin/python3"].find((python) => runs(python, "-c", "import requests"));
  const hint = "no python3 with requests. Install it (apt-get install python3-requests) and run this again.";
  need(() => found() !== undefined, "python3-requests", hint);
  return found();
}
