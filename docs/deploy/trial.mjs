/** Shared code of the trials of proxies: starts a proxy with its own certificate and folder, starts servers, sends requests, counts results. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const NAME = "bots.example.org";
const ADMIN = { username: "admin", password: "a password of the trial" };

const dir = mkdtempSync(join(tmpdir(), "muster-trial-"));
const children = new Set();
let failures = 0;
const say = (text) => process.stdout.write(`${text}\n`);

export const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
export const [http, https] = [await freePort(), await freePort()];

/** Prints the result of one check, and the observed value if it failed. */
export function report(what, ok, seen = "") {
  if (!ok) failures++;
  say(`${ok ? "ok  " : "FAIL"} ${what}${ok ? "" : `: ${seen}`}`);
}

/** Sends one request to the proxy over TLS, with the host NAME, on a new connection. Does not follow redirects. */
export function ask(path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const all = { host: NAME, ...headers, ...(body && { "content-type": "application/json" }) };
    const to = { host: "127.0.0.1", port: https, servername: NAME, rejectUnauthorized: false, agent: false };
    const req = request({ ...to, path, method, headers: all }, (res) => {
      let text = "";
      res.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      res.on("end", () => resolve({ status: res.statusCode, headers: res.headers, text }));
    });
    req.once("error", reject);
    req.end(body && (typeof body === "string" ? body : JSON.stringify(body)));
  });
}
export const json = async (...args) => JSON.parse((await ask(...args)).text);
export const signIn = (headers = {}) => ask("/api/auth/login", { method: "POST", headers, body: ADMIN });

function start(command, args, options) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
  children.add(child);
  return child;
}

/** Starts the built server as it runs behind a proxy. */
export const muster = (port, env = {}) =>
  start(process.execPath, ["dist/server.mjs"], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...{ NODE_ENV: "production", HOST: "127.0.0.1", PORT: String(port), DATA_DIR: join(dir, "data") },
      ...{ PUBLIC_URL: `https://${NAME}`, TRUST_PROXY: "1" },
      ...{ API_ADMIN_USER: ADMIN.username, API_ADMIN_PASS: ADMIN.password },
      ...env,
    },
  });

function makeCertificate() {
  const cert = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", `/CN=${NAME}`];
  spawnSync("openssl", [...cert, "-keyout", join(dir, "key.pem"), "-out", join(dir, "cert.pem")]);
}

const recipe = (name) => readFileSync(join(ROOT, "docs", "deploy", name), "utf8");

/** Lets the proxy check its own configuration, then starts it. */
function checkAndStart(command, check, args) {
  const options = { cwd: dir, env: { ...process.env, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir } };
  const test = spawnSync(command, check, { ...options, encoding: "utf8" });
  report(`${command} accepts its configuration`, test.status === 0, `${test.stdout}${test.stderr}`);
  start(command, args, { ...options, stdio: ["ignore", "ignore", "ignore"] });
}

/** Starts Caddy with this folder's Caddyfile on free ports, with the trial's certificate in place of one from the internet. */
export function caddy(edit) {
  makeCertificate();
  const file = join(dir, "Caddyfile");
  const site = `${NAME} {\n\tbind 127.0.0.1\n\ttls ${dir}/cert.pem ${dir}/key.pem\n`;
  const own = `{\n\tadmin off\n\thttp_port ${http}\n\thttps_port ${https}\n}\n`;
  writeFileSync(file, own + edit(recipe("Caddyfile")).replace(`${NAME} {\n`, site));
  const args = ["--config", file, "--adapter", "caddyfile"];
  checkAndStart("caddy", ["validate", ...args], ["run", ...args]);
}

/** Starts HAProxy with this folder's haproxy.cfg on free ports. */
export function haproxy(edit) {
  makeCertificate();
  const [file, pem] = [join(dir, "haproxy.cfg"), join(dir, "both.pem")];
  writeFileSync(pem, readFileSync(join(dir, "cert.pem"), "utf8") + readFileSync(join(dir, "key.pem"), "utf8"));
  const conf = edit(recipe("haproxy.cfg"))
    .replace("bind :80", `bind 127.0.0.1:${http}`)
    .replace("bind :443", `bind 127.0.0.1:${https}`)
    .replace(/crt \S+/, `crt ${pem}`);
  writeFileSync(file, conf);
  checkAndStart("haproxy", ["-c", "-f", file], ["-db", "-f", file]);
}

/** Checks and starts nginx with this folder's nginx.conf on free ports. `edit` changes the servers behind it. */
export function nginx(edit) {
  for (const name of ["logs", "body"]) mkdirSync(join(dir, name));
  // nginx's workers run as another user when it is started by root.
  chmodSync(dir, 0o755);
  chmodSync(join(dir, "body"), 0o777);
  makeCertificate();
  const conf = edit(
    recipe("nginx.conf")
      .replaceAll(/\/etc\/letsencrypt\S+fullchain.pem/g, join(dir, "cert.pem"))
      .replaceAll(/\/etc\/letsencrypt\S+privkey.pem/g, join(dir, "key.pem"))
      .replaceAll(/^ +listen \[::\].*$/gm, "")
      .replace("listen 80;", `listen 127.0.0.1:${http};`)
      .replace("listen 443", `listen 127.0.0.1:${https}`),
  );
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${dir}/body;`);
  const main = `daemon off; pid ${dir}/pid; error_log ${dir}/logs/error.log; worker_processes 1; events {}
http { access_log off; ${paths.join(" ")}\n${conf}\n}`;
  writeFileSync(join(dir, "nginx.conf"), main);
  const args = ["-p", dir, "-c", join(dir, "nginx.conf")];
  checkAndStart("nginx", [...args, "-t"], args);
}

/** Runs the trial, cleans up, and exits with its result. */
export async function run(trial) {
  try {
    await trial();
  } finally {
    for (const child of children) child.kill("SIGTERM");
    await sleep(1500);
    const log = join(dir, "logs", "error.log");
    if (failures > 0 && existsSync(log)) say(readFileSync(log, "utf8").slice(-2000));
    rmSync(dir, { recursive: true, force: true });
  }
  say(failures === 0 ? "\nAll as it should be." : `\n${failures} not as it should be.`);
  process.exit(failures === 0 ? 0 : 1);
}
