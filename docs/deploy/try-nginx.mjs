/**
 * Tries nginx.conf of this folder for real: nginx with a certificate of its own in front of the built server, and an
 * application behind auth_request. Needs nginx, openssl and `npm run build`.
 *
 *   node docs/deploy/try-nginx.mjs
 */
import { spawn, spawnSync } from "node:child_process";
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
const dir = mkdtempSync(join(tmpdir(), "muster-nginx-"));
const children = [];
const say = (text) => process.stdout.write(`${text}\n`);
let failures = 0;

/** Prints one line; what was seen is shown when it is not what was expected. */
function expect(what, seen, wanted) {
  const ok = wanted instanceof RegExp ? wanted.test(seen) : seen === wanted;
  if (!ok) failures++;
  say(`${ok ? "ok  " : "FAIL"} ${what}${ok ? "" : `: ${seen}, not ${wanted}`}`);
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const [http, https, muster, other] = [await freePort(), await freePort(), await freePort(), await freePort()];

/** One request to nginx, over TLS, as bots.example.org. Redirects are not followed. */
function ask(path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const all = { host: NAME, ...headers, ...(body && { "content-type": "application/json" }) };
    const options = {
      host: "127.0.0.1",
      port: https,
      path,
      method,
      headers: all,
      rejectUnauthorized: false,
      agent: false,
    };
    const req = request({ ...options, servername: NAME }, (res) => {
      let text = "";
      res.setEncoding("utf8");
      res.on("data", (part) => {
        text += part;
      });
      res.on("end", () => resolve({ status: res.statusCode, headers: res.headers, text }));
    });
    req.once("error", reject);
    req.end(body && (typeof body === "string" ? body : JSON.stringify(body)));
  });
}
const json = async (...args) => JSON.parse((await ask(...args)).text);

function start(command, args, options) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
  children.push(child);
  return child;
}

function configure() {
  for (const name of ["logs", "body"]) mkdirSync(join(dir, name));
  // nginx's workers run as another user when it is started by root.
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
    .replace("127.0.0.1:5000", `127.0.0.1:${muster}`)
    .replace("127.0.0.1:8080", `127.0.0.1:${other}`);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${dir}/body;`);
  const main = `daemon off; pid ${dir}/pid; error_log ${dir}/logs/error.log; worker_processes 1; events {}
http { access_log off; ${paths.join(" ")}\n${conf}\n}`;
  writeFileSync(join(dir, "nginx.conf"), main);
  return ["-p", dir, "-c", join(dir, "nginx.conf")];
}

async function signedIn(headers = {}) {
  const reply = await ask("/api/auth/login", {
    method: "POST",
    headers,
    body: { username: "admin", password: "a password of the trial" },
  });
  const [cookie] = reply.headers["set-cookie"] ?? [""];
  return { cookie, token: JSON.parse(reply.text).token, value: cookie.split(";")[0] };
}

async function overSockets(transports, bot, token) {
  const options = { transports, forceNew: true, rejectUnauthorized: false, extraHeaders: { host: NAME } };
  const socket = io(`https://127.0.0.1:${https}`, { ...options, auth: { token: bot.token } });
  const got = new Promise((resolve, reject) => {
    socket.once("new_command", resolve);
    socket.once("connect_error", reject);
    setTimeout(reject, 10_000, new Error("No command came")).unref();
  });
  await Promise.race([new Promise((resolve) => socket.once("connect", resolve)), got]);
  const headers = { authorization: `Bearer ${token}` };
  const path = `/api/bot/${bot.bot_id}/send-command`;
  const { command } = await json(path, { method: "POST", headers, body: { type: "ping" } });
  const heard = await got.catch((error) => error);
  socket.close();
  return heard?.id === command.id ? "pushed" : String(heard);
}

try {
  const args = configure();
  const test = spawnSync("nginx", [...args, "-t"], { encoding: "utf8" });
  expect("nginx -t", test.status === 0 ? "successful" : test.stderr, "successful");
  if (test.status !== 0) process.exitCode = 1;
  start("nginx", args);
  start(process.execPath, ["dist/server.mjs"], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: String(muster),
      DATA_DIR: join(dir, "data"),
      PUBLIC_URL: `https://${NAME}`,
      TRUST_PROXY: "1",
      API_ADMIN_USER: "admin",
      API_ADMIN_PASS: "a password of the trial",
      CORS_ORIGINS: "https://panel.example.org",
      LOG_LEVEL: "warn",
    },
  });
  const seen = [];
  const app = createServer((req, res) => {
    seen.push(req.headers);
    res.end(`report ${req.url}`);
  }).listen(other, "127.0.0.1");

  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200))
    if ((await ask("/api/health").catch(() => ({}))).status === 200) break;
  expect("Muster answers through TLS", (await json("/api/health")).status, "ok");
  const plain = await fetch(`http://127.0.0.1:${http}/x?y=1`, { redirect: "manual" });
  expect("plain HTTP is led to HTTPS", plain.headers.get("location"), /^https:\/\/.*\/x\?y=1$/);
  expect("a page is served", (await ask("/login")).status, 200);
  expect("  with HSTS", (await ask("/login")).headers["strict-transport-security"] ?? "", /max-age=/);

  const { cookie, token, value } = await signedIn({ "x-forwarded-for": "203.0.113.9" });
  expect("the session cookie is for HTTPS alone", cookie, /;\s*Secure/i);
  const bearer = { authorization: `Bearer ${token}` };
  const { sessions } = await json("/api/auth/sessions", { headers: bearer });
  expect("an address a client claims is not believed", sessions.map((one) => one.ip).join(), /^(127\.0\.0\.1,?)+$/);
  const from = (origin) =>
    ask("/api/my-bots", { method: "POST", headers: { cookie: value, origin }, body: { name: "b" } });
  expect("our own origin may use the cookie", (await from(`https://${NAME}`)).status, 200);
  expect("another origin may not", (await from("https://evil.example")).status, 403);
  const allowed = async (origin) =>
    (await ask("/api/health", { headers: { origin } })).headers["access-control-allow-origin"] ?? "none";
  expect("CORS names a listed origin", await allowed("https://panel.example.org"), "https://panel.example.org");
  expect("  and no other", await allowed("https://evil.example"), "none");

  const bot = await json("/api/my-bots", { method: "POST", headers: bearer, body: { name: "Behind nginx" } });
  expect("Socket.IO by WebSocket", await overSockets(["websocket"], bot, token), "pushed");
  expect("Socket.IO by HTTP polling", await overSockets(["polling"], bot, token), "pushed");
  const bots = { authorization: `Bearer ${bot.token}` };
  const poll = await ask(`/api/bot/${bot.bot_id}/commands?wait=3`, { headers: bots });
  expect("a long poll is held and answered", poll.status, 200);
  const big = JSON.stringify({ message: "x".repeat(10_000_000) });
  const refused = await ask(`/api/bot/${bot.bot_id}/logs`, { method: "POST", headers: bots, body: big });
  expect(
    "a body too large is refused by Muster, in JSON",
    `${refused.status} ${refused.text.slice(0, 9)}`,
    '413 {"error":',
  );
  expect("nginx lets this machine reach /metrics", (await ask("/metrics")).status, /^(?!403)/);

  const html = { accept: "text/html" };
  const stranger = await ask("/reports/july?x=1", { headers: html });
  expect(
    "a stranger's browser is led to the sign-in",
    `${stranger.status} ${stranger.headers.location}`,
    /^302 .*\/login\?next=\/reports\/july\?x=1$/,
  );
  expect("a stranger's script gets 401", (await ask("/reports/july")).status, 401);
  expect(
    "a wrong token gets 401",
    (await ask("/reports/july", { headers: { authorization: "Bearer x" } })).status,
    401,
  );
  expect("a bot's token is no person's", (await ask("/reports/july", { headers: bots })).status, 403);
  expect(
    "who is signed in gets through",
    (await ask("/reports/july?x=1", { headers: { cookie: value } })).text,
    "report /july?x=1",
  );
  expect("a JWT does, too", (await ask("/reports/july", { headers: bearer })).status, 200);
  expect(
    "the application never sees the credential",
    seen.every((one) => !one.cookie && !one.authorization),
    true,
  );
  await ask("/api/auth/logout", { method: "POST", headers: { cookie: value, origin: `https://${NAME}` } });
  expect("after signing out it is over", (await ask("/reports/july", { headers: { cookie: value } })).status, 401);
  app.close();
} finally {
  for (const child of children) child.kill("SIGTERM");
  await sleep(1500);
  if (failures > 0) say(readFileSync(join(dir, "logs", "error.log"), "utf8").slice(-2000));
  rmSync(dir, { recursive: true, force: true });
}
say(failures === 0 ? "\nAll as it should be." : `\n${failures} not as it should be.`);
process.exit(failures === 0 ? 0 : 1);
