/**
 * Document 003: the rights at each endpoint. Columns: anonymous, the user concerned (the owner of the ticket or account),
 * another user, moderator, admin. Its rules: "Admin: full access. Moderator: ticket management, user management,
 * analytics (read-only). Lootling (our user): own tickets only, limited endpoints", and "(admin only)" at endpoints.
 */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api, type Json } from "../api";
import { aUser, type TestUser, theAdmin, unique } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { type FeedsStandin, feedsStandin, TRACKER_KEY } from "../standins/feeds";

const COLUMNS = ["anonymous", "concerned", "another", "moderator", "admin"] as const;
type Column = (typeof COLUMNS)[number];
type World = { ticket_id: string; user_id: string; cog_name: string; username: string; password: string };
type Row = {
  statuses: string;
  line: string;
  params?: (world: World) => Record<string, string>;
  query?: Record<string, string>;
  body?: (world: World) => unknown;
  /** The state that the ticket needs before the call. */
  closed?: boolean;
};

const ofTicket = ({ ticket_id }: World) => ({ ticket_id });
const ADMIN_ONLY = "401 403 403 403 200";
const STAFF_ONLY = "401 403 403 200 200";
const ANYBODY_SIGNED_IN = "401 200 200 200 200";
/** Users reach their own tickets; staff read and answer all. */
const OWN_OR_STAFF = "401 200 403 200 200";
const PUBLIC = "200 200 200 200 200";

const ROWS: Row[] = [
  // Authentication
  { statuses: PUBLIC, line: "POST /api/auth/login", body: ({ username, password }) => ({ username, password }) },
  { statuses: ANYBODY_SIGNED_IN, line: "POST /api/auth/verify-token" },
  { statuses: ANYBODY_SIGNED_IN, line: "GET /api/auth/verify-token" },
  { statuses: PUBLIC, line: "GET /api/discord/auth" },
  // Anybody may start a sign-in; nobody may finish one that was not started.
  {
    statuses: "400 400 400 400 400",
    line: "GET /api/discord/callback",
    query: { code: "c", state: "made.up", platform: "web" },
  },
  { statuses: ANYBODY_SIGNED_IN, line: "POST /api/auth/refresh" },
  // Tickets
  { statuses: ANYBODY_SIGNED_IN, line: "GET /api/tickets", query: { status: "open" } },
  { statuses: ANYBODY_SIGNED_IN, line: "GET /api/tickets/my", query: { status: "all" } },
  {
    statuses: "401 201 201 201 201",
    line: "POST /api/tickets",
    body: () => ({ type: "Support", subject: "A question", description: "How does it work at all?" }),
  },
  { statuses: OWN_OR_STAFF, line: "GET /api/tickets/{ticket_id}", params: ofTicket },
  { statuses: OWN_OR_STAFF, line: "GET /api/tickets/{ticket_id}/messages", params: ofTicket },
  {
    statuses: OWN_OR_STAFF,
    line: "POST /api/tickets/{ticket_id}/send",
    params: ofTicket,
    body: () => ({ message: "Your message text" }),
  },
  {
    statuses: OWN_OR_STAFF,
    line: "POST /api/tickets/{ticket_id}/messages",
    params: ofTicket,
    body: () => ({ content: "Your message text" }),
  },
  { statuses: OWN_OR_STAFF, line: "POST /api/tickets/{ticket_id}/mark-read", params: ofTicket },
  { statuses: STAFF_ONLY, line: "POST /api/tickets/{ticket_id}/close", params: ofTicket },
  { statuses: OWN_OR_STAFF, line: "POST /api/tickets/{ticket_id}/reopen", params: ofTicket, closed: true },
  { statuses: STAFF_ONLY, line: "POST /api/tickets/{ticket_id}/claim", params: ofTicket },
  {
    statuses: STAFF_ONLY,
    line: "POST /api/tickets/{ticket_id}/assign",
    params: ofTicket,
    body: () => ({ user_id: null }),
  },
  { statuses: ADMIN_ONLY, line: "DELETE /api/tickets/{ticket_id}", params: ofTicket },
  // Notifications
  {
    statuses: ANYBODY_SIGNED_IN,
    line: "POST /api/notifications/register-token",
    body: () => ({ fcm_token: unique("device"), platform: "android" }),
  },
  // Without a service account an admin gets 503.
  {
    statuses: "401 403 403 403 503",
    line: "POST /api/notifications/test",
    body: () => ({ fcm_token: "device-token", title: "Test", body: "Test notification" }),
  },
  // Analytics. A user's answer holds document 002's fields alone: see below.
  { statuses: ANYBODY_SIGNED_IN, line: "GET /api/stats", query: { days: "7" } },
  { statuses: ADMIN_ONLY, line: "GET /api/active-sessions" },
  // Configuration
  { statuses: ADMIN_ONLY, line: "GET /api/config" },
  ...Object.entries<object>({
    general: { bot_name: "HazeBot", command_prefix: "!" },
    channels: { log_channel_id: "123456789" },
    roles: { admin_role_id: "987654321" },
    meme: { default_subreddits: ["memes", "dankmemes"] },
    rocket_league: { rank_check_interval_hours: 24 },
    welcome: { welcome_messages: ["Welcome!"] },
    server_guide: { categories: [] },
    tickets: { transcript_enabled: true },
  }).flatMap(([section, values]): Row[] => [
    // Only admins read the whole section of tickets; 003.config.rights.test.ts has the rest.
    { statuses: section === "tickets" ? ANYBODY_SIGNED_IN : STAFF_ONLY, line: `GET /api/config/${section}` },
    { statuses: ADMIN_ONLY, line: `PUT /api/config/${section}`, body: () => values },
    { statuses: ADMIN_ONLY, line: "POST /api/config/{section}/reset", params: () => ({ section }) },
  ]),
  // Rocket League
  {
    statuses: ANYBODY_SIGNED_IN,
    line: "GET /api/rocket-league/stats/{platform}/{username}",
    params: () => ({ platform: "steam", username: "PlayerName" }),
  },
  { statuses: ADMIN_ONLY, line: "POST /api/rocket-league/check-ranks" },
  // Cogs
  { statuses: ADMIN_ONLY, line: "GET /api/cogs" },
  ...["load", "reload", "unload"].map(
    (verb): Row => ({ statuses: ADMIN_ONLY, line: `POST /api/cogs/${verb}`, body: ({ cog_name }) => ({ cog_name }) }),
  ),
  // Users
  { statuses: ANYBODY_SIGNED_IN, line: "GET /api/users/me" },
  { statuses: "401 200 403 403 200", line: "GET /api/users/{user_id}", params: ({ user_id }) => ({ user_id }) },
  // Beyond the document's list of endpoints: its moderators' "user management (read-only)".
  { statuses: STAFF_ONLY, line: "GET /api/users" },
  { statuses: STAFF_ONLY, line: "GET /api/users/search", query: { q: "user" } },
  {
    statuses: ADMIN_ONLY,
    line: "PATCH /api/users/{user_id}",
    params: ({ user_id }) => ({ user_id }),
    body: () => ({ is_active: true }),
  },
  // Admin
  { statuses: ADMIN_ONLY, line: "GET /api/admin/stats" },
  {
    statuses: ADMIN_ONLY,
    line: "POST /api/admin/broadcast",
    body: () => ({ title: "Announcement", message: "Important update", priority: "high" }),
  },
  // Memes, health
  ...["reddit", "lemmy"].map(
    (source): Row => ({ statuses: ANYBODY_SIGNED_IN, line: "GET /api/memes/random", query: { source } }),
  ),
  { statuses: PUBLIC, line: "GET /api/health" },
];

const folder = temporaryFolder();
let feeds: FeedsStandin;
let server: ServerProcess;
let callers: Record<Column, Api>;
let people: Record<Exclude<Column, "anonymous">, TestUser>;
let cog_name: string;
// Use a separate server, because every permitted caller changes its configuration and sends broadcasts.
beforeAll(async () => {
  feeds = await feedsStandin();
  server = await startServer({
    DATA_DIR: folder,
    DISCORD_CLIENT_ID: "1",
    DISCORD_CLIENT_SECRET: "unused",
    DISCORD_API_URL: "http://127.0.0.1:9/api",
    ROCKET_LEAGUE_API_URL: feeds.url,
    ROCKET_LEAGUE_API_KEY: TRACKER_KEY,
    REDDIT_API_URL: feeds.url,
    LEMMY_API_URL: feeds.url,
    MEME_TEMPLATES_API_URL: feeds.url,
  });
  people = {
    concerned: await aUser("user", server.url),
    another: await aUser("user", server.url),
    moderator: await aUser("moderator", server.url),
    admin: await theAdmin(server.url),
  };
  const api = new Api(server.url);
  const signedIn = (user: TestUser) => api.bearer(user.jwt);
  callers = {
    anonymous: api,
    concerned: signedIn(people.concerned),
    another: signedIn(people.another),
    moderator: signedIn(people.moderator),
    admin: signedIn(people.admin),
  };
  cog_name = (await people.admin.api.send("GET /api/cogs")).json.cogs[0].name;
});
afterAll(async () => {
  await server?.stop();
  await feeds?.close();
  removeFolder(folder);
});

/** Opens a ticket of the user concerned, and closes the previous one, because only a few may be open. */
let last: string | undefined;
async function aTicket(closed: boolean): Promise<string> {
  const admin = people.admin.api;
  if (last) await admin.send("DELETE /api/tickets/{ticket_id}", { params: { ticket_id: last } });
  const body = { type: "Bug", subject: "It does not work", description: "Nothing happens when I press it." };
  const { status, json, text } = await people.concerned.api.send("POST /api/tickets", { body });
  if (status !== 201) throw new Error(`No ticket could be opened: ${text}`);
  if (closed) await admin.send("POST /api/tickets/{ticket_id}/close", { params: { ticket_id: json.ticket_id } });
  last = json.ticket_id;
  return json.ticket_id;
}

const name = ({ line, params, query }: Row) =>
  `${line}${params && line.includes("{section}") ? ` (${params({} as World).section})` : ""}${query?.source ? ` (${query.source})` : ""}`;

it.each(ROWS.map((row) => [name(row), row] as const))("%s", async (_name, row) => {
  const { username, password, id } = people.concerned;
  const got: number[] = [];
  for (const column of COLUMNS) {
    const ticket_id = row.line.includes("{ticket_id}") ? await aTicket(row.closed ?? false) : "";
    const world = { ticket_id, user_id: String(id), cog_name, username, password };
    // Use a new session, because the call ends it.
    const api =
      row.line === "POST /api/auth/refresh" && column !== "anonymous"
        ? new Api(server.url).bearer(await anotherSession(people[column]))
        : callers[column];
    const input = { params: row.params?.(world), query: row.query, body: row.body?.(world) };
    const { status, json, text } = await api.send(row.line, input);
    if (status >= 400) expect([column, typeof json?.error, text.length > 0]).toEqual([column, "string", true]);
    got.push(status);
    if (row.line === "POST /api/tickets" && status === 201)
      await people.admin.api.send("DELETE /api/tickets/{ticket_id}", { params: { ticket_id: json.ticket_id } });
  }
  expect(Object.fromEntries(COLUMNS.map((column, index) => [column, got[index]]))).toEqual(
    Object.fromEntries(COLUMNS.map((column, index) => [column, Number(row.statuses.split(" ")[index])])),
  );
});

async function anotherSession({ username, password }: TestUser): Promise<string> {
  const { json } = await new Api(server.url).send("POST /api/auth/login", { body: { username, password } });
  return json.token;
}

describe("lists hold only what the caller may see", () => {
  it("tickets are the caller's own, and all for staff", async () => {
    const ticket_id = await aTicket(false);
    for (const column of ["concerned", "another", "moderator", "admin"] as const) {
      const { json } = await callers[column].send("GET /api/tickets");
      const listed = json.tickets.some((ticket: Json) => ticket.ticket_id === ticket_id);
      expect([column, listed]).toEqual([column, column !== "another"]);
    }
  });

  it("analytics are for staff, and a user's figures hold none", async () => {
    const FIELDS = ["total_users", "active_users_7d", "total_sessions", "avg_session_duration", "total_actions"];
    for (const column of ["concerned", "moderator", "admin"] as const) {
      const { json } = await callers[column].send("GET /api/stats", { query: { days: "7" } });
      const shown = FIELDS.filter((field) => field in json);
      expect([column, shown]).toEqual([column, column === "concerned" ? [] : FIELDS]);
    }
  });
});

it("every endpoint of the document has its route", () => {
  const routes = new Set(
    readdirSync("app", { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith("route.ts"))
      .map((file) => `/${file.replace(/\/?route\.ts$/, "")}`.replace(/\/\([^)]+\)/g, "").replace(/\[(\w+)\]/g, "{$1}")),
  );
  expect([...new Set(ROWS.map(({ line }) => line.split(" ")[1]!))].filter((path) => !routes.has(path))).toEqual([]);
});
