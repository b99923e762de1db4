/**
 * Makes before-teams.db.gz and before-teams.json: the database that a server of the version before teams leaves behind after
 * people have worked with it over HTTP, and what each of them saw there. The files in this folder were made at commit 771f59c3,
 * the last one before the migration 20261129052207_teams. To make them again, check that commit out into another folder, and
 *
 *     npm ci && node scripts/build.mjs server        # there
 *     node tests/upgrade/make.ts <that folder>       # here
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";

const ADMIN = { username: "root-admin", password: "a password of the tests" };
/** The test starts the new server with the same key, because sealed values are read with it. */
const SECRET_KEY = "the key of the server before teams";
const PASSWORD = "a good long password";
const PEOPLE = ["ada", "eve", "ben"] as const;

const [checkout = ""] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), "muster-before-teams-"));
const child = spawn(process.execPath, ["--require", resolve("tests/standins/cheap-argon2.cjs"), "dist/server.mjs"], {
  cwd: checkout,
  env: {
    ...{ PATH: process.env.PATH, NODE_ENV: "production", HOST: "127.0.0.1", PORT: "0", DATA_DIR: data, SECRET_KEY },
    ...{ API_ADMIN_USER: ADMIN.username, API_ADMIN_PASS: ADMIN.password, RATE_LIMIT_FACTOR: "1000", STOP_GRACE_S: "0" },
  },
  stdio: ["ignore", "pipe", "inherit"],
});
let log = "";
child.stdout.setEncoding("utf8").on("data", (text: string) => {
  log += text;
});

async function until<T>(read: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (let attempt = 0; attempt < 150; attempt++) {
    const value = await read();
    if (value) return value;
    await setTimeout(200);
  }
  throw new Error(`The server before teams did not come so far:\n${log}`);
}

const port = await until(() => /"port":(\d+)/.exec(log)?.[1]);

/** Calls the server with a key or the token of a bot; "" calls it without a credential. */
async function call(credential: string, line: string, body?: unknown) {
  const [method, path] = line.split(" ") as [string, string];
  const headers = {
    ...(credential && { authorization: `Bearer ${credential}` }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: JSON.stringify(body) });
  const text = await reply.text();
  if (reply.status >= 300) throw new Error(`${line} answered ${reply.status}: ${text}`);
  return JSON.parse(text);
}

type Person = { id: number; key: string; token: string };

/** Signs a person in. The key outlives the session, so that the test can call the upgraded server. */
async function signIn(username: string, password: string): Promise<Person> {
  const { token, user } = await call("", "POST /api/auth/login", { username, password });
  const { secret } = await call(token, "POST /api/auth/api-keys", { name: "terminal", scope: "operate" });
  return { id: user.id, key: secret, token };
}

/** Makes a bot that has worked: it has declared commands, polled, acknowledged, and written logs, messages and data. */
async function aWorkingBot(owner: string, name: string): Promise<void> {
  const { bot_id, token } = await call(owner, "POST /api/my-bots", { name, metadata: { tags: ["shared"] } });
  await call(token, `PUT /api/bot/${bot_id}/manifest`, { commands: [{ name: "ping" }] });
  await call(token, `POST /api/bot/${bot_id}/status`, { status: "online", data: { version: "1.0.0" } });
  for (const outcome of ["completed", "failed"]) {
    const { command } = await call(owner, "POST /api/commands", { bot_id, type: "ping" });
    await call(token, `GET /api/bot/${bot_id}/commands`);
    await call(token, `POST /api/commands/${command.id}/ack`, { status: outcome, result: {} });
  }
  await call(owner, "POST /api/commands", { bot_id, type: "ping" });
  for (const type of ["info", "error"])
    await call(token, `POST /api/bot/${bot_id}/logs`, { type, message: `${name} ${type}` });
  const message = {
    message: "Hello",
    author_id: "1",
    author_name: "Zoe",
    thread_id: "t",
    thread_type: "USER",
    metadata: {},
  };
  await call(token, `POST /api/bot/${bot_id}/messages`, message);
  await call(token, `POST /api/bot/${bot_id}/sync`, { groups: [{ id: "g" }], friends: [], metadata: {} });
  const question = { type: "Support", subject: `About ${name}`, description: "How does one ask a question?" };
  await call(token, "POST /api/tickets", { ...question, user_id: "guest" });
}

async function fill() {
  const admin = await signIn(ADMIN.username, ADMIN.password);
  const people: Record<string, Person> = { admin };
  for (const username of PEOPLE) {
    await call("", "POST /api/auth/register", { username, email: `${username}@example.org`, password: PASSWORD });
    people[username] = await signIn(username, PASSWORD);
  }
  const [ada, eve] = [people.ada!.token, people.eve!.token];
  const rule = { metric: "error_logs", threshold: 1, window_s: 86_400, severity: "high" };
  await call(ada, "POST /api/alert-rules", { ...rule, name: "Errors of Ada's bots" });
  await call(eve, "POST /api/alert-rules", { ...rule, name: "Slow bots", metric: "queue_age", threshold: 604_800 });
  await call(admin.token, "POST /api/alert-rules", {
    ...rule,
    name: "Disk of the server",
    metric: "disk",
    threshold: 100,
    scope: "all",
  });
  for (const [key, name] of [
    [ada, "Archivist"],
    [ada, "Porter"],
    [eve, "Greeter"],
  ] as const)
    await aWorkingBot(key, name);
  const { claim_code } = await call("", "POST /api/bots/register", { bot_id: "wild-1", name: "Wild" });
  await call(eve, "POST /api/join-requests/adopt", { claim_code });
  await call("", "POST /api/bots/register", { bot_id: "wild-2", name: "Nobody's" });
  const ticket = { type: "Support", subject: "A question", description: "How does one ask a question?" };
  for (const key of [ada, eve]) await call(key, "POST /api/tickets", ticket);
  await until(async () => (await call(ada, "GET /api/alerts")).alerts.length > 0);
  return people;
}

/** The ids that a person saw, by list. */
const LISTS = {
  "GET /api/bots": ["bots", "id"],
  "GET /api/my-bots": ["bots", "id"],
  "GET /api/commands": ["commands", "id"],
  "GET /api/logs": ["logs", "id"],
  "GET /api/messages": ["messages", "id"],
  "GET /api/tickets": ["tickets", "ticket_id"],
  "GET /api/alert-rules": ["rules", "rule_id"],
  "GET /api/alerts": ["alerts", "alert_id"],
} as const;

try {
  const people: Record<string, object> = {};
  for (const [name, { id, key }] of Object.entries(await fill())) {
    const seen: Record<string, string[]> = {};
    for (const [line, [list, field]] of Object.entries(LISTS))
      seen[line] = (await call(key, line))[list].map((row: Record<string, unknown>) => String(row[field])).sort();
    people[name] = { id, key, seen };
  }
  child.kill("SIGTERM");
  await once(child, "exit");
  writeFileSync("tests/upgrade/before-teams.db.gz", gzipSync(readFileSync(join(data, "muster.db")), { level: 9 }));
  const saved = { made_at: Date.now(), secret_key: SECRET_KEY, people };
  writeFileSync("tests/upgrade/before-teams.json", `${JSON.stringify(saved, null, 2)}\n`);
} finally {
  child.kill("SIGKILL");
  rmSync(data, { recursive: true, force: true });
}
