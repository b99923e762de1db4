/**
 * Tries nginx.conf of this folder with two processes behind it, on PostgreSQL and Redis: whichever of them answers, a bot gets
 * its commands; one of them is killed. Needs nginx, openssl and `npm run build`.
 *
 *   node scripts/postgres.mjs run -- node scripts/redis.mjs run -- node docs/deploy/try-several.mjs
 */

import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NAME = "bots.example.org";
const { TEST_POSTGRES_URL, TEST_REDIS_URL } = process.env;
if (!TEST_POSTGRES_URL || !TEST_REDIS_URL) throw new Error("See the first lines of this file: it needs both databases");
const dir = mkdtempSync(join(tmpdir(), "muster-several-"));
const children = new Set();
let failures = 0;

function expect(what, ok, seen = "") {
  if (!ok) failures++;
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${what}${ok ? "" : `: ${seen}`}\n`);
}
const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
const [http, https, first, second] = [await freePort(), await freePort(), await freePort(), await freePort()];

/** One request to nginx, over TLS, on a connection of its own. */
function ask(path, { method = "GET", token, body } = {}) {
  return new Promise((resolve, reject) => {
    const headers = {
      host: NAME,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { "content-type": "application/json" }),
    };
    const to = { host: "127.0.0.1", port: https, servername: NAME, rejectUnauthorized: false, agent: false };
    const req = request({ ...to, path, method, headers }, (res) => {
      let text = "";
      res.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      res.on("end", () => resolve({ status: res.statusCode, text }));
    });
    req.once("error", reject);
    req.end(body && JSON.stringify(body));
  });
}
const json = async (...args) => JSON.parse((await ask(...args)).text);

function start(command, args, options) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
  children.add(child);
  return child;
}
const muster = (port) =>
  start(process.execPath, ["dist/server.mjs"], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...{ NODE_ENV: "production", HOST: "127.0.0.1", PORT: String(port), DATA_DIR: join(dir, "data") },
      ...{
        DATABASE_URL: TEST_POSTGRES_URL,
        REDIS_URL: TEST_REDIS_URL,
        PUBLIC_URL: `https://${NAME}`,
        TRUST_PROXY: "1",
      },
      ...{ API_ADMIN_USER: "admin", API_ADMIN_PASS: "a password of the trial", LOG_LEVEL: "error" },
    },
  });

function configure() {
  for (const name of ["logs", "body"]) mkdirSync(join(dir, name));
  chmodSync(dir, 0o755);
  chmodSync(join(dir, "body"), 0o777);
  const cert = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", `/CN=${NAME}`];
  spawnSync("openssl", [...cert, "-keyout", join(dir, "key.pem"), "-out", join(dir, "cert.pem")]);
  const conf = readFileSync(join(ROOT, "docs", "deploy", "nginx.conf"), "utf8")
    .replaceAll(/\/etc\/letsencrypt\S+fullchain.pem/g, join(dir, "cert.pem"))
    .replaceAll(/\/etc\/letsencrypt\S+privkey.pem/g, join(dir, "key.pem"))
    .replaceAll(/^ +listen \[::\].*$/gm, "")
    .replace("listen 80;", `listen 127.0.0.1:${http};`)
    .replace("listen 443", `listen 127.0.0.1:${https}`)
    // What its comment says to do.
    .replace("# server 127.0.0.1:5001;", `server 127.0.0.1:${second};`)
    .replace("server 127.0.0.1:5000;", `server 127.0.0.1:${first};`)
    .replace("# hash $remote_addr", "hash $remote_addr");
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${dir}/body;`);
  const main = `daemon off; pid ${dir}/pid; error_log ${dir}/logs/error.log; worker_processes 1; events {}
http { access_log off; ${paths.join(" ")}\n${conf}\n}`;
  writeFileSync(join(dir, "nginx.conf"), main);
  return ["-p", dir, "-c", join(dir, "nginx.conf")];
}

/** Which of the two has the bot, by asking both without nginx. */
async function homeOf(token) {
  const headers = { authorization: `Bearer ${token}` };
  for (const port of [first, second]) {
    const figures = await fetch(`http://127.0.0.1:${port}/metrics`, { headers }).then((reply) => reply.text());
    if (/muster_sockets\{kind="bot"\} [1-9]/.test(figures)) return port;
  }
  return undefined;
}

try {
  const args = configure();
  const test = spawnSync("nginx", [...args, "-t"], { encoding: "utf8" });
  expect("nginx -t", test.status === 0, test.stderr);
  start("nginx", args);
  const processes = new Map([
    [first, muster(first)],
    [second, muster(second)],
  ]);
  const answers = (port) =>
    fetch(`http://127.0.0.1:${port}/api/health`)
      .then((reply) => reply.ok)
      .catch(() => false);
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(200))
    if ((await answers(first)) && (await answers(second))) break;
  const { token } = await json("/api/auth/login", {
    method: "POST",
    body: { username: "admin", password: "a password of the trial" },
  });
  /** A request under way in a process that is killed is answered 502; with its key it may be sent again. */
  async function send(bot) {
    const call = { method: "POST", token, body: { type: "ping", idempotency_key: randomUUID() } };
    for (;;) {
      const { status, text } = await ask(`/api/bot/${bot.bot_id}/send-command`, call);
      if (status !== 502) return JSON.parse(text).command.id;
    }
  }

  for (const transports of [["polling"], ["websocket"]]) {
    const bot = await json("/api/my-bots", { method: "POST", token, body: { name: "Behind two" } });
    const heard = new Set();
    const options = { transports, forceNew: true, rejectUnauthorized: false, extraHeaders: { host: NAME } };
    const socket = io(`https://127.0.0.1:${https}`, { ...options, auth: { token: bot.token } });
    socket.on("new_command", ({ id }, received) => {
      heard.add(id);
      received?.();
      socket.emit("ack", { command_id: id, status: "completed" });
    });
    const until = async (holds) => {
      for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) if (await holds()) return true;
      return false;
    };
    expect(`${transports}: connected`, await until(() => socket.connected));
    for (let turn = 0; turn < 20; turn++) await send(bot);
    expect(`${transports}: 20 commands pushed`, await until(() => heard.size === 20), heard.size);
    if (transports[0] === "websocket") {
      const home = await homeOf(token);
      expect("  one of the two has it", home !== undefined);
      processes.get(home)?.kill("SIGKILL");
      const id = await send(bot);
      expect("one process is killed: the other answers, and the bot is back", await until(() => heard.has(id)), home);
      expect(
        "  as often as asked",
        (await Promise.all(Array.from({ length: 20 }, () => ask("/api/health")))).every(({ status }) => status === 200),
      );
    }
    socket.close();
  }
} finally {
  for (const child of children) child.kill("SIGTERM");
  await sleep(1500);
  rmSync(dir, { recursive: true, force: true });
}
process.stdout.write(failures === 0 ? "\nAll as it should be.\n" : `\n${failures} not as it should be.\n`);
process.exit(failures === 0 ? 0 : 1);
