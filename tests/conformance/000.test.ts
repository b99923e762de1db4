/**
 * Document 000, endpoint by endpoint: the documented request gets exactly 200 and the documented answer, over real HTTP.
 * The examples are the document's own; contracts are checked by the server itself (every reply) and elsewhere.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { BOT_PAGE_MAX } from "@/lib/fleet/bots/contract.constants";
import { Api } from "../api";
import { aBot, aUser, theAdmin } from "../factories";
import { differences } from "../shape";
import { ACCOUNT_ROWS } from "./000.rows.accounts";
import { BOT_ROWS } from "./000.rows.bots";
import { ofBot, type World } from "./000.shapes";

/** In the document's order: later ones use what earlier ones made. */
const rows = [...ACCOUNT_ROWS, ...BOT_ROWS];

/** Endpoints with tests of their own in 000.accounts.test.ts. */
const STORIES = [
  "POST /api/auth/logout",
  "POST /api/auth/change-password",
  "POST /api/auth/reset-password",
  "POST /api/auth/delete-account",
];

/** The document's table of contents. */
const DOCUMENTED = [
  ...["register", "login", "logout", "update-profile", "change-password", "forgot-password"].map(
    (name) => `POST /api/auth/${name}`,
  ),
  "POST /api/auth/reset-password",
  "POST /api/auth/delete-account",
  "GET /api/auth/me",
  "GET /api/users",
  "GET /api/users/{user_id}",
  "GET /api/users/{user_id}/bots",
  "GET /api/users/search",
  "GET /api/my-bots",
  "POST /api/my-bots",
  "GET /api/my-bots/{bot_id}",
  "PUT /api/my-bots/{bot_id}",
  "DELETE /api/my-bots/{bot_id}",
  "GET /api/my-bots/{bot_id}/token",
  "POST /api/my-bots/{bot_id}/regenerate-token",
  "GET /api/my-bots/{bot_id}/data",
  "GET /api/admin/bots",
  "GET /api/bot/{bot_id}/info",
  "POST /api/bot/{bot_id}/send-command",
  "POST /api/bot/{bot_id}/restart",
  "POST /api/bot/{bot_id}/stop",
  "GET /api/bot/{bot_id}/settings",
  "PUT /api/bot/{bot_id}/settings",
  "GET /api/bot/{bot_id}/commands-history",
  "GET /api/stats/overview",
  "GET /api/stats/bot/{bot_id}",
  "GET /api/export/logs",
  "GET /api/export/messages",
  "GET /api/export/bot-data/{bot_id}",
  "GET /api/logs",
  "POST /api/bot/{bot_id}/logs",
  "GET /api/messages",
  "POST /api/bot/{bot_id}/messages",
  "POST /api/bot/{bot_id}/sync",
  "GET /api/bot/{bot_id}/data",
  "GET /api/commands",
  "POST /api/commands",
  "GET /api/bot/{bot_id}/commands",
  "POST /api/commands/{command_id}/ack",
  // The original serves these, and its clients use them.
  "GET /api/bots",
  "GET /api/bot/{bot_id}/status",
  "POST /api/bot/{bot_id}/status",
];
describe("document 000", () => {
  const world = {} as World;
  beforeAll(async () => {
    world.anonymous = new Api();
    world.ada = await aUser();
    world.admin = await theAdmin();
    world.bot = await aBot(world.ada);
    // The bot has reported its status, so that last_active is a time, and has a command to acknowledge.
    await world.bot.api.send("POST /api/bot/{bot_id}/status", { params: ofBot(world), body: { status: "online" } });
    const sent = await world.ada.api.send("POST /api/commands", { body: { bot_id: world.bot.id, type: "ping" } });
    world.command_id = sent.json.command.id;
    // Somebody without an account, as document 002's programs name them: the list of people has them too.
    const transfer = { url: "https://files.invalid/file.zip", userId: "guest-of-000", destination: "local" };
    expect((await world.ada.api.send("POST /api/download", { body: transfer })).status).toBe(200);
  });

  it.each(rows)("$endpoint", async ({ endpoint, as, params, query, body, described, answer }) => {
    const reply = await as(world).send(endpoint, {
      params: params?.(world),
      query: query?.(world),
      body: typeof body === "function" ? body(world) : body,
    });
    expect(reply.status, reply.text).toBe(200);
    expect(reply.headers.get("content-type")).toContain("application/json");
    expect(differences(answer, described ? described(reply.json) : reply.json)).toEqual([]);
    if (typeof reply.json.count === "number") {
      const [name, list] = Object.entries(reply.json).find(([, value]) => Array.isArray(value)) as [string, unknown[]];
      // The server also has the bots of other test files: it counts all, and lists at most one page. People have no such limit.
      const listed = name === "bots" ? Math.min(reply.json.count, BOT_PAGE_MAX) : reply.json.count;
      expect(list).toHaveLength(listed);
    }
  });

  it("has a row here for every endpoint", () => {
    const covered = new Set([...rows.map((row) => row.endpoint), ...STORIES]);
    expect(DOCUMENTED.filter((endpoint) => !covered.has(endpoint))).toEqual([]);
  });
});
