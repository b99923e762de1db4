/** The life of a server process: first start and setup link, wrong settings, restart, SIGTERM during requests, stored secrets. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { Api } from "./api";
import { aBot, anApiKey, aUser, signIn, theAdmin } from "./factories";
import { ADMIN, API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";
import { connected } from "./sockets";

const FRESH = { API_ADMIN_USER: "", API_ADMIN_PASS: "", API_TOKEN: "" };
const running = new Set<ServerProcess>();
const folders = new Set<string>();
afterEach(async () => {
  for (const server of running) if (server.child.exitCode === null) await server.kill();
  for (const folder of folders) removeFolder(folder);
  running.clear();
  folders.clear();
});
const folder = () => {
  const made = temporaryFolder();
  folders.add(made);
  return made;
};
async function start(DATA_DIR: string, env: Record<string, string> = {}) {
  const server = await startServer({ DATA_DIR, ...env });
  running.add(server);
  return server;
}

it("prints a link that creates the first admin once, and has no default password", async () => {
  const data = folder();
  const server = await start(data, FRESH);
  const anonymous = new Api(server.url);
  for (const password of ["admin", "admin123", "password", ""])
    expect((await anonymous.send("POST /api/auth/login", { body: { username: "admin", password } })).status).not.toBe(
      200,
    );
  // The link is printed a moment after the line that names the port.
  await expect.poll(server.log).toContain("/setup?token=");
  const token = /\/setup\?token=([\w-]+)/.exec(server.log())?.[1];
  const file = readdirSync(data, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .find(({ name }) => readFileSync(join(data, name), "latin1").includes(`token=${token}`))!.name;
  expect(statSync(join(data, file)).mode & 0o777).toBe(0o600);

  const body = {
    token: "setup_wrong",
    username: "first",
    email: "first@example.org",
    password: "a good long password",
  };
  expect((await anonymous.send("POST /api/setup", { body })).status).toBe(403);
  const claims = await Promise.all(
    ["first", "second"].map((username) =>
      anonymous.send("POST /api/setup", { body: { ...body, token, username, email: `${username}@example.org` } }),
    ),
  );
  expect(claims.map((claim) => claim.status).sort()).toEqual([200, 403]);
  const winner = claims.find((claim) => claim.status === 200)!;
  expect(winner.json.role).toBe("admin");
  expect(winner.headers.get("set-cookie")).toContain("session_token=");
  expect(await server.stop()).toBe(0);

  const again = await start(data, FRESH);
  expect(again.log()).not.toContain("/setup?token=");
});

it("refuses to start with invalid settings and names them", async () => {
  const wrong = { DATA_DIR: folder(), SECRET_KEY: "short", RATE_LIMIT_FACTOR: "many", API_TOKEN: "short" };
  const failure = await startServer(wrong).then(
    () => "it started",
    (error: Error) => error.message,
  );
  for (const name of Object.keys(wrong).slice(1)) expect(failure).toContain(name);
});

/** Starts a server that must fail, and returns its error: one line on stderr without a stack. */
async function refusal(env: Record<string, string> & { DATA_DIR: string }): Promise<string> {
  const failure = await startServer(env).then(
    async (server) => {
      await server.kill();
      return "it started";
    },
    (error: Error) => error.message,
  );
  expect(failure).toContain("ended with 1");
  expect(failure).not.toMatch(/\n\s+at /);
  return failure
    .split("\n")
    .filter((line) => line.startsWith("muster: "))
    .join("\n");
}

it("refuses a second server on one SQLite folder and starts at once after the first was killed", async () => {
  const data = folder();
  const first = await start(data);
  expect(await refusal({ DATA_DIR: data })).toMatch(
    new RegExp(`another Muster \\(process ${first.child.pid}\\).*Stop it first`),
  );
  expect((await fetch(`${first.url}/api/health`)).status).toBe(200);
  await first.kill();
  const second = await start(data);
  expect(await second.stop()).toBe(0);
  expect(await (await start(data)).stop()).toBe(0);
});

it("explains in one line why it cannot start, before it writes anything", async () => {
  const running = await start(folder());
  const port = new URL(running.url).port;
  const data = folder();
  expect(await refusal({ DATA_DIR: data, PORT: port })).toContain(`port ${port} is in use`);
  expect(await refusal({ DATA_DIR: data, PORT: "many" })).toContain("The environment has values");
  expect(readdirSync(data)).toEqual([]);

  const file = join(data, "file");
  writeFileSync(file, "not a database, but longer than the header of one is, so that it is read as one");
  expect(await refusal({ DATA_DIR: join(file, "below") })).toContain("is a file, not a folder");
  expect(await refusal({ DATA_DIR: data, DATABASE_URL: `file:${file}` })).toContain("not a SQLite database");
  const secret = "never-print-this";
  const lost = await refusal({ DATA_DIR: data, DATABASE_URL: `postgres://muster:${secret}@127.0.0.1:9/muster` });
  expect(lost).toContain("PostgreSQL at 127.0.0.1:9/muster: nothing listens there");
  expect(lost).not.toContain(secret);
});

it("keeps sessions, keys, tokens and queued commands over a restart, and answers waiting polls when it stops", async () => {
  const data = folder();
  const server = await start(data);
  const ada = await aUser("user", server.url);
  const key = await anApiKey(ada, "read");
  const bot = await aBot(ada);
  const params = { bot_id: bot.id };
  await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "kept" } });
  const other = await aBot(ada);
  const page = await connected({ token: ada.jwt, url: server.url });
  const cut = new Promise((resolve) => page.client.once("disconnect", resolve));
  const poll = other.api
    .send("GET /api/bot/{bot_id}/commands", { params: { bot_id: other.id }, query: { wait: 30 } })
    .catch((error: Error) => error);
  // A bot is online once its poll has arrived.
  const info = () => ada.api.send("GET /api/bot/{bot_id}/info", { params: { bot_id: other.id } });
  await expect.poll(async () => (await info()).json.online).toBe(true);
  const writes = Array.from({ length: 20 }, (_, line) =>
    bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { message: `line ${line}` } }).catch(() => undefined),
  );
  const code = await server.stop();
  expect(code, server.log()).toBe(0);
  expect(await poll).toMatchObject({ status: 200, json: { commands: [], count: 0 } });
  await cut;
  const stored = (await Promise.all(writes)).filter((answer) => answer?.status === 200).length;

  const next = await start(data);
  const at = (headers: Record<string, string>) => new Api(next.url, headers);
  for (const headers of [ada.api.headers, { authorization: `Bearer ${ada.jwt}` }, key.api.headers])
    expect((await at(headers).send("GET /api/auth/me")).json.user.username).toBe(ada.username);
  const waiting = await at(bot.api.headers).send("GET /api/bot/{bot_id}/commands", { params });
  expect(waiting.json.commands).toMatchObject([{ type: "kept", attempts: 1 }]);
  const { json } = await at(ada.api.headers).send("GET /api/logs", { query: params });
  expect(json.count).toBeGreaterThanOrEqual(stored);
  expect(await next.stop()).toBe(0);
});

it("keeps running on SIGUSR1 and opens no inspector", async () => {
  const server = await start(folder(), FRESH);
  server.child.kill("SIGUSR1");
  await expect.poll(server.log).toContain("SIGUSR1 ignored");
  expect(server.log()).not.toContain("Debugger listening");
  expect((await new Api(server.url).send("GET /api/health")).status).toBe(200);
});

it("stores and logs no secret in plain text", async () => {
  const data = folder();
  const planted = {
    METRICS_TOKEN: "planted-metrics-token-of-test",
    ARIA2_RPC_SECRET: "planted-aria2-secret-of-test",
    S3_SECRET_ACCESS_KEY: "planted-s3-secret-of-test",
    DISCORD_CLIENT_SECRET: "planted-discord-secret-of-test",
    SMTP_PASSWORD: "planted-smtp-password-of-test",
  };
  const server = await start(data, {
    ...{ LOG_LEVEL: "trace", ...planted, SMTP_PASSWORD: "" },
    SMTP_URL: `smtp://mailer:${planted.SMTP_PASSWORD}@127.0.0.1:9`,
    ...{ ARIA2_RPC_URL: "http://127.0.0.1:9/jsonrpc", DISCORD_CLIENT_ID: "1" },
    ...{ S3_BUCKET: "b", S3_ACCESS_KEY_ID: "id", S3_ENDPOINT: "http://127.0.0.1:9" },
  });
  const ada = await aUser("user", server.url);
  const admin = await theAdmin(server.url);
  const channelKey = "planted-channel-key-of-test";
  const pluginKey = "planted-plugin-key-of-test";
  const channel = await admin.api.send("POST /api/alert-channels", {
    body: { kind: "webhook", name: "Pager", url: `https://pager.example.org/alerts?key=${channelKey}` },
  });
  expect(channel.text).toMatch(/whsec_/);
  const plugin = await admin.api.send("PUT /api/plugins/{name}/settings", {
    params: { name: "discord_webhook" },
    body: { settings: { webhook_url: `https://discord.com/api/webhooks/1/${pluginKey}` } },
  });
  expect(plugin.json.plugin.secrets).toEqual({ webhook_url: true });
  const key = await anApiKey(ada, "read");
  const bot = await aBot(ada);
  const params = { bot_id: bot.id };
  await new Api(server.url).send("POST /api/auth/forgot-password", { body: { email: ada.email } });
  await new Api(server.url).send("POST /api/bot/auth", { body: { bot_id: bot.id, token: bot.token } });
  // Failures are logged with their request, which must not include its secrets.
  for (const api of [ada.api, key.api, bot.api, new Api(server.url).bearer(API_TOKEN)]) {
    await api.send("POST /api/bot/{bot_id}/logs", { params, body: { message: "hello", token: bot.token } });
    await api.send("POST /api/nothing", { body: { password: ada.password } });
    await api.send("POST /api/auth/login", { body: { username: ada.username, password: "wrong-secret-of-test" } });
  }
  const second = await signIn(ada.username, ada.password, server.url);
  // Everything the server answers: lists, figures, OpenAPI, GraphQL, exports, refusals.
  const replies = new Map<string, string>();
  for (const line of [
    ...[
      "GET /api/alert-channels",
      "GET /api/plugins",
      "GET /api/config",
      "GET /api/v1/config",
      "GET /api/system/status",
    ],
    ...["GET /api/admin/system", "GET /metrics", "GET /api/openapi.json", "GET /api/backups", "GET /api/tasks"],
    ...["GET /api/export/logs", "GET /api/auth/api-keys", "GET /api/nothing", "GET /api/system/logger"],
  ])
    replies.set(line, (await admin.api.send(line)).text);
  const query = "{ plugins { name settings } backups { filename } alertChannels { channelId hint } __typename }";
  replies.set("GraphQL", (await admin.api.send("POST /graphql", { body: { query } })).text);
  await admin.api.send("POST /api/download", {
    body: { url: "magnet:?xt=urn:btih:c9e15763f722f23e98a29decdfae341b98d53056" },
  });
  const { filename } = (await admin.api.send("POST /api/backups", { body: {} })).json;
  expect(await server.stop()).toBe(0);
  const secrets = {
    "the user's password": ada.password,
    "the admin's password": ADMIN.password,
    "a wrong password": "wrong-secret-of-test",
    "a cookie": ada.cookie,
    "another cookie": second.cookie,
    "a JWT": ada.jwt,
    "the admin's cookie": admin.cookie,
    "an API key": key.secret,
    API_TOKEN: API_TOKEN,
    "a bot's token": bot.token,
    ...{ "a channel's key": channelKey, "a plugin's secret": pluginKey, "a webhook's secret": channel.json.secret },
    ...planted,
  };
  const places = new Map([["the log", Buffer.from(server.log())]]);
  for (const [line, text] of replies) places.set(line, Buffer.from(text));
  places.set("a backup", gunzipSync(readFileSync(join(data, "backups", filename))));
  // The server's own log file among them.
  for (const entry of readdirSync(data, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) places.set(entry.name, readFileSync(join(entry.parentPath, entry.name)));
  expect([...places.keys()]).toEqual(expect.arrayContaining(["muster.db", expect.stringMatching(/\.log$/)]));
  const found = Object.entries(secrets).flatMap(([name, secret]) =>
    [...places].filter(([, bytes]) => bytes.includes(secret)).map(([place]) => `${name} in ${place}`),
  );
  expect(found).toEqual([]);
});
