/** API keys that are limited to tags, of people and of teams: over HTTP, GraphQL and sockets, while tags come and go. */
import { beforeAll, describe, expect, it } from "vitest";
import { transferBot } from "@/lib/fleet/bots/contract.transfer";
import { createApiKey, rotateApiKey } from "@/lib/identity/accounts/credentials/contract.keys";
import { createTeamKey } from "@/lib/identity/teams/contract.keys";
import { Api, errorOf, type Json } from "../api";
import { quiet } from "../events";
import { aBot, aUser, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { connected } from "../sockets";

let owner: TestUser;
let stranger: TestUser;
let team_id: number;
/** Bots of the team: with the tag from people, with the tag from its own report, and with another tag. */
let tagged: TestBot;
let reporting: TestBot;
let other: TestBot;
/** A bot of another team with the same tag. */
let theirs: TestBot;
let hidden: string[];
const tag = unique("Night-");

const setTags = (by: { api: Api }, bot: TestBot, tags: string[]) =>
  by.api.send("PUT /api/my-bots/{bot_id}/tags", { params: { bot_id: bot.id }, body: { tags } });
const log = (bot: TestBot, message: string) =>
  bot.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body: { message } });
const idsOf = async (api: Api): Promise<string[]> =>
  (await api.send("GET /api/bots")).json.bots.map(({ id }: Json) => id).sort();

async function aPersonalKey(user: TestUser, limits: Json) {
  const { key, secret } = await user.api.call(createApiKey, {
    body: { name: "limited", ...limits } as never,
  });
  return { key, secret, api: new Api().bearer(secret) };
}
async function aServiceKey(limits: Json) {
  const body = { name: "limited", scopes: ["bots:read", "bots:write", "commands:send", "logs:read"], ...limits };
  const params = { team_id: String(team_id) };
  const { key, secret } = await owner.api.call(createTeamKey, { params, body: body as never });
  return { key, secret, api: new Api().bearer(secret) };
}

beforeAll(async () => {
  [owner, stranger] = await Promise.all([aUser(), aUser()]);
  team_id = (await owner.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team.id;
  [tagged, reporting, other, theirs] = await Promise.all([
    aBot(owner, { name: "Tagged", team_id }),
    aBot(owner, { name: "Reporting", team_id, metadata: { tags: [tag] } }),
    aBot(owner, { name: "Other", team_id }),
    aBot(stranger, { name: "Theirs" }),
  ]);
  await setTags(owner, tagged, [tag]);
  await setTags(owner, other, ["music"]);
  await setTags(stranger, theirs, [tag.toUpperCase()]);
  hidden = [reporting.id, other.id, theirs.id];
  for (const bot of [tagged, reporting, other, theirs]) await log(bot, `line of ${bot.id}`);
});

describe.each([
  ["a service key", () => aServiceKey({ tags: [tag] })],
  ["a personal key", () => aPersonalKey(owner, { scope: "operate", tags: [tag] })],
] as const)("%s that is limited to a tag", (_, make) => {
  let key: Awaited<ReturnType<typeof make>>;
  beforeAll(async () => {
    key = await make();
  });

  it("names the tag, and sees the bots that people gave it alone", async () => {
    expect(key.key).toMatchObject({ bots: null, tags: [tag] });
    for (const line of ["GET /api/my-bots", "GET /api/bots", "GET /api/logs", "GET /api/export/logs"]) {
      const listed = await key.api.send(line);
      expect([line, listed.status]).toEqual([line, 200]);
      expect(listed.text).toContain(tagged.id);
      for (const id of hidden) expect(listed.text).not.toContain(id);
    }
    for (const id of hidden)
      expect((await key.api.send("GET /api/my-bots/{bot_id}", { params: { bot_id: id } })).status).toBe(404);
    const { json } = await key.api.send("GET /api/bots/facets");
    expect(json.teams).toEqual([{ id: team_id, count: 1 }]);
    expect((await key.api.send("GET /api/logs", { query: { search: "line" } })).json.logs).toHaveLength(1);
  });

  it("sends a command to them alone, by id and by filter", async () => {
    const bot_ids = [tagged.id, ...hidden];
    const named = await key.api.send("POST /api/commands/bulk", { body: { bot_ids, type: "ping" } });
    expect(named.json.results.map(({ status }: Json) => status)).toEqual(["queued", "error", "error", "error"]);
    // The filter's tag is reported by a bot that the key does not reach.
    const all = await key.api.send("POST /api/commands/bulk", { body: { filter: { tag }, type: "ping" } });
    expect(all.json).toMatchObject({ count: 1, queued: 1 });
  });

  it("sees them alone in GraphQL", async () => {
    const query = `{ bots { nodes { id } } bot(id: "${other.id}") { id } }`;
    const { json } = await key.api.send("POST /graphql", { body: { query } });
    expect(json).toMatchObject({ data: { bots: { nodes: [{ id: tagged.id }] }, bot: null } });
  });

  it("is refused what reaches beyond single bots", async () => {
    for (const line of ["GET /api/alerts", "POST /api/my-bots"]) {
      const refused = await key.api.send(line, { body: line.startsWith("POST") ? { name: "x" } : undefined });
      expect([line, refused.status, errorOf(refused.json).error]).toMatchObject([
        ...[line, 403, expect.stringContaining("limited to chosen bots")],
      ]);
    }
  });

  it("neither sets nor removes the tag, and sets others", async () => {
    const refused = await setTags(key, tagged, ["music"]);
    expect([refused.status, errorOf(refused.json).error]).toEqual([
      403,
      `The tag "${tag.toLowerCase()}" decides which bots this API key reaches: the key may neither set nor remove it`,
    ]);
    expect((await setTags(key, tagged, [tag, "music"])).status).toBe(200);
    expect((await setTags(key, other, [tag])).status).toBe(404);
    await setTags(owner, tagged, [tag]);
  });

  it("follows the tag at once, also on open sockets", async () => {
    const [plain, watching] = [await connected({ token: key.secret }), await connected({ token: key.secret })];
    expect(await watching.client.timeout(150_000).emitWithAck("watch", { topics: ["logs"] })).toEqual({ status: "ok" });
    await setTags(owner, other, ["music", tag]);
    expect(await idsOf(key.api)).toEqual([tagged.id, other.id].sort());
    await log(other, "while tagged");
    await plain.event("new_log", ({ message }) => message === "while tagged");
    await watching.event("batch", (batch) => JSON.stringify(batch).includes("while tagged"));
    await setTags(owner, other, ["music"]);
    expect(await idsOf(key.api)).toEqual([tagged.id]);
    await log(other, "after the tag");
    await log(tagged, "of the tagged bot");
    await plain.event("new_log", ({ message }) => message === "of the tagged bot");
    await watching.event("batch", (batch) => JSON.stringify(batch).includes("of the tagged bot"));
    await quiet();
    expect(JSON.stringify([plain.heard, watching.heard])).not.toContain("after the tag");
    expect(plain.names()).toContain("access_changed");
  });

  it("reaches a bot with the tag when it comes to the team, until it goes or is deleted", async () => {
    const comer = await aBot(owner, { name: "Comer", team_id });
    await setTags(owner, comer, [tag]);
    const move = (by: TestUser, to: Json) =>
      by.api.call(transferBot, { params: { bot_id: comer.id }, body: to as never });
    expect(await idsOf(key.api)).toContain(comer.id);
    await move(owner, { user_id: stranger.id });
    expect(await idsOf(key.api)).not.toContain(comer.id);
    await stranger.api.send("POST /api/my-bots/{bot_id}/grants", {
      params: { bot_id: comer.id },
      body: { username: owner.username, role: "viewer" },
    });
    // A bot that is shared with a person is within reach of the person's keys. A team's key has no shares.
    expect((await idsOf(key.api)).includes(comer.id)).toBe(!key.secret.startsWith("mt_"));
    await stranger.api.send("DELETE /api/my-bots/{bot_id}", { params: { bot_id: comer.id } });
    expect(await idsOf(key.api)).toEqual([tagged.id]);
  });
});

it("a key that is limited to bots and tags reaches both", async () => {
  const { api } = await aServiceKey({ tags: [tag], bots: [other.id] });
  expect(await idsOf(api)).toEqual([tagged.id, other.id].sort());
});

it("a key whose tags no bot has reaches nothing, in lists, searches, exports and series", async () => {
  const { api } = await aPersonalKey(owner, { scope: "operate", tags: ["nobody has this"] });
  for (const line of [
    "GET /api/bots",
    "GET /api/logs",
    "GET /api/export/logs",
    "GET /api/commands",
    "GET /api/messages",
  ]) {
    const { status, text } = await api.send(line);
    expect([line, status]).toEqual([line, 200]);
    for (const id of [tagged.id, ...hidden]) expect(text).not.toContain(id);
  }
  expect((await api.send("GET /api/logs", { query: { search: "line" } })).json.logs).toEqual([]);
  expect((await api.send("GET /api/logs/groups")).status).toBe(200);
  expect((await api.send("GET /api/series", { query: { names: "online" } })).status).toBe(200);
});

it("an admin's key reaches every bot with its tag, until the admin is none", async () => {
  const root = await aUser("admin");
  const { api } = await aPersonalKey(root, { scopes: ["bots:read"], tags: [tag] });
  expect(await idsOf(api)).toEqual([tagged.id, theirs.id].sort());
  const params = { user_id: String(root.id) };
  await (await theAdmin()).api.send("PATCH /api/users/{user_id}", { params, body: { role: "user" } });
  expect(await idsOf(api)).toEqual([]);
});

it("a rotated key keeps its tags, and lists show them in REST and GraphQL", async () => {
  const made = await aPersonalKey(owner, { scopes: ["bots:read"], tags: ["b", "A", "a"] });
  expect(made.key.tags).toEqual(["A", "b"]);
  const { key } = await owner.api.call(rotateApiKey, { params: { key_id: made.key.id }, body: {} });
  expect(key.tags).toEqual(["A", "b"]);
  const service = await aServiceKey({ tags: [tag] });
  const query = `{ teamKeys(teamId: "${team_id}") { nodes { id bots tags } } }`;
  const { data } = (await owner.api.send("POST /graphql", { body: { query } })).json;
  expect(data.teamKeys.nodes).toContainEqual({ id: service.key.id, bots: null, tags: [tag] });
});

it.each([
  ["a tag with a comma", { tags: ["a,b"] }],
  ["no tag", { tags: [] }],
  ["too many tags", { tags: Array.from({ length: 11 }, (_, at) => `t${at}`) }],
  ["a scope beyond bots", { tags: ["a"], scopes: ["alerts:read"] }],
])("a key is not made with %s", async (_, limits) => {
  const made = await owner.api.send("POST /api/auth/api-keys", {
    body: { name: "x", scopes: ["bots:read"], ...limits },
  });
  expect(made.status).toBe(400);
});
