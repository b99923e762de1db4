/**
 * A private PostgreSQL for tests: a throw-away cluster in a temporary folder, on a free port of 127.0.0.1, trust
 * authentication, fsync off. Uses Debian's server binaries and installs them when run as root without them.
 *
 *   node scripts/postgres.mjs run -- <command…>   start, run the command with TEST_POSTGRES_URL, always stop and remove
 *   eval "$(node scripts/postgres.mjs start)"     start and leave running: exports TEST_POSTGRES_URL, POSTGRES_FOLDER
 *   … start <folder>                              the same, in a folder that is kept: `stop --keep` ends it without removing it
 *   node scripts/postgres.mjs restart             end every connection of the one in POSTGRES_FOLDER and start it again
 *   node scripts/postgres.mjs stop                stop and remove the one in POSTGRES_FOLDER
 */
import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = process.getuid?.() === 0;

function fail(message) {
  console.error(`postgres: ${message}`);
  process.exit(1);
}

/** Folder of the newest server binaries Debian keeps off PATH, or null. */
function binaries() {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(base, version, "bin")).find((dir) => existsSync(join(dir, "initdb")));
  return found ?? null;
}

function install() {
  if (!root || !existsSync("/usr/bin/apt-get"))
    fail(
      "no server binaries in /usr/lib/postgresql. Install Debian's postgresql package (apt-get install postgresql).",
    );
  console.error("postgres: installing Debian's postgresql package");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const get = (...args) => spawnSync("apt-get", args, { stdio: ["ignore", 2, 2], env }).status;
  const wanted = ["install", "-y", "--no-install-recommends", "postgresql"];
  if (get(...wanted) !== 0 && (get("update") !== 0 || get(...wanted) !== 0))
    fail("apt-get could not install postgresql");
  return binaries() ?? fail("postgresql was installed, but its initdb is not in /usr/lib/postgresql");
}

/** Runs a server tool, as user postgres when root, because initdb and postgres refuse root. */
function tool(bin, name, args) {
  const [command, first] = root ? ["setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups"]] : [null, []];
  const argv = [...first, join(bin, name), ...args];
  const run = spawnSync(command ?? argv[0], command ? argv : argv.slice(1), { encoding: "utf8", cwd: tmpdir() });
  if (run.status !== 0) throw new Error(`${name} failed: ${run.error?.message ?? `${run.stdout}${run.stderr}`}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts a cluster in `kept`, which it makes if needed, or in a new folder that is removed when the start fails. */
async function start(kept) {
  const bin = binaries() ?? install();
  if (kept) mkdirSync(kept, { recursive: true });
  const folder = kept ? resolve(kept) : mkdtempSync(join(tmpdir(), "muster-postgres-"));
  try {
    const data = join(folder, "data");
    if (!existsSync(data)) create(bin, folder, data);
    const port = await freePort();
    const options = `-p ${port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200`;
    try {
      tool(bin, "pg_ctl", ["-D", data, "-l", join(folder, "log"), "-o", options, "-w", "-t", "60", "start"]);
    } catch (error) {
      const log = join(folder, "log");
      throw new Error(`${error.message}\n${existsSync(log) ? readFileSync(log, "utf8").slice(-5_000) : ""}`);
    }
    return { folder, url: `postgresql://postgres@127.0.0.1:${port}/postgres` };
  } catch (error) {
    if (!kept) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function create(bin, folder, data) {
  if (root) {
    const id = (flag) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
    chownSync(folder, id("-u"), id("-g"));
  }
  tool(bin, "initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]);
}

function stop(folder, isKept = false) {
  try {
    tool(binaries(), "pg_ctl", ["-D", join(folder, "data"), "-m", isKept ? "fast" : "immediate", "-w", "stop"]);
  } finally {
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  }
}

const [verb, ...rest] = process.argv.slice(2);
if (verb === "start") {
  const { folder, url } = await start(rest[0]).catch((error) => fail(error.message));
  console.log(`export TEST_POSTGRES_URL=${url} POSTGRES_FOLDER=${folder}`);
} else if (verb === "stop" || verb === "restart") {
  const folder = process.env.POSTGRES_FOLDER;
  if (!folder) fail("POSTGRES_FOLDER is not set: it names the folder that start printed");
  if (verb === "stop") stop(folder, rest[0] === "--keep");
  else {
    const [data, log] = [join(folder, "data"), join(folder, "log")];
    tool(binaries(), "pg_ctl", ["-D", data, "-l", log, "-m", "fast", "-w", "-t", "60", "restart"]);
  }
} else if (verb === "run" && rest[0] === "--" && rest.length > 1) {
  const { folder, url } = await start().catch((error) => fail(error.message));
  // The command receives the interrupt itself (same terminal). This process continues, to clean up afterwards.
  const child = spawn(rest[1], rest.slice(2), { stdio: "inherit", env: { ...process.env, TEST_POSTGRES_URL: url } });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`postgres: ${error.message}`);
      resolve(127);
    });
    child.once("exit", (status, signal) => resolve(signal ? 130 : status));
  });
  stop(folder);
  process.exit(code);
} else {
  console.error("usage: postgres.mjs start [folder] | restart | stop [--keep] | run -- <command…>");
  process.exit(64);
}
