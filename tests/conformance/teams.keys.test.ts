/** Service keys: what a team's key reaches, what ends it, and that nothing of a person or of the server is open to it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { SERVICE_AREAS } from "@/lib/core/contract.areas";
import { transferBot } from "@/lib/fleet/bots/contract.transfer";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { createTeamKey, rotateTeamKey } from "@/lib/identity/teams/contract.keys";
import { Api, errorOf, type Json } from "../api";
import { eventually } from "../eventually";
import { aBot, anApiKey, aUser, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { connected, refusal } from "../sockets";
import { aTarget, paramsOf, REQUIRED_QUERY, servedOperations, VALID_BODY } from "./operations";

let owner: TestUser;
let maintainer: TestUser;
let operator: TestUser;
let team_id: string;
let bot: TestBot;
let second: TestBot;
let personal: TestBot;

type Limits = Partial<z.input<typeof createTeamKey.body>>;
async function aKey(limits: Limits = {}, by: TestUser = owner) {
  const body = { name: "deploy", scopes: [...SERVICE_AREAS], ...limits };
  const { key, secret } = await by.api.call(createTeamKey, { params: { team_id }, body });
  return { id: key.id, key, secret, api: new Api().bearer(secret) };
}
const ask = async (api: Api, query: string): Promise<Json> =>
  (await api.send("POST /graphql", { body: { query } })).json;
const ofKey = (id: string) => ({ team_id, key_id: id });
const addMember = (user: TestUser, role: string) =>
  owner.api.send("POST /api/teams/{team_id}/members", { params: { team_id }, body: { user_id: user.id, role } });

beforeAll(async () => {
  [owner, maintainer, operator] = await Promise.all([aUser(), aUser(), aUser()]);
  const { json } = await owner.api.send("POST /api/teams", { body: { name: "Night shift" } });
  team_id = String(json.team.id);
  await addMember(maintainer, "maintainer");
  await addMember(operator, "operator");
  [bot, second] = [
    await aBot(owner, { name: "Porter", team_id: json.team.id }),
    await aBot(owner, { team_id: json.team.id, name: "Clerk" }),
  ];
  personal = await aBot(owner, { name: "Private" });
  // Shared with the team: its members reach it, and its keys do not.
  await owner.api.send("POST /api/my-bots/{bot_id}/grants", {
    params: { bot_id: personal.id },
    body: { team_id: json.team.id, role: "maintainer" },
  });
});

describe("a service key", () => {
  it("is closed to every operation that does not concern the team's bots", async () => {
    const { api } = await aKey();
    const target = { ...(await aTarget(owner, "bot")), team_id };
    const open: string[] = [];
    for (const { line } of await servedOperations()) {
      const { status } = await api.send(line, {
        params: paramsOf(target),
        query: REQUIRED_QUERY[line],
        body: VALID_BODY[line]?.(target),
      });
      // The target's bot is another team's, so what names it answers 404.
      if (status !== 403 && status !== 404) open.push(line);
    }
    expect(open.sort()).toEqual([
      "GET /api/bots",
      "GET /api/bots/facets",
      "GET /api/commands",
      "GET /api/export/logs",
      "GET /api/export/messages",
      "GET /api/health",
      "GET /api/logs",
      "GET /api/logs/counts",
      "GET /api/logs/groups",
      "GET /api/messages",
      "GET /api/my-bots",
      "GET /api/openapi.json",
      "GET /api/ping",
      "GET /api/series",
      "GET /api/tickets",
      "GET /api/tickets/counts",
      "GET /api/tickets/my",
      "GET /api/tickets/options",
      "GET /asyncapi.json",
      "GET /bots",
      "GET /graphql",
      "GET /health",
      "POST /api/bots/tags",
      "POST /api/commands/bulk",
      "POST /graphql",
    ]);
  });

  it("reaches the bots that its team owns, none that is shared with the team, and none of whoever made it", async () => {
    const { api } = await aKey();
    const { json } = await api.send("GET /api/bots");
    expect(json.bots.map(({ id }: Json) => id).sort()).toEqual([bot.id, second.id].sort());
    const read = (one: TestBot) => api.send("GET /api/my-bots/{bot_id}", { params: { bot_id: one.id } });
    expect([(await read(bot)).status, (await read(personal)).status]).toEqual([200, 404]);
    await owner.api.call(transferBot, {
      params: { bot_id: second.id },
      body: { username: owner.username },
    });
    expect((await read(second)).status).toBe(404);
  });

  it("does what its scopes say, to the bots and from the networks that it is limited to", async () => {
    const reader = await aKey({ scopes: ["bots:read"], bots: [bot.id] });
    const send = { bot_id: bot.id, type: "ping" };
    const refused = await reader.api.send("POST /api/commands", { body: send });
    expect([refused.status, errorOf(refused.json)]).toMatchObject([403, { details: { scope: "commands:send" } }]);
    const other = await aBot(owner, { name: "Other", team_id: Number(team_id) });
    expect((await reader.api.send("GET /api/my-bots")).text).not.toContain(other.id);
    const elsewhere = await aKey({ ip_ranges: ["192.0.2.0/24"] });
    expect((await elsewhere.api.send("GET /api/my-bots")).status).toBe(403);
    const listed = await owner.api.send("GET /api/teams/{team_id}/keys", { params: { team_id } });
    const rows = new Map<string, Json>(listed.json.keys.map((key: Json) => [key.id, key]));
    expect(rows.get(reader.id)).toMatchObject({
      last_used_ip: expect.any(String),
      scopes: ["bots:read"],
      bots: [bot.id],
    });
    expect(rows.get(elsewhere.id)).toMatchObject({ last_used_at: null, ip_ranges: ["192.0.2.0/24"] });
    expect(listed.text).not.toContain(reader.secret);
  });

  it("goes on when whoever made it leaves, and ends with the team, sockets included", async () => {
    const gone = await aUser();
    await addMember(gone, "maintainer");
    const { api } = await aKey({}, gone);
    const member = { team_id, user_id: String(gone.id) };
    await owner.api.send("DELETE /api/teams/{team_id}/members/{user_id}", { params: member });
    expect((await api.send("GET /api/my-bots")).status).toBe(200);
    const { json } = await owner.api.send("POST /api/teams", { body: { name: "Short-lived" } });
    const params = { team_id: String(json.team.id) };
    const made = await owner.api.call(createTeamKey, { params, body: { name: "x", scopes: ["logs:read"] } });
    const line = await connected({ token: made.secret });
    const cut = new Promise((resolve) => line.client.once("disconnect", resolve));
    await owner.api.send("DELETE /api/teams/{team_id}", { params });
    await cut;
    expect((await new Api().bearer(made.secret).send("GET /api/logs")).status).toBe(401);
  });

  it("hears of its team's bots alone on sockets, by its scopes, and is cut when it is revoked", async () => {
    const { id, secret } = await aKey({ scopes: ["logs:read"] });
    const line = await connected({ token: secret });
    const log = (one: TestBot, message: string) =>
      one.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: one.id }, body: { message } });
    await log(personal, "of the person");
    await owner.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
    await log(bot, "of the team");
    await line.event("new_log", ({ message }: Json) => message === "of the team");
    expect(JSON.stringify(line.heard)).not.toContain("of the person");
    expect(line.names()).not.toContain("new_command");
    expect(await line.client.timeout(150_000).emitWithAck("join_ticket", { ticket_id: "x" })).toMatchObject({
      code: "FORBIDDEN",
    });
    const cut = new Promise((resolve) => line.client.once("disconnect", resolve));
    await maintainer.api.send("DELETE /api/teams/{team_id}/keys/{key_id}", { params: ofKey(id) });
    await cut;
    expect(await refusal({ token: secret })).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("works with both secrets until the time chosen, and at once with the new one alone otherwise", async () => {
    const key = await aKey();
    const old_secret_until = new Date(Date.now() + 3_600_000).toISOString();
    const statuses = async (...secrets: string[]) =>
      Promise.all(secrets.map(async (one) => (await new Api().bearer(one).send("GET /api/my-bots")).status));
    const next = await owner.api.call(rotateTeamKey, { params: ofKey(key.id), body: { old_secret_until } });
    expect(next.key).toMatchObject({ id: key.id, name: "deploy", old_secret_until });
    expect(await statuses(key.secret, next.secret)).toEqual([200, 200]);
    const last = await owner.api.call(rotateTeamKey, { params: ofKey(key.id), body: {} });
    expect(await statuses(key.secret, next.secret, last.secret)).toEqual([401, 401, 200]);
  });

  it("has the same rights in GraphQL", async () => {
    const { api } = await aKey();
    const { data } = await ask(api, `{ bot(id: "${bot.id}") { name } bots { nodes { id } } }`);
    expect(data.bot).toEqual({ name: "Porter" });
    expect(JSON.stringify(data.bots)).not.toContain(personal.id);
    for (const query of [
      "{ me { id } }",
      "{ teams { nodes { id } } }",
      `{ teamKeys(teamId: "${team_id}") { nodes { id } } }`,
      `mutation { createBot(name: "x") { success } }`,
      `mutation { addTeamMember(teamId: "${team_id}", username: "x", role: "owner") { success } }`,
    ])
      expect([query, (await ask(api, query)).errors?.[0].extensions.code]).toEqual([query, "FORBIDDEN"]);
    const keys = `{ teamKeys(teamId: "${team_id}") { nodes { id name scopes createdByName } } }`;
    expect((await ask(owner.api, keys)).data.teamKeys.nodes.at(-1)).toMatchObject({ name: "deploy" });
    expect((await ask(operator.api, keys)).errors[0].extensions.code).toBe("FORBIDDEN");
  });

  it("is named with its team in the audit log and beside the commands that it sent", async () => {
    const { id, api } = await aKey({ name: unique("ci-") });
    const by = { kind: "team_key", id: team_id, name: expect.stringMatching(/^ci-\w+ \(Night shift\)$/), key_id: id };
    const headers = { "x-request-id": unique("req-") };
    await api.send("PUT /api/my-bots/{bot_id}", { params: { bot_id: bot.id }, body: { name: "Porter" }, headers });
    const sent = await api.send("POST /api/commands", { body: { bot_id: bot.id, type: "audited" } });
    const { json } = await owner.api.send("GET /api/audit", { query: { team_id } });
    const entries: AuditEntry[] = json.entries;
    expect(entries.find(({ action }) => action === "updateBot")).toMatchObject({ by, team_id: Number(team_id) });
    expect(entries.find(({ target }) => target?.id === sent.json.command.id)).toMatchObject({ by });
    expect(entries.find(({ action, target }) => action === "createTeamKey" && target?.id === id)).toMatchObject({
      by: { kind: "person", name: owner.username },
      target: { type: "team_key" },
    });
    const { command } = (
      await operator.api.send("GET /api/commands/{command_id}", { params: { command_id: sent.json.command.id } })
    ).json;
    expect(command.sender).toMatchObject(by);
  });
});

describe("service keys", () => {
  it("are made and listed by maintainers and owners who are there themselves", async () => {
    const body = { name: "x", scopes: ["bots:read"] };
    const make = ({ api }: { api: Api }) => api.send("POST /api/teams/{team_id}/keys", { params: { team_id }, body });
    const list = ({ api }: { api: Api }) => api.send("GET /api/teams/{team_id}/keys", { params: { team_id } });
    const [stranger, moderator] = [await aUser(), await aUser("moderator")];
    const statuses = async (call: typeof make, ...callers: { api: Api }[]) =>
      Promise.all(callers.map(async (caller) => (await call(caller)).status));
    const own = await anApiKey(owner, "operate");
    const service = await aKey();
    const callers = [maintainer, operator, stranger, moderator, await theAdmin(), own, service];
    expect(await statuses(make, ...callers)).toEqual([200, 403, 404, 403, 200, 403, 403]);
    expect(await statuses(list, ...callers)).toEqual([200, 403, 404, 403, 200, 200, 403]);
    const ofPerson = await owner.api.send("POST /api/teams/{team_id}/keys", {
      params: { team_id: String(owner.id) },
      body,
    });
    expect([ofPerson.status, errorOf(ofPerson.json).code]).toEqual([409, "CONFLICT"]);
  });

  it("are listed page by page, newest first", async () => {
    const { json } = await owner.api.send("POST /api/teams", { body: { name: "Pages" } });
    const params = { team_id: String(json.team.id) };
    for (const name of ["a", "b", "c"])
      await owner.api.call(createTeamKey, { params, body: { name, scopes: ["bots:read"] } });
    const seen: Json[] = [];
    let cursor: string | undefined;
    do {
      const page = await owner.api.send("GET /api/teams/{team_id}/keys", {
        params,
        query: { limit: "2", ...(cursor && { cursor }) },
      });
      seen.push(...page.json.keys);
      cursor = page.json.next_cursor ?? undefined;
    } while (cursor);
    expect(seen.map(({ name }) => name).sort()).toEqual(["a", "b", "c"]);
    // Two keys may be made in the same millisecond, so the times say the order and the names do not.
    const times = seen.map(({ created_at }) => created_at);
    expect(times).toEqual(times.toSorted().reverse());
    const none = await owner.api.send("GET /api/teams/{team_id}/keys", { params, query: { limit: "0" } });
    expect(none.json).toMatchObject({ keys: [], count: 0 });
  });

  it.each([
    ["no scope", { scopes: [] }],
    ["a scope that no bot has", { scopes: ["account:read"] }],
    ["the scope admin", { scopes: ["admin"] }],
    ["a bot of nobody", { scopes: ["bots:read"], bots: ["bot_unknown"] }],
    ["a network that is none", { scopes: ["bots:read"], ip_ranges: ["192.0.2.0/33"] }],
  ])("are not made with %s", async (_, limits) => {
    const body = { name: "x", ...limits };
    const made = await owner.api.send("POST /api/teams/{team_id}/keys", { params: { team_id }, body });
    expect(made.status).toBe(400);
  });

  it("are not limited to a bot that is only shared with the team", async () => {
    const body = { name: "x", scopes: ["bots:read"], bots: [personal.id] };
    const made = await owner.api.send("POST /api/teams/{team_id}/keys", { params: { team_id }, body });
    expect([made.status, errorOf(made.json).details?.field]).toEqual([400, "bots"]);
  });
});

describe("a new secret of a service key", () => {
  it("is announced to the owners of the team, when it is created and when it gets another secret", async () => {
    const name = unique("announced");
    const { id } = await aKey({ name }, maintainer);
    const body = {};
    await owner.api.call(rotateTeamKey, { params: ofKey(id), body });
    const titlesOf = async ({ api }: TestUser): Promise<string[]> =>
      (await api.send("GET /api/notifications")).json.notifications.map(({ title }: Json) => title);
    const expected = ["created", "rotated"].map((what) => `Service key ${what} for Night shift: ${name}`);
    await eventually(async () => expect(await titlesOf(owner)).toEqual(expect.arrayContaining(expected)));
    for (const title of await titlesOf(maintainer)) expect(title).not.toContain(name);
  });
});
