/** Starts and stops the servers under test, each on a free port of 127.0.0.1 and in a folder of its own. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const running = new Set();

export const folder = () => mkdtempSync(join(tmpdir(), "muster-bench-"));

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
 * Spawns a program; its output goes to a file that is shown when it fails.
 * @returns {{pid: number, port: number, url: string, dir: string, stop: () => Promise<void>}}
 */
export function launch(command, args, { port, env = {}, dir = folder() }) {
  const log = join(dir, "output.log");
  const out = openSync(log, "a");
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", out, out] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const server = {
    pid: child.pid,
    port,
    url: `http://127.0.0.1:${port}`,
    dir,
    get failed() {
      return child.exitCode === null
        ? undefined
        : `${command} ${args[0]} ended:\n${readFileSync(log, "utf8").slice(-2000)}`;
    },
    async stop({ keep = false, signal = "SIGTERM" } = {}) {
      running.delete(server);
      child.kill(signal);
      await Promise.race([exited, sleep(5000).then(() => child.kill("SIGKILL"))]);
      await exited;
      if (!keep) rmSync(dir, { recursive: true, force: true });
    },
  };
  running.add(server);
  return server;
}

export const stopAll = () => Promise.all([...running].map((server) => server.stop()));

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

/** `inspect`: a port for `collectGarbage` of measure.mjs. */
const inspecting = (inspect) => (inspect ? [`--inspect=127.0.0.1:${inspect}`] : []);

/** The production bundle with authentication, validation and limits on; only the budgets are raised out of the way. */
export async function startMuster(dir = folder(), port = undefined, inspect = undefined, more = {}) {
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
    LOG_LEVEL: "warn",
    ...more,
  };
  const args = [...(process.env.BENCH_NODE_ARGS ?? "").split(" ").filter(Boolean), ...inspecting(inspect), bundle];
  return launch(process.execPath, args, { port, env, dir });
}

/** A private PostgreSQL with databases of these names; `urls` in their order. */
export async function startPostgres(names) {
  const script = join(ROOT, "scripts", "postgres.mjs");
  const { stdout } = spawnSync(process.execPath, [script, "start"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [, url, place] = /TEST_POSTGRES_URL=(\S+) POSTGRES_FOLDER=(\S+)/.exec(stdout) ?? [];
  if (!url) throw new Error("PostgreSQL did not start");
  const server = {
    urls: names.map((name) => Object.assign(new URL(url), { pathname: `/${name}` }).href),
    async stop() {
      running.delete(server);
      spawnSync(process.execPath, [script, "stop"], {
        env: { ...process.env, POSTGRES_FOLDER: place },
        stdio: "inherit",
      });
    },
  };
  running.add(server);
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const name of names) await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return server;
}

/** Signs in and makes one bot. */
export async function prepareMuster(server) {
  await answering(server, "/api/health");
  const post = async (path, body, token) => {
    const reply = await fetch(server.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  };
  const { token: userToken } = await post("/api/auth/login", { username: "bench", password: "bench-only-password" });
  const { bot_id: botId, token: botToken } = await post("/api/my-bots", { name: "Bench" }, userToken);
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
