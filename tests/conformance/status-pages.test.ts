/** Status pages over HTTP: who manages them, what readers without an account see, and when they see nothing. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api, errorOf, type Json } from "../api";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { closeSockets, connected } from "../sockets";

let owner: TestUser;
let stranger: TestUser;
let bot: TestBot;
const nobody = new Api();
beforeAll(async () => {
  [owner, stranger] = [await aUser(), await aUser()];
  bot = await aBot(owner, { name: "Greeter" });
  await online(bot);
});
afterAll(closeSockets);

/** Keeps a bot online: without a connection it would be offline after 3 s of silence. */
const online = (one: TestBot) => connected({ token: one.token });

const report = (one: TestBot, status: string) =>
  one.api.send("POST /api/bot/{bot_id}/status", { params: { bot_id: one.id }, body: { status } });
const make = async (more: object = {}, by = owner): Promise<Json> => {
  const body = {
    title: "Our bots",
    slug: unique("page"),
    visibility: "public",
    components: [{ bot_id: bot.id }],
    ...more,
  };
  return (await by.api.send("POST /api/status-pages", { body })).json.page;
};
const of = (page_id: string) => ({ params: { page_id } });
const read = (slug: string, key?: string) =>
  nobody.send("GET /api/status/{slug}", { params: { slug }, query: key === undefined ? {} : { key } });
const keyOf = ({ path }: Json) => new URL(path, "http://server").searchParams.get("key") ?? undefined;

describe("a status page", () => {
  it("is read by everybody while it is public, and by nobody while it is off", async () => {
    const page = await make({ description: "All of them" });
    const { status, json } = await read(page.slug);
    expect(status).toBe(200);
    expect(json).toMatchObject({ title: "Our bots", description: "All of them", state: "operational", incidents: [] });
    expect(json.components).toMatchObject([{ name: "Greeter", state: "operational", bots: 1, up: 1, uptime: 1 }]);
    expect(json.components[0].days).toHaveLength(30);
    // Nothing that only the team should know.
    for (const secret of [bot.id, page.page_id, owner.username]) expect(JSON.stringify(json)).not.toContain(secret);
    const body = { title: page.title, slug: page.slug, components: page.components, visibility: "off" };
    await owner.api.send("PUT /api/status-pages/{page_id}", { ...of(page.page_id), body });
    const hidden = await read(page.slug);
    expect([hidden.status, (await read("no-such-page")).status]).toEqual([404, 404]);
  });

  it("by link needs the secret of the address, and a new link ends the old one", async () => {
    const page = await make({ visibility: "link" });
    const old = keyOf(page)!;
    expect(old).toHaveLength(32);
    for (const key of [undefined, "", `${old}x`, old.slice(1)]) expect((await read(page.slug, key)).status).toBe(404);
    expect((await read(page.slug, old)).status).toBe(200);
    const { json } = await owner.api.send("POST /api/status-pages/{page_id}/renew-link", of(page.page_id));
    expect((await read(page.slug, old)).status).toBe(404);
    expect((await read(page.slug, keyOf(json.page))).json.visibility).toBe("link");
    expect((await make()).path).not.toContain("key");
  });

  it("is its team's: maintainers change it, members see it, and it does not exist for others", async () => {
    const [maintainer, operator] = [await aUser(), await aUser()];
    const { id: team_id } = (await owner.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team;
    for (const [who, role] of [[maintainer, "maintainer"] as const, [operator, "operator"] as const])
      await owner.api.send("POST /api/teams/{team_id}/members", {
        params: { team_id: String(team_id) },
        body: { user_id: who.id, role },
      });
    const { page_id } = await make({ team_id, components: [] }, maintainer);
    const [listed] = (await operator.api.send("GET /api/status-pages")).json.pages;
    expect(listed).toMatchObject({ page_id, can_manage: false });
    const incident = (who: TestUser) =>
      who.api.send("POST /api/status-pages/{page_id}/incidents", { ...of(page_id), body: { title: "Late" } });
    expect([(await incident(operator)).status, (await incident(maintainer)).status]).toEqual([403, 200]);
    for (const line of ["GET /api/status-pages/{page_id}", "DELETE /api/status-pages/{page_id}"])
      expect((await stranger.api.send(line, of(page_id))).status).toBe(404);
    expect((await incident(stranger)).status).toBe(404);
    expect((await stranger.api.send("GET /api/status-pages")).json.pages).toEqual([]);
    const admin = await theAdmin();
    const all = (await admin.api.send("GET /api/status-pages")).json.pages.map((page: Json) => page.page_id);
    expect(all).toContain(page_id);
  });

  it.each<[string, number, () => object | Promise<object>]>([
    ["slug", 400, () => ({ slug: "Not a slug" })],
    ["slug", 409, async () => ({ slug: (await make()).slug })],
    ["components", 400, () => ({ components: [{ bot_id: "bot_unknown" }] })],
    ["components", 400, async () => ({ components: [{ bot_id: (await aBot(stranger)).id }] })],
    ["components", 400, () => ({ components: [{ bot_id: bot.id }, { bot_id: bot.id }] })],
    ["components.0.bot_id", 400, () => ({ components: [{ name: "Nothing" }] })],
    ["visibility", 400, () => ({ visibility: "secret" })],
  ])("refuses a wrong %s by %d", async (field, status, more) => {
    const body = { title: "Our bots", slug: unique("page"), ...(await more()) };
    const refused = await owner.api.send("POST /api/status-pages", { body });
    expect([refused.status, errorOf(refused.json).details?.field]).toEqual([status, field]);
  });

  it("no longer shows a bot that was deleted", async () => {
    const gone = await aBot(owner, { name: "Gone" });
    const page = await make({ components: [{ bot_id: gone.id }, { bot_id: bot.id, name: "Front desk" }] });
    const names = async () => (await read(page.slug)).json.components.map(({ name }: Json) => name);
    expect(await names()).toEqual(["Gone", "Front desk"]);
    await owner.api.send("DELETE /api/my-bots/{bot_id}", { params: { bot_id: gone.id } });
    await owner.api.send("POST /api/status-pages/{page_id}/renew-link", of(page.page_id));
    expect(await names()).toEqual(["Front desk"]);
  });
});

describe("while something is wrong", () => {
  it("shows a bot that goes offline, also within a tag, and that it is back", async () => {
    const [one, other] = [await aBot(owner, { name: "One" }), await aBot(owner, { name: "Other" })];
    for (const made of [one, other]) {
      await owner.api.send("PUT /api/my-bots/{bot_id}/tags", { params: { bot_id: made.id }, body: { tags: ["desk"] } });
    }
    await online(other);
    for (const status of ["online", "offline"]) await report(one, status);
    const lines = [{ bot_id: one.id }, { tag: "desk" }, { bot_id: bot.id, name: "Greeter" }];
    const page = await make({ components: lines });
    const { json } = await read(page.slug);
    expect(json.state).toBe("degraded");
    expect(json.components).toMatchObject([
      { name: "One", state: "outage", up: 0 },
      { name: "desk", state: "degraded", bots: 2, up: 1 },
      { name: "Greeter", state: "operational" },
    ]);
    await online(one);
    await owner.api.send("POST /api/status-pages/{page_id}/renew-link", of(page.page_id));
    const back = await eventually(
      () => read(page.slug),
      (reply) => reply.json.state === "operational",
    );
    expect(back.json.components[1]).toMatchObject({ up: 2 });
  });

  it("shows an incident with its updates until it is resolved", async () => {
    const page = await make();
    const params = { page_id: page.page_id };
    const reported = await owner.api.send("POST /api/status-pages/{page_id}/incidents", {
      params,
      body: { title: "Commands are late", impact: "major", text: "We are looking." },
    });
    const { incident_id } = reported.json.incident;
    const seen = async () => (await read(page.slug)).json;
    expect(await seen()).toMatchObject({ state: "outage", incidents: [{ incident_id, state: "investigating" }] });
    const update = (body: object) =>
      owner.api.send("POST /api/status-pages/{page_id}/incidents/{incident_id}/updates", {
        params: { ...params, incident_id },
        body,
      });
    await update({ state: "identified", text: "A slow disk." });
    const resolved = (await update({ state: "resolved", text: "The disk was replaced." })).json.incident;
    expect(resolved.resolved_at).not.toBeNull();
    const after = await seen();
    expect(after).toMatchObject({ state: "operational" });
    expect(after.incidents[0].updates.map(({ text }: Json) => text)).toEqual([
      ...["The disk was replaced.", "A slow disk.", "We are looking."],
    ]);
    expect((await update({ state: "monitoring" })).json.incident.resolved_at).toBeNull();
    const { json } = await owner.api.send("GET /api/status-pages/{page_id}/incidents", { params });
    expect(json.count).toBe(1);
    const remove = () =>
      owner.api.send("DELETE /api/status-pages/{page_id}/incidents/{incident_id}", {
        params: { ...params, incident_id },
      });
    expect([(await remove()).status, (await remove()).status]).toEqual([200, 404]);
    expect((await seen()).incidents).toEqual([]);
  });

  it("takes no more than 50 updates of one incident, also at once", async () => {
    const { page_id } = await make();
    const { incident } = (
      await owner.api.send("POST /api/status-pages/{page_id}/incidents", { ...of(page_id), body: { title: "Long" } })
    ).json;
    const params = { page_id, incident_id: incident.incident_id };
    const line = "POST /api/status-pages/{page_id}/incidents/{incident_id}/updates";
    const replies = await Promise.all(
      Array.from({ length: 51 }, () => owner.api.send(line, { params, body: { state: "monitoring", text: "Still" } })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(49);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(2);
  });

  it("says that a bot is in maintenance, without the name of the window", async () => {
    const served = await aBot(owner, { name: "Served" });
    await online(served);
    const ends_at = new Date(Date.now() + 3_600_000).toISOString();
    await owner.api.send("POST /api/maintenance-windows", {
      body: { name: "Inner matters", bots: [served.id], ends_at },
    });
    const { text, json } = await read((await make({ components: [{ bot_id: served.id }] })).slug);
    expect(json).toMatchObject({ state: "maintenance", components: [{ state: "maintenance" }] });
    expect(json.maintenance).toMatchObject([{ names: ["Served"], is_active: true, ends_at }]);
    expect(text).not.toContain("Inner matters");
  });
});

describe("a badge", () => {
  const badge = (slug: string, query: Record<string, string> = {}) =>
    nobody.send("GET /api/status/{slug}/badge", { params: { slug }, query });

  it("shows the state or the uptime, as a picture that cannot run anything", async () => {
    const page = await make({ title: "<script>alert(1)</script> & more" });
    const { status, text, headers } = await badge(page.slug);
    expect([status, headers.get("content-type")]).toEqual([200, "image/svg+xml; charset=utf-8"]);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(text).toContain("operational");
    expect(text).toContain("&lt;script&gt;");
    expect(text).not.toContain("<script>");
    expect((await badge(page.slug, { line: "1", show: "uptime" })).text).toContain("100 %");
  });

  it("is 404 for a line that is not there, and for a page that is off", async () => {
    const page = await make();
    const hidden = await make({ visibility: "off" });
    expect((await badge(page.slug, { line: "2" })).status).toBe(404);
    expect((await badge(hidden.slug)).status).toBe(404);
  });
});
