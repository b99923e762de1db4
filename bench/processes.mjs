/** Starts and stops the servers under test, each on a free port of 127.0.0.1 and in a folder of its own. */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { release, track } from "./harness/cleanup.mjs";
import { UnavailableError } from "./harness/errors.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);

/** Makes a temporary folder, which is removed at the end of the measurement. */
export function folder() {
  const dir = mkdtempSync(join(tmpdir(), "muster-bench-"));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  track({ stop: remove, kill: remove });
  return dir;
}

/** @throws UnavailableError when a program that a measurement needs is not installed */
function requireProgram(command, args, advice) {
  const { error, status } = spawnSync(command, args, { stdio: "ignore" });
  if (error || status !== 0) throw new UnavailableError(advice);
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * Spawns a program; its output goes to a file that is shown when it fails. It leads a process group of its own, so that its
 * children end with it.
 * @returns {{pid: number, port: number, url: string, dir: string, stop: () => Promise<void>}}
 */
export function launch(command, args, { port, env = {}, dir = folder() }) {
  const log = join(dir, "output.log");
  const out = openSync(log, "a");
  const stdio = ["ignore", out, out];
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio, detached: true });
  closeSync(out);
  let spawnError;
  const exited = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", (error) => {
      spawnError = error;
      resolve();
    });
  });
  const killGroup = () => {
    try {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      // ESRCH: every process of the group has ended, as it should.
      if (error.code !== "ESRCH") throw error;
    }
  };
  const server = track({
    pid: child.pid,
    port,
    url: `http://127.0.0.1:${port}`,
    dir,
    get failed() {
      if (spawnError) return spawnError.message;
      if (child.exitCode === null && child.signalCode === null) return undefined;
      return `${command} ${args[0]} ended:\n${readFileSync(log, "utf8").slice(-2000)}`;
    },
    /** Resolves when the program has ended by itself. */
    exited,
    kill: killGroup,
    /** Ends the program and its children. `graceMs` is how long it may take to end by itself. Its folder stays. */
    async stop({ signal = "SIGTERM", graceMs = 5000 } = {}) {
      release(server);
      child.kill(signal);
      await Promise.race([exited, sleep(graceMs, undefined, { ref: false })]);
      killGroup();
      await exited;
    },
  });
  return server;
}

/** Resolves with the first reply below 500 to `path`; tries every 4 ms. Throws Error after a minute or when the server ended. */
export async function answering(server, path, headers = {}) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    if (server.failed) throw new Error(server.failed);
    const status = await new Promise((resolve) => {
      const req = request({ host: "127.0.0.1", port: server.port, path, headers, agent: false }, (res) => {
        res.resume();
        res.once("end", () => resolve(res.statusCode));
      });
      req.once("error", () => resolve(0));
      req.end();
    });
    if (status && status < 500) return status;
    await sleep(4);
  }
  throw new Error(`Nothing answers on port ${server.port}${path}`);
}

const inspecting = (inspect) => (inspect ? [`--inspect=127.0.0.1:${inspect}`] : []);

/**
 * Starts the production bundle with authentication, validation and limits on; only the budgets are raised out of the way.
 *
 * @param {string} [dir] its data folder
 * @param {number} [port] a free one by default
 * @param {number} [inspect] a port for `collectGarbage` of fleet.mjs
 * @param {Record<string, string>} [more] more environment variables
 * @param {string[]} [nodeArgs] arguments of Node itself
 */
export async function startMuster(dir = folder(), port = undefined, inspect = undefined, more = {}, nodeArgs = []) {
  const bundle = join(ROOT, "dist", "server.mjs");
  if (!existsSync(bundle)) throw new Error("dist/server.mjs is missing: run `npm run build` first");
  port ??= await freePort();
  const env = {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: String(port),
    DATA_DIR: dir,
    DATABASE_URL: "",
    REDIS_URL: "",
    API_ADMIN_USER: "bench",
    API_ADMIN_PASS: "bench-only-password",
    RATE_LIMIT_FACTOR: "100000",
    STOP_GRACE_S: "0",
    LOG_LEVEL: "warn",
    ...more,
  };
  const extra = (process.env.BENCH_NODE_ARGS ?? "").split(" ").filter(Boolean);
  const args = [...extra, ...nodeArgs, ...inspecting(inspect), bundle];
  return launch(process.execPath, args, { port, env, dir });
}

/**
 * A private PostgreSQL with new databases of these names; `urls` in their order.
 *
 * @param {string[]} names
 * @param {string} [kept] a folder that keeps the databases; by default they are removed after the measurement
 */
export async function startPostgres(names, kept) {
  const script = join(ROOT, "scripts", "postgres.mjs");
  const run = (args, env) => spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env });
  const { stdout, stderr } = run(kept ? ["start", kept] : ["start"], process.env);
  const [, url, place] = /TEST_POSTGRES_URL=(\S+) POSTGRES_FOLDER=(\S+)/.exec(stdout) ?? [];
  if (!url) throw new UnavailableError(`PostgreSQL did not start: ${stderr.trim().slice(-300)}`);
  const kill = () => run(kept ? ["stop", "--keep"] : ["stop"], { ...process.env, POSTGRES_FOLDER: place });
  const urlOf = (name) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const server = track({
    pid: Number(readFileSync(join(place, "data", "postmaster.pid"), "utf8").split("\n")[0]),
    urlOf,
    urls: names.map(urlOf),
    kill,
    async stop() {
      release(server);
      kill();
    },
    /** Makes an empty database, or with `template` a copy of that one, in place of one of the same name. */
    async recreate(name, template = "template1") {
      const { default: pg } = await import("pg");
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      await client.end();
    },
  });
  for (const name of names) await server.recreate(name);
  return server;
}

async function post(server, path, body, token) {
  const reply = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return reply.json();
}

/** Waits until Muster answers, and signs in as its admin. Returns the token. */
export async function signIn(server) {
  await answering(server, "/api/health");
  const { token } = await post(server, "/api/auth/login", { username: "bench", password: "bench-only-password" });
  return token;
}

/** Signs in and makes one bot. */
export async function prepareMuster(server) {
  const userToken = await signIn(server);
  const { bot_id: botId, token: botToken } = await post(server, "/api/my-bots", { name: "Bench" }, userToken);
  return { userToken, botId, botToken };
}

export async function startRaw(mode, dir = folder()) {
  const port = await freePort();
  const server = launch(process.execPath, [join(HERE, "peers", "raw.mjs"), mode, String(port), dir], { port, dir });
  await answering(server, "/");
  return server;
}

export async function startBareSocketIo(inspect = undefined) {
  const port = await freePort();
  const args = [...inspecting(inspect), join(HERE, "peers", "socketio.mjs"), String(port)];
  const server = launch(process.execPath, args, { port });
  await answering(server, "/");
  return server;
}

export async function startFlask(mode) {
  requireProgram("/usr/bin/python3", ["-c", "import flask"], "Flask is missing: install Debian's python3-flask");
  const port = await freePort();
  const dir = folder();
  // Debian's own Python, which sees Debian's python3-flask.
  const server = launch("/usr/bin/python3", [join(HERE, "peers", "flask_app.py"), mode, String(port), dir], {
    port,
    dir,
  });
  await answering(server, "/");
  return server;
}

export async function startRedis() {
  requireProgram("redis-server", ["--version"], "Redis is missing: install Debian's redis-server");
  const port = await freePort();
  const dir = folder();
  const options = { port, bind: "127.0.0.1", dir, appendonly: "yes", appendfsync: "everysec", save: "" };
  const server = launch(
    "redis-server",
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { port, dir },
  );
  await sleep(500);
  if (server.failed) throw new Error(server.failed);
  return server;
}
