/**
 * `npm run demo`: a server with a fleet at work, to look at and to try things on.
 *
 *   npm run demo -- [--bots 10] [--port 5000]                 a server of its own, gone with its data when it ends
 *   DEMO_DATA=./demo-data npm run demo                        the same, with data that stays
 *   npm run demo -- --url https://muster.example --token …    ten bots on a running server; the token is an API key or JWT
 *
 * The bots are real ones, run by clients/typescript over sockets. One is offline for long, one comes and goes, one has a
 * bad day; an operator sends them commands now and then.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { cast, lines, people, threads } from "./demo-cast.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    bots: { type: "string", default: "10" },
    port: { type: "string", default: process.env.PORT ?? "5000" },
    url: { type: "string" },
    token: { type: "string", default: process.env.MUSTER_TOKEN },
  },
});
const count = Number(options.bots);
if (!Number.isInteger(count) || count < 1 || count > 2000) fail("--bots must be a whole number from 1 to 2000");
if (options.url && !options.token) fail("--url needs --token (or MUSTER_TOKEN): an API key with scope operate");

function fail(text) {
  console.error(`demo: ${text}`);
  process.exit(1);
}
const pick = (list) => list[Math.floor(Math.random() * list.length)];
const chance = (share) => Math.random() < share;
const between = (low, high) => low + Math.random() * (high - low);

/** The wanted port, or any free one when something else listens there. */
function freePort(wanted) {
  return new Promise((done, no) => {
    const probe = createServer();
    probe.once("error", (error) => (wanted ? freePort(0).then(done, no) : no(error)));
    probe.listen(wanted, () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Starts the built server. DEMO_DATA keeps its password beside its data, so that a second run can sign in. */
async function startServer() {
  const bundle = join(ROOT, "dist", "server.mjs");
  if (!existsSync(bundle)) fail("there is no build yet: run `npm run build` first");
  const kept = process.env.DEMO_DATA && resolve(process.env.DEMO_DATA);
  const dir = kept ?? mkdtempSync(join(tmpdir(), "muster-demo-"));
  mkdirSync(dir, { recursive: true });
  const secret = join(dir, "demo-password");
  if (!existsSync(secret)) writeFileSync(secret, randomBytes(9).toString("base64url"), { mode: 0o600 });
  const password = readFileSync(secret, "utf8");
  const port = await freePort(Number(options.port));
  const child = spawn(process.execPath, [bundle], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    // A Ctrl-C is ours to handle: the bots say goodbye before the server goes.
    detached: true,
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: String(port),
      DATA_DIR: dir,
      DATABASE_URL: "",
      API_ADMIN_USER: "demo",
      API_ADMIN_PASS: password,
      // A big fleet is made and driven by one operator.
      RATE_LIMIT_FACTOR: "20",
      LOG_LEVEL: "warn",
    },
  });
  const clean = () => kept || rmSync(dir, { recursive: true, force: true });
  // However the demo ends, its server ends with it.
  process.once("exit", () => {
    child.kill("SIGKILL");
    clean();
  });
  child.once("exit", (code) => code && fail(`the server ended with code ${code}`));
  const url = `http://localhost:${port}`;
  for (const end = Date.now() + 60_000; ; await sleep(100)) {
    const ok = await fetch(`${url}/api/health`).then(
      (reply) => reply.ok,
      () => false,
    );
    if (ok) break;
    if (Date.now() > end) fail("the server does not answer");
  }
  const stop = async () => {
    child.removeAllListeners("exit");
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await Promise.race([ended, sleep(8000)]);
  };
  return { url, password, stop };
}

/** Calls the API as the operator. Throws Error with the server's words when it refuses. */
function operator(url, token) {
  return async (method, path, body) => {
    const reply = await fetch(url + path, {
      method,
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    const json = await reply.json();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${json.error?.message ?? json.error}`);
    return json;
  };
}

async function loadClient() {
  const outfile = join(ROOT, "node_modules", ".cache", "muster", "client.mjs");
  const entryPoints = [join(ROOT, "clients", "typescript", "src", "index.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external" });
  return import(pathToFileURL(outfile).href);
}

/** The demo's bots, those of an earlier run first. */
async function ensureBots(api) {
  const { bots } = await api("GET", "/api/my-bots");
  const found = new Map(bots.filter((bot) => bot.metadata.demo).map((bot) => [bot.name, bot.id]));
  const fleet = [];
  for (let index = 0; index < count; index++) {
    const part = cast[index % cast.length];
    const name = index < cast.length ? part.name : `${part.name} ${Math.floor(index / cast.length) + 1}`;
    const known = found.get(name);
    const made = known
      ? { bot_id: known, token: (await api("GET", `/api/my-bots/${known}/token`)).token }
      : await api("POST", "/api/my-bots", {
          name,
          metadata: { demo: true, platform: part.platform, version: part.version, tags: part.tags },
        });
    // Only the first of a kind misbehaves: a large fleet should mostly be well.
    fleet.push({
      ...part,
      name,
      habit: index < cast.length ? part.habit : undefined,
      id: made.bot_id,
      token: made.token,
    });
  }
  return fleet;
}

function wire(bot, part) {
  const work = async (command, seconds) => {
    await sleep(between(0.2, 1) * seconds * 1000);
    if (part.habit === "clumsy" && chance(0.4)) throw new Error(pick(lines.failures));
    if (chance(0.04)) throw new Error(pick(lines.failures));
    return { took_ms: Date.now() - Date.parse(command.created_at) };
  };
  bot
    .onCommand("ping", () => ({ pong: true, latency_ms: Math.round(between(18, 90)) }))
    .onCommand("send_message", async (command, { log }) => {
      const done = await work(command, 0.8);
      const { thread_id = "console", thread_type = "USER", message = "" } = command.payload;
      bot.message({ message, author_id: bot.id, author_name: part.name, thread_id, thread_type });
      log("info", `Sent a message to ${thread_id}`);
      return { ...done, message_id: String(Math.floor(between(1e8, 9e8))) };
    })
    .onCommand("restart", async (_, { log }) => {
      log("warning", "Restarting on request");
      await bot.status("restarting");
      await sleep(between(2000, 5000));
      await bot.status("online");
      log("info", "Back online", { resumed_sessions: Math.round(between(1, 40)) });
    })
    .onCommand("reload_plugins", (command) => work(command, 2))
    .onCommand("sync", async () => {
      await bot.sync(surroundings(part));
      return { groups: part.groups };
    })
    .onCommand("*", (command) => work(command, 1.5))
    .onSettings(
      (settings, version) => version > 0 && bot.log("info", `Settings version ${version} in force`, settings),
    );
}

const surroundings = (part) => ({
  groups: threads.slice(0, part.groups).map((name, index) => ({ id: `g${index + 1}`, name, members: 20 + index * 37 })),
  friends: people.slice(0, 6).map((name, index) => ({ id: `u${index + 1}`, name })),
  metadata: { platform: part.platform, version: part.version, synced_at: new Date().toISOString() },
});

const fill = (text, part) =>
  text
    .replace("{person}", pick(people))
    .replace("{thread}", pick(threads))
    .replace("{ms}", String(Math.round(between(12, 900))))
    .replace("{n}", String(Math.round(between(2, 400))))
    .replace("{platform}", part.platform);

function talk(bot, part) {
  const bad = part.habit === "clumsy" ? 0.25 : 0.02;
  const roll = Math.random();
  if (roll < bad)
    bot.log("error", fill(pick(lines.errors), part), { attempt: Math.ceil(between(1, 4)), retry: chance(0.7) });
  else if (roll < bad + 0.07) bot.log("warning", fill(pick(lines.warnings), part));
  else if (roll < bad + 0.2) bot.log("debug", fill(pick(lines.debug), part), { shard: Math.floor(between(0, 4)) });
  else bot.log("info", fill(pick(lines.info), part));
  if (!chance(0.35)) return;
  const group = chance(0.7);
  const index = Math.floor(between(0, people.length));
  bot.message({
    message: fill(pick(lines.chat), part),
    author_id: `u${index + 1}`,
    author_name: people[index],
    thread_id: group ? `g${Math.ceil(between(0, part.groups))}` : `u${index + 1}`,
    thread_type: group ? "GROUP" : "USER",
  });
}

/** Lives one bot's life until `ending` aborts. */
async function live(MusterBot, url, part, ending) {
  const nap = (ms) => sleep(ms, undefined, { signal: ending }).catch(() => {});
  while (!ending.aborted) {
    const bot = new MusterBot({ url, botId: part.id, token: part.token, onProblem: () => {} });
    wire(bot, part);
    bot.start();
    bot.log("info", `${part.name} ${part.version} starting on ${part.platform}`);
    await bot.sync(surroundings(part)).catch((error) => bot.log("warning", `Sync refused: ${error.message}`));
    for (let line = 0; line < 25; line++) talk(bot, part);
    const until = Date.now() + { absent: 15_000, flapping: between(10_000, 25_000) }[part.habit];
    while (!ending.aborted && !(Date.now() > until)) {
      await nap(between(0.4, 1.6) * part.pace_ms);
      talk(bot, part);
    }
    await bot.stop(2000);
    if (part.habit === "absent") await nap(20 * 60_000);
    if (part.habit === "flapping") await nap(between(5_000, 15_000));
  }
}

/** Somebody at the console: a command every few seconds. */
async function operate(api, fleet, ending) {
  while (!ending.aborted) {
    await sleep(between(2000, 7000), undefined, { signal: ending }).catch(() => {});
    if (ending.aborted) return;
    const part = pick(fleet);
    const type = pick([
      "ping",
      "ping",
      "send_message",
      "send_message",
      "sync",
      "reload_plugins",
      "restart",
      "announce",
    ]);
    const thread_id = `g${Math.ceil(between(0, part.groups))}`;
    const payload =
      type === "send_message" ? { thread_id, thread_type: "GROUP", message: fill(pick(lines.chat), part) } : {};
    await api("POST", `/api/bot/${part.id}/send-command`, { type, payload }).catch((error) =>
      console.error(`demo: ${error.message}`),
    );
  }
}

const server = options.url ? undefined : await startServer();
const url = (options.url ?? server.url).replace(/\/+$/, "");
const login =
  server && (await operator(url)("POST", "/api/auth/login", { username: "demo", password: server.password }));
const api = operator(url, options.token ?? login.token);
const { MusterBot } = await loadClient();
const fleet = await ensureBots(api);

console.log(`\n  ${fleet.length} bots at work on  ${url}`);
if (server) console.log(`  Sign in as       demo\n  with password    ${server.password}`);
console.log("\n  Ctrl-C ends it.\n");

const ending = new AbortController();
// Every bot waits on it.
setMaxListeners(0, ending.signal);
const lives = fleet.map((part) => live(MusterBot, url, part, ending.signal));
lives.push(operate(api, fleet, ending.signal));
const quit = async () => {
  if (ending.signal.aborted) return;
  ending.abort();
  await Promise.race([Promise.all(lives), sleep(4000)]);
  await server?.stop();
  process.exit(0);
};
process.once("SIGINT", quit).once("SIGTERM", quit);
