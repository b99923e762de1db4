/**
 * A private Redis for tests: no persistence, a free port of 127.0.0.1, a temporary folder. Uses Debian's redis-server
 * and installs it when run as root without it.
 *
 *   node scripts/redis.mjs run -- <command…>   start, run the command with TEST_REDIS_URL, always stop and remove
 *   eval "$(node scripts/redis.mjs start)"     start and leave running: exports TEST_REDIS_URL, REDIS_FOLDER
 *   node scripts/redis.mjs stop                stop and remove the one in REDIS_FOLDER
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

function fail(message) {
  console.error(`redis: ${message}`);
  process.exit(1);
}

const present = () => spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;

function install() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    fail("redis-server is not on PATH. Install Debian's redis-server package (apt-get install redis-server).");
  console.error("redis: installing Debian's redis-server package");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const get = (...args) => spawnSync("apt-get", args, { stdio: ["ignore", 2, 2], env }).status;
  const wanted = ["install", "-y", "--no-install-recommends", "redis-server"];
  if (get(...wanted) !== 0 && (get("update") !== 0 || get(...wanted) !== 0))
    fail("apt-get could not install redis-server");
  if (!present()) fail("redis-server was installed, but does not run");
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

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(500, () => socket.destroy());
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (data) => {
      socket.destroy();
      resolve(String(data).startsWith("+PONG"));
    });
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  });

async function start() {
  if (!present()) install();
  const folder = mkdtempSync(join(tmpdir(), "muster-redis-"));
  const port = await freePort();
  const options = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no", daemonize: "yes" };
  const files = { pidfile: join(folder, "pid"), logfile: join(folder, "log") };
  const args = Object.entries({ ...options, ...files }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const run = spawnSync("redis-server", args, { encoding: "utf8" });
  for (let tries = 0; run.status === 0 && tries < 100; tries++) {
    if (await answers(port)) return { folder, url: `redis://127.0.0.1:${port}` };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const log = existsSync(files.logfile) ? readFileSync(files.logfile, "utf8") : "";
  await stop(folder);
  throw new Error(`redis-server did not start: ${run.error?.message ?? ""}${run.stderr ?? ""}${log}`);
}

async function stop(folder) {
  const file = join(folder, "pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  try {
    if (pid) process.kill(pid, "SIGTERM");
    // Wait for Redis to remove its pid file, before the folder is removed.
    for (let tries = 0; pid && existsSync(file) && tries < 100; tries++)
      await new Promise((done) => setTimeout(done, 20));
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  } finally {
    // Redis may still be writing to its log.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

const [verb, ...rest] = process.argv.slice(2);
if (verb === "start") {
  const { folder, url } = await start().catch((error) => fail(error.message));
  console.log(`export TEST_REDIS_URL=${url} REDIS_FOLDER=${folder}`);
} else if (verb === "stop") {
  const folder = process.env.REDIS_FOLDER;
  if (!folder) fail("REDIS_FOLDER is not set: it names the folder that start printed");
  await stop(folder);
} else if (verb === "run" && rest[0] === "--" && rest.length > 1) {
  const { folder, url } = await start().catch((error) => fail(error.message));
  // The command receives the interrupt itself (same terminal). This process continues, to clean up afterwards.
  const child = spawn(rest[1], rest.slice(2), { stdio: "inherit", env: { ...process.env, TEST_REDIS_URL: url } });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`redis: ${error.message}`);
      resolve(127);
    });
    child.once("exit", (status, signal) => resolve(signal ? 130 : status));
  });
  await stop(folder);
  process.exit(code);
} else {
  console.error("usage: redis.mjs start | stop | run -- <command…>");
  process.exit(64);
}
