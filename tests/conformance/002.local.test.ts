/** OPEN_OPS_API: what document 002's programs may do without a credential on this machine, and everything that closes it. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Api, type Json } from "../api";
import { theAdmin } from "../factories";
import { ask, data } from "../graphql";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { refusal } from "../sockets";
import { servedOperations } from "./operations";

const folders: string[] = [];
const servers: ServerProcess[] = [];
async function started(env: Record<string, string>): Promise<ServerProcess> {
  folders.push(temporaryFolder());
  const server = await startServer({ DATA_DIR: folders.at(-1)!, OPEN_OPS_API: "true", ...env });
  servers.push(server);
  return server;
}
let server: ServerProcess;
let local: Api;
beforeAll(async () => {
  server = await started({});
  local = new Api(server.url);
});
afterAll(async () => {
  for (const one of servers) expect(await one.stop()).toBe(0);
  for (const folder of folders) removeFolder(folder);
});

/** Sends headers that fetch does not let through, such as Host. */
const raw = (
  headers: Record<string, string>,
  path = "/api/stats",
  url = server.url,
): Promise<{ status: number; json: Json }> =>
  new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode!, json: JSON.parse(text || "null") }));
    });
    sent.on("error", reject).end();
  });

/** The status of a WebSocket's handshake: 101 when it is let in. */
const upgraded = (path: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}${path}`, { headers });
    socket.once("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.once("unexpected-response", (_, response) => resolve(response.statusCode!));
  });

const OPENED = [
  ...[
    "GET /api/stats",
    "GET /api/tasks",
    "GET /api/tasks/{task_id}",
    "DELETE /api/tasks/{task_id}",
    "POST /api/download",
  ],
  ...["GET /api/users", "GET /api/users/{user_id}/stats", "GET /api/config", "GET /api/plugins"],
  ...["POST /api/plugins/{name}/toggle", "GET /metrics", "GET /graphql", "POST /graphql"],
  ...["GET /api/dashboard/stats", "GET /api/dashboard/tasks", "POST /api/tasks/{task_id}/control"],
];

describe("without a credential, on this machine", () => {
  it("document 002's paths are open, and every other one is as closed as before", async () => {
    const closed = new Api();
    const opened: string[] = [];
    for (const { line } of await servedOperations()) {
      const [here, elsewhere] = [await local.send(line), await closed.send(line)];
      if (here.status !== 401 && elsewhere.status === 401) opened.push(line);
      else expect([line, here.status === 401]).toEqual([line, elsewhere.status === 401]);
    }
    expect(opened.sort()).toEqual([...OPENED].sort());
  });

  it("replies have document 002's fields alone, and its budgets", async () => {
    const stats = await local.send("GET /api/v1/stats");
    expect(Object.keys(stats.json).sort()).toEqual([
      "activeTasks",
      "diskUsage",
      "memoryUsage",
      "totalDownloads",
      "totalUploads",
      "totalUsers",
      "uptime",
      "version",
    ]);
    const users = await local.send("GET /api/users");
    expect(users.text).not.toContain("@");
    expect(users.json.users[0]).toEqual({
      ...{ id: expect.any(Number), username: expect.any(String), kind: "account", platform: null },
      ...{ totalDownloads: 0, totalUploads: 0 },
      lastActive: users.json.users[0].lastActive,
    });
    const config = await local.send("GET /api/config");
    expect(config.json).toMatchObject({ maxConcurrentDownloads: expect.any(Number), features: { graphqlApi: true } });
    expect(Object.keys(config.json)).not.toContain("tickets");
    expect(stats.headers.get("x-ratelimit-limit")).toBe(String(60 * 100_000));
    expect(
      (await local.send("POST /graphql", { body: { query: "{ status { version } }" } })).headers.get(
        "x-ratelimit-limit",
      ),
    ).toBe(String(100 * 100_000));
    expect((await local.send("GET /metrics")).text).toContain("bot_downloads_total");
  });

  it("downloads belong to the first admin, and to the contact they are for", async () => {
    const body = { url: "https://files.invalid/a.bin", userId: 222222 };
    const { taskId } = (await local.send("POST /api/download", { body })).json;
    const { json } = await local.send("GET /api/tasks/{id}", { params: { id: taskId } });
    const admin = await theAdmin(server.url);
    expect(json).toMatchObject({ user: { id: 222222 }, owner: { id: admin.id } });
    expect((await local.send("GET /api/users/222222/stats")).json).toMatchObject({ userId: 222222 });
    expect(
      (await local.send("POST /api/tasks/{id}/control", { params: { id: taskId }, body: { action: "cancel" } })).status,
    ).toBe(200);
    const audit = JSON.stringify((await admin.api.send("GET /api/audit", { query: { action: "startDownload" } })).json);
    expect(audit).toContain('"key_id":"local"');
    expect(audit).toContain("127.0.0.1");
  });

  it("GraphQL takes document 002's fields alone", async () => {
    expect(
      (await data(local, "{ status { version } backups { filename } systemStatus { loggerEnabled } }")).status,
    ).toBeDefined();
    expect((await data(local, "mutation { clearCache { success } }")).clearCache).toEqual({ success: true });
    for (const query of [
      "{ bots(first: 1) { nodes { id } } }",
      "{ me { email } }",
      "query ($skip: Boolean = true) { users: tasks @skip(if: $skip) { nodes { id } } }",
      "{ ...F } fragment F on Query { logs(first: 1) { nodes { message } } }",
      'mutation { createBot(name: "x") { token } }',
      'mutation { restoreBackup(backupName: "x") { success } }',
      'mutation { verifyIntegrity(path: "x") { success } }',
    ]) {
      const { data: found, errors } = await ask(local, query);
      expect([query, found ?? null, errors?.[0]?.extensions?.code]).toEqual([query, null, "UNAUTHORIZED"]);
    }
    // The same text was just checked for a caller without a credential.
    expect(
      (await data(local.bearer(API_TOKEN), "{ me { username } bots(first: 1) { nodes { id } } }")).me,
    ).toBeDefined();
    expect((await ask(local, "{ me { username } bots(first: 1) { nodes { id } } }")).errors).toBeDefined();
  });

  it("/ws is open, Socket.IO is not", async () => {
    expect(await upgraded("/ws")).toBe(101);
    expect(await refusal({ url: server.url })).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("changing the configuration needs a credential, as the document says", async () => {
    const body = { maxConcurrentDownloads: 10 };
    expect((await local.send("PATCH /api/config", { body })).status).toBe(401);
    expect((await local.bearer(API_TOKEN).send("PATCH /api/config", { body })).status).toBe(200);
  });

  it("is announced at the start and to admins", async () => {
    expect(server.log()).toContain("OPEN_OPS_API is on");
    expect((await local.bearer(API_TOKEN).send("GET /api/admin/system")).json.open_ops_api).toBe(true);
    expect((await (await theAdmin()).api.send("GET /api/admin/system")).json.open_ops_api).toBe(false);
  });
});

describe("is refused", () => {
  it.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
    { host: "muster.example.org" },
    { host: "localhost.example.org:5000" },
    { forwarded: "for=127.0.0.1" },
    { via: "1.1 proxy" },
    { "x-forwarded-for": "127.0.0.1" },
    { "x-forwarded-host": "localhost" },
    { "x-forwarded-proto": "http" },
    { authorization: "Bearer wrong" },
    { "x-bot-token": "wrong" },
    { cookie: "session_token=ended" },
  ])("with %j, on every way in", async (headers) => {
    for (const path of ["/api/stats", "/api/v1/tasks", "/metrics", "/graphql?query=%7Bstatus%7Bversion%7D%7D"]) {
      const { status, json } = await raw(headers as unknown as Record<string, string>, path);
      expect([path, status, JSON.stringify(json)]).toEqual([path, 401, expect.stringContaining("UNAUTHORIZED")]);
    }
    expect(await upgraded("/ws", headers as unknown as Record<string, string>)).toBe(401);
  });

  it("says why", async () => {
    const { json } = await raw({ via: "1.1 proxy" }, "/api/tasks");
    expect(json.error.message).toMatch(/OPEN_OPS_API does not open this request: the header via/);
  });

  it.each([[{ TRUST_PROXY: "1" }], [{ PUBLIC_URL: "https://bots.example.org" }]])(
    "altogether with %j, which the start of the server says",
    async (env) => {
      const closed = await started(env as Record<string, string>);
      for (const path of ["/api/stats", "/metrics"]) expect((await raw({}, path, closed.url)).status).toBe(401);
      expect(closed.log()).toContain(`OPEN_OPS_API opens nothing: ${Object.keys(env)[0]}`);
      expect(closed.log()).not.toContain("OPEN_OPS_API is on");
    },
  );

  it("stops the start of the server when OPEN_API_CIDRS names no network", async () => {
    await expect(started({ OPEN_API_CIDRS: "10.0.0.0/99" })).rejects.toThrow(/OPEN_API_CIDRS/);
  });
});
