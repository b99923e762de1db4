/** API keys with limits: areas, chosen bots, networks, rotation; over HTTP, GraphQL and sockets. */
import { beforeAll, describe, expect, it } from "vitest";
import { createApiKey, rotateApiKey } from "@/lib/identity/accounts/credentials/contract.keys";
import type { Api } from "../api";
import { ada, quiet } from "../events";
import { aBot, type TestBot, type TestUser, theAdmin } from "../factories";
import { connected, refusal } from "../sockets";

type Limits = { scope?: "read" | "operate" | "admin"; scopes?: string[]; bots?: string[]; ip_ranges?: string[] };

async function aKey(user: TestUser, limits: Limits) {
  const { key, secret } = await user.api.call(createApiKey, { body: { name: "limited", ...limits } as never });
  return { id: key.id, secret, api: user.api.bearer(secret) };
}
const lacks = (scope: string) => ({ code: "FORBIDDEN", details: { scope } });
/** Document 002 has its errors one level deeper. */
const inner = (json: Record<string, unknown> | undefined) =>
  typeof json?.error === "object" ? (json.error as Record<string, unknown>) : json;
const ask = (api: Api, query: string) => api.send("POST /graphql", { body: { query } });

let own: TestBot;
let other: TestBot;
beforeAll(async () => {
  [own, other] = [await aBot(ada, { name: "Chosen" }), await aBot(ada, { name: "Hidden" })];
  for (const { api, id } of [own, other])
    await api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: id }, body: { message: `line of ${id}` } });
});

describe("a key with areas", () => {
  it("does what its areas say, and 403 names the one it lacks", async () => {
    const { api } = await aKey(ada, { scopes: ["bots:read", "commands:send"] });
    const params = { bot_id: own.id };
    expect((await api.send("GET /api/my-bots")).status).toBe(200);
    const sent = await api.send("POST /api/bot/{bot_id}/send-command", { params, body: { type: "ping" } });
    expect(sent.status).toBe(200);
    for (const [line, scope] of [
      ["GET /api/logs", "logs:read"],
      ["GET /api/commands", "commands:read"],
      ["GET /api/stats/overview", "stats:read"],
      ["GET /api/alerts", "alerts:read"],
      ["GET /api/notifications", "notifications:read"],
      ["GET /api/auth/me", "account:read"],
      ["POST /api/auth/api-keys", "admin"],
      ["GET /api/my-bots/{bot_id}/token", "admin"],
      ["DELETE /api/my-bots/{bot_id}", "bots:write"],
    ] as const) {
      const refused = await api.send(line, { params });
      expect([line, refused.status, inner(refused.json)]).toMatchObject([line, 403, lacks(scope)]);
    }
    expect((await api.send("GET /api/auth/verify-token")).status).toBe(200);
  });

  it("has the same rights in GraphQL, also below a field that it may read", async () => {
    const { api } = await aKey(ada, { scopes: ["bots:read"] });
    const bot = await ask(api, `{ bot(id: "${own.id}") { name logs { nodes { message } } } }`);
    expect(bot.json).toMatchObject({ data: { bot: { name: "Chosen", logs: null } } });
    expect(bot.text).toContain('lacks the scope \\"logs:read\\"');
    const sent = await ask(api, `mutation { sendCommand(botId: "${own.id}", type: "x") { success } }`);
    expect(sent.text).toContain('lacks the scope \\"commands:send\\"');
  });

  it("hears on sockets what its areas say", async () => {
    const { secret } = await aKey(ada, { scopes: ["logs:read"] });
    const { client, event, names } = await connected({ token: secret });
    await ada.api.send("POST /api/bot/{bot_id}/send-command", { params: { bot_id: own.id }, body: { type: "ping" } });
    const params = { bot_id: own.id };
    await own.api.send("POST /api/bot/{bot_id}/logs", { params, body: { message: "heard by its area" } });
    await event("new_log", (log) => log.message === "heard by its area");
    expect(names()).not.toContain("new_command");
    expect(await client.timeout(150_000).emitWithAck("watch", { topics: ["logs", "commands"] })).toMatchObject(
      lacks("commands:read"),
    );
    expect(await client.timeout(150_000).emitWithAck("join_ticket", { ticket_id: "x" })).toMatchObject(
      lacks("tickets:read"),
    );
    client.emit("send_message", { bot_id: own.id, thread_id: "1", thread_type: "USER", message: "x" });
    expect(await event("message_sent")).toMatchObject({ status: "error" });
  });

  it("leaves the older scopes as they were", async () => {
    const { api } = await aKey(ada, { scope: "read" });
    expect((await api.send("GET /api/logs")).status).toBe(200);
    const sent = await api.send("POST /api/commands", { body: { bot_id: own.id, type: "ping" } });
    expect(sent.json).toMatchObject({ error: 'This API key has scope "read"; this needs "operate"' });
  });
});

describe("a key that is limited to a bot", () => {
  let limited: Awaited<ReturnType<typeof aKey>>;
  beforeAll(async () => {
    limited = await aKey(ada, { scope: "operate", bots: [own.id] });
  });

  it.each([
    "GET /api/my-bots",
    "GET /api/bots",
    "GET /api/logs",
    "GET /api/export/logs",
    "GET /api/messages",
    "GET /api/commands",
    "GET /bots",
  ])("sees none of the others in %s", async (line) => {
    for (const { id } of [own, other])
      await ada.api.send("POST /api/bot/{bot_id}/send-command", { params: { bot_id: id }, body: { type: "ping" } });
    const listed = await limited.api.send(line);
    expect(listed.status).toBe(200);
    expect(listed.text).not.toContain(other.id);
    if (line !== "GET /api/messages") expect(listed.text).toContain(own.id);
  });

  it.each([
    "GET /api/my-bots/{bot_id}",
    "GET /api/bot/{bot_id}/info",
    "GET /api/bot/{bot_id}/commands-history",
    "GET /api/stats/bot/{bot_id}",
    "GET /api/export/bot-data/{bot_id}",
    "DELETE /api/my-bots/{bot_id}",
  ])("answers 404 for another in %s", async (line) => {
    expect((await limited.api.send(line, { params: { bot_id: other.id } })).status).toBe(404);
  });

  it.each([
    "GET /api/stats/overview",
    "GET /api/alerts",
    "GET /api/notifications",
    "GET /api/tickets",
    "GET /api/tasks",
    "GET /api/auth/me",
    "POST /api/my-bots",
  ])("is refused in %s, which reaches beyond single bots", async (line) => {
    const refused = await limited.api.send(line, { body: line.startsWith("POST") ? { name: "x" } : undefined });
    expect([refused.status, inner(refused.json)?.code]).toEqual([403, "FORBIDDEN"]);
  });

  it("finds no word of another bot's logs, and sends it no command, alone or in bulk", async () => {
    const found = await limited.api.send("GET /api/logs", { query: { search: "line" } });
    expect(found.text).toContain(own.id);
    expect(found.text).not.toContain(other.id);
    const body = { bot_ids: [own.id, other.id], type: "ping" };
    const bulk = await limited.api.send("POST /api/commands/bulk", { body });
    expect(bulk.json?.results).toMatchObject([
      { bot_id: own.id, status: "queued" },
      { bot_id: other.id, status: "error", code: "NOT_FOUND" },
    ]);
    const all = await limited.api.send("POST /api/commands/bulk", { body: { filter: {}, type: "ping" } });
    expect(all.json).toMatchObject({ count: 1, queued: 1 });
  });

  it("sees one bot alone in GraphQL", async () => {
    const bots = await ask(limited.api, `{ bots { nodes { id } } bot(id: "${other.id}") { id } }`);
    expect(bots.json).toMatchObject({ data: { bots: { nodes: [{ id: own.id }] }, bot: null } });
    const alerts = await ask(limited.api, "{ alerts { id } }");
    expect(alerts.text).toContain("limited to chosen bots");
  });

  it("hears of one bot alone on sockets, whether it watches or not", async () => {
    const [plain, watching] = [await connected({ token: limited.secret }), await connected({ token: limited.secret })];
    expect(await watching.client.timeout(150_000).emitWithAck("watch", { topics: ["logs"] })).toEqual({ status: "ok" });
    for (const { api, id } of [other, own])
      await api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: id }, body: { message: `live of ${id}` } });
    await plain.event("new_log", (log) => log.message === `live of ${own.id}`);
    await watching.event("batch", (batch) => JSON.stringify(batch).includes(`live of ${own.id}`));
    await quiet();
    expect(JSON.stringify([plain.heard, watching.heard])).not.toContain(other.id);
  });

  it("reaches one bot alone, even when it is an admin's", async () => {
    const admins = await aKey(await theAdmin(), { scopes: ["bots:read", "logs:read"], bots: [own.id] });
    expect((await admins.api.send("GET /api/admin/bots")).text).not.toContain(other.id);
    expect((await admins.api.send("GET /api/logs")).text).not.toContain(other.id);
    expect((await admins.api.send("GET /api/my-bots/{bot_id}", { params: { bot_id: other.id } })).status).toBe(404);
  });
});

describe("a key that is limited to networks", () => {
  it("works from there alone, over HTTP and sockets, and says from where it was used", async () => {
    const here = await aKey(ada, { scope: "read", ip_ranges: ["127.0.0.0/8", "::1"] });
    const elsewhere = await aKey(ada, { scope: "read", ip_ranges: ["192.0.2.0/24", "2001:db8::/32"] });
    expect((await here.api.send("GET /api/my-bots")).status).toBe(200);
    const refused = await elsewhere.api.send("GET /api/my-bots");
    expect([refused.status, refused.json?.code]).toEqual([403, "FORBIDDEN"]);
    // The header is the client's own word, since this server trusts no proxy.
    const forged = elsewhere.api.with({ authorization: `Bearer ${elsewhere.secret}`, "x-forwarded-for": "192.0.2.7" });
    expect((await forged.send("GET /api/my-bots")).status).toBe(403);
    expect(await refusal({ token: elsewhere.secret })).toMatchObject({ code: "FORBIDDEN" });
    const { keys } = (await ada.api.send("GET /api/auth/api-keys")).json as { keys: Record<string, unknown>[] };
    expect(keys.find(({ id }) => id === here.id)?.last_used_ip).toMatch(/^(127\.0\.0\.1|::1)$/);
    expect(keys.find(({ id }) => id === elsewhere.id)?.last_used_ip).toBeNull();
  });

  it.each(["192.0.2.0/33", "example.org", "192.0.2", "2001:db8::/129", ""])("is not made for %j", async (range) => {
    const made = await ada.api.send("POST /api/auth/api-keys", {
      body: { name: "x", scope: "read", ip_ranges: [range] },
    });
    expect(made.status).toBe(400);
  });
});

it("a rotated key works with both secrets until the time chosen, and at once with one alone otherwise", async () => {
  const key = await aKey(ada, { scopes: ["bots:read"] });
  const params = { key_id: key.id };
  const old_secret_until = new Date(Date.now() + 3_600_000).toISOString();
  const second = await ada.api.call(rotateApiKey, { params, body: { old_secret_until } });
  expect(second.key).toMatchObject({ id: key.id, scopes: ["bots:read"], old_secret_until });
  for (const secret of [key.secret, second.secret])
    expect((await ada.api.bearer(secret).send("GET /api/my-bots")).status).toBe(200);
  const third = await ada.api.call(rotateApiKey, { params, body: {} });
  for (const [secret, status] of [
    [key.secret, 401],
    [second.secret, 401],
    [third.secret, 200],
  ] as const)
    expect((await ada.api.bearer(secret).send("GET /api/my-bots")).status).toBe(status);
});

it.each([
  ["no scope at all", {}],
  ["both kinds of scope", { scope: "read", scopes: ["bots:read"] }],
  ["an unknown scope", { scopes: ["everything"] }],
])("a key is not made with %s", async (_, limits) => {
  const made = await ada.api.send("POST /api/auth/api-keys", { body: { name: "x", ...limits } });
  expect(made.status).toBe(400);
});
