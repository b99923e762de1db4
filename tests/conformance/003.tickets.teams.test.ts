/** Tickets that a bot opened: the operators of the bot answer them as staff do, and nobody else of the team sees them. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TeamRole } from "@/lib/core/contract.roles";
import { createApiKey } from "@/lib/identity/accounts/credentials/contract.keys";
import { createTeamKey } from "@/lib/identity/teams/contract.keys";
import type { Api, Json } from "../api";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { data } from "../graphql";
import { closeSockets } from "../sockets";
import { ask, joined, type Line, line, quiet } from "../ticket-sockets";
import { aTicket, on, QUESTION, T } from "../tickets";

let mod: TestUser;
let owner: TestUser;
let operator: TestUser;
let viewer: TestUser;
let stranger: TestUser;
let team_id: string;
let bot: TestBot;
let ticket: Json;

const addMember = (user: TestUser, role: TeamRole) =>
  owner.api.send("POST /api/teams/{team_id}/members", { params: { team_id }, body: { user_id: user.id, role } });
const shareBot = (user: TestUser, role: TeamRole) =>
  owner.api.send("POST /api/my-bots/{bot_id}/grants", {
    params: { bot_id: bot.id },
    body: { user_id: user.id, role },
  });
const open = () => aTicket(bot, { user_id: "4711", user_name: "Ada" });
const send = (api: Api, body: Record<string, unknown>, to = ticket) =>
  api.send(`POST ${T}/messages`, { ...on(to), body });
const listed = async (api: Api, query: Record<string, string> = {}): Promise<string[]> =>
  (await api.send("GET /api/tickets", { query: { limit: "200", ...query } })).json.tickets.map(
    (one: Json) => one.ticket_id,
  );

beforeAll(async () => {
  [mod, owner, operator, viewer, stranger] = await Promise.all([
    aUser("moderator"),
    aUser(),
    aUser(),
    aUser(),
    aUser(),
  ]);
  team_id = String((await owner.api.send("POST /api/teams", { body: { name: "Help desk" } })).json.team.id);
  await addMember(operator, "operator");
  await addMember(viewer, "viewer");
  bot = await aBot(owner, { name: "Helper", team_id: Number(team_id) });
  ticket = await open();
});
afterEach(closeSockets);

describe("operators of the bot", () => {
  it("read a ticket, its priority and tags, and answer as staff", async () => {
    const { json } = await operator.api.send(`GET ${T}`, on(ticket));
    expect(json).toMatchObject({ ticket_id: ticket.ticket_id, priority: "normal", tags: [] });
    expect((await send(operator.api, { content: "Try the new link." })).json.message).toMatchObject({
      author_type: "staff",
      is_admin: true,
    });
    const read = await bot.api.send(`GET ${T}/messages`, on(ticket));
    expect(read.text).toContain("Try the new link.");
  });

  it("share notes with staff, which the bot does not see", async () => {
    await send(operator.api, { content: "asked the night shift", is_note: true });
    await send(mod.api, { content: "known since Monday", is_note: true });
    for (const api of [operator.api, owner.api, mod.api]) {
      const { text } = await api.send(`GET ${T}/messages`, on(ticket));
      expect(text).toContain("asked the night shift");
      expect(text).toContain("known since Monday");
    }
    for (const path of ["", "/messages", "/transcript"]) {
      const { text } = await bot.api.send(`GET ${T}${path}`, { ...on(ticket), query: path ? {} : undefined });
      expect(text).not.toMatch(/night shift|since Monday/);
    }
    expect(await listed(operator.api, { q: "since Monday" })).toEqual([ticket.ticket_id]);
    expect(await listed(bot.api, { q: "since Monday" })).toEqual([]);
  });

  it("claim, assign, change, close, reopen and merge", async () => {
    const [one, other] = [await open(), await open()];
    expect((await operator.api.send(`POST ${T}/claim`, on(one))).json.ticket).toMatchObject({
      status: "claimed",
      assigned_to: String(operator.id),
    });
    expect(await listed(operator.api, { view: "assigned" })).toEqual([one.ticket_id]);
    const changes: [string, unknown][] = [
      [`PATCH ${T}`, { priority: "urgent" }],
      [`POST ${T}/assign`, { user_id: String(owner.id) }],
      [`POST ${T}/close`, { close_message: "Done." }],
      [`POST ${T}/reopen`, undefined],
      [`POST ${T}/merge`, { into: other.ticket_id }],
    ];
    for (const [name, body] of changes)
      expect([name, (await operator.api.send(name, { ...on(one), body })).status]).toEqual([name, 200]);
    await operator.api.refused(`DELETE ${T}`, "FORBIDDEN", on(other));
    await operator.api.send(`POST ${T}/close`, on(other));
  });

  it("assign it to staff and to people who operate the bot, and to nobody else", async () => {
    const query = { ticket_id: ticket.ticket_id };
    const { json } = await operator.api.send("GET /api/tickets/assignees", { query });
    const names = json.assignees.map((one: Json) => one.username);
    expect(names).toEqual(expect.arrayContaining([owner.username, operator.username]));
    expect(names).not.toContain(viewer.username);
    await operator.api.refused("GET /api/tickets/assignees", "FORBIDDEN", {});
    await viewer.api.refused("GET /api/tickets/assignees", "FORBIDDEN", { query });
    for (const who of [viewer, stranger])
      await operator.api.refused(`POST ${T}/assign`, "INVALID_INPUT", {
        ...on(ticket),
        body: { user_id: String(who.id) },
      });
    // An operator answers the tickets of the bot, so staff cannot assign them another one.
    const other = { ...on(await aTicket(await aUser())), body: { user_id: String(operator.id) } };
    await mod.api.refused(`POST ${T}/assign`, "INVALID_INPUT", other);
    expect(
      (await operator.api.send(`POST ${T}/assign`, { ...on(ticket), body: { user_id: String(mod.id) } })).status,
    ).toBe(200);
    await operator.api.send(`POST ${T}/assign`, { ...on(ticket), body: { user_id: null } });
  });

  it("find them in lists, counts and searches beside their own tickets", async () => {
    const own = await aTicket(operator, { subject: "A ticket of the operator" });
    expect(await listed(operator.api)).toEqual(expect.arrayContaining([own.ticket_id, ticket.ticket_id]));
    expect(await listed(operator.api, { view: "mine" })).toEqual([own.ticket_id]);
    expect(await listed(operator.api, { bot_id: bot.id, priority: "normal", status: "active" })).toEqual([
      ticket.ticket_id,
    ]);
    const counts = (await operator.api.send("GET /api/tickets/counts")).json;
    expect([counts.mine, counts.active]).toEqual([1, 2]);
    // Their own ticket shows neither priority nor tags, here as everywhere.
    expect((await operator.api.send(`GET ${T}`, on(own))).json.priority).toBeUndefined();
    await operator.api.refused("GET /api/tickets", "INVALID_INPUT", { query: { priority: "normal" } });
    await operator.api.send("GET /api/tickets/my").then(({ text }) => expect(text).not.toContain(ticket.ticket_id));
  });

  it("have the same rights in GraphQL", async () => {
    const one = await open();
    const fields = `{ success ticket { id status } }`;
    const claim = `mutation { claimTicket(ticketId: "${one.ticket_id}") ${fields} }`;
    expect(await data(operator, claim)).toEqual({
      claimTicket: { success: true, ticket: { id: one.ticket_id, status: "claimed" } },
    });
    await data(operator, `mutation { closeTicket(ticketId: "${one.ticket_id}") ${fields} }`);
    expect((await data(operator, `{ ticket(id: "${one.ticket_id}") { status } }`)).ticket.status).toBe("closed");
    expect(await codes(viewer, claim)).toBe("FORBIDDEN");
  });

  it("are notified of new tickets and answers", async () => {
    const one = await open();
    const titles = async () => (await operator.api.send("GET /api/notifications")).text;
    await eventually(titles, (text) => text.includes(`#${one.ticket_num}`));
    expect((await viewer.api.send("GET /api/notifications")).text).not.toContain(`#${one.ticket_num}`);
    await operator.api.send(`POST ${T}/close`, on(one));
  });
});

const codes = async (who: TestUser, query: string) =>
  (await who.api.send("POST /graphql", { body: { query } })).json.errors?.[0].extensions.code;

describe("everybody else", () => {
  it("of the team and outside sees no ticket of the bot", async () => {
    for (const who of [viewer, stranger]) {
      expect([who.username, await listed(who.api)]).toEqual([who.username, []]);
      for (const name of [`GET ${T}`, `GET ${T}/messages`, `POST ${T}/claim`, `POST ${T}/close`])
        await who.api.refused(name, "FORBIDDEN", on(ticket));
    }
    await viewer.api.refused("GET /api/tickets", "FORBIDDEN", { query: { bot_id: bot.id } });
    await stranger.api.refused("GET /api/tickets", "NOT_FOUND", { query: { bot_id: bot.id } });
  });

  it("answers while the bot is shared with them, and not after", async () => {
    const guest = await aUser();
    const { json } = await shareBot(guest, "operator");
    expect(await listed(guest.api)).toEqual(await listed(owner.api, { bot_id: bot.id }));
    expect((await send(guest.api, { content: "A guest helps." })).status).toBe(200);
    const params = { bot_id: bot.id, grant_id: String(json.grant.id) };
    await owner.api.send("DELETE /api/my-bots/{bot_id}/grants/{grant_id}", { params });
    expect(await listed(guest.api)).toEqual([]);
    await guest.api.refused(`GET ${T}`, "FORBIDDEN", on(ticket));
  });
});

describe("keys", () => {
  async function aKeyOfOneBot(user: TestUser) {
    const body = { name: "one bot", scopes: ["tickets:read" as const, "tickets:write" as const], bots: [bot.id] };
    return user.api.bearer((await user.api.call(createApiKey, { body })).secret);
  }

  it("of a person reach the tickets of the bots that they are limited to", async () => {
    const own = await aTicket(operator, { subject: "Not for keys of one bot" });
    const limited = await aKeyOfOneBot(operator);
    expect(await listed(limited)).toEqual(await listed(operator.api, { bot_id: bot.id }));
    await limited.refused(`GET ${T}`, "FORBIDDEN", on(own));
    const staff = await aKeyOfOneBot(mod);
    expect((await staff.send(`GET ${T}`, on(ticket))).status).toBe(200);
    await staff.refused(`GET ${T}`, "FORBIDDEN", on(own));
    expect(await listed(staff)).toEqual(await listed(mod.api, { bot_id: bot.id }));
  });

  it("of one bot with a scope for all areas reach no tickets, as when they were made", async () => {
    const body = { name: "older", scope: "operate" as const, bots: [bot.id] };
    const older = operator.api.bearer((await operator.api.call(createApiKey, { body })).secret);
    await older.refused(`GET ${T}`, "FORBIDDEN", on(ticket));
    await older.refused("GET /api/tickets", "FORBIDDEN");
    await older.refused(`POST ${T}/close`, "FORBIDDEN", on(ticket));
  });

  it("of a team answer and close, but neither claim nor open a ticket", async () => {
    const scopes = ["tickets:read", "tickets:write"] as const;
    const made = await owner.api.call(createTeamKey, {
      params: { team_id },
      body: { name: "desk", scopes: [...scopes] },
    });
    const api = owner.api.bearer(made.secret);
    const one = await open();
    expect(await listed(api)).toEqual(expect.arrayContaining([one.ticket_id, ticket.ticket_id]));
    expect((await send(api, { content: "We are on it." }, one)).json.message).toMatchObject({ author_type: "staff" });
    await api.refused(`POST ${T}/claim`, "FORBIDDEN", on(one));
    await api.refused("POST /api/tickets", "FORBIDDEN", { body: QUESTION });
    expect((await api.send(`POST ${T}/close`, on(one))).status).toBe(200);
    const own = await aTicket(owner);
    await api.refused(`GET ${T}`, "FORBIDDEN", on(own));
  });
});

describe("live", () => {
  const events = (one: Line) => one.names();

  it("operators get notes, typing and hints, until they are operators no more", async () => {
    const helper = await aUser();
    await addMember(helper, "operator");
    const [staff, watcher] = [await joined(helper, ticket.ticket_id), await line(viewer)];
    await send(mod.api, { content: "a note while watching", is_note: true });
    await staff.event("new_message", ({ message }: Json) => message === "a note while watching");
    await staff.event("ticket_list", ({ ticket_ids }: Json) => ticket_ids.includes(ticket.ticket_id));
    await owner.api.send("PUT /api/teams/{team_id}/members/{user_id}", {
      params: { team_id, user_id: String(helper.id) },
      body: { role: "viewer" },
    });
    await staff.event("left_ticket", ({ ticket_id }: Json) => ticket_id === ticket.ticket_id);
    staff.heard.length = 0;
    await send(mod.api, { content: "not for viewers", is_note: true });
    await quiet();
    for (const one of [staff, watcher]) expect(events(one)).not.toEqual(expect.arrayContaining(["ticket_list"]));
    expect(JSON.stringify(staff.heard)).not.toContain("not for viewers");
    expect(await ask(staff, "join_ticket", { ticket_id: ticket.ticket_id })).toMatchObject({ code: "FORBIDDEN" });
  });

  it("a bot that goes to another team takes its tickets along", async () => {
    const moving = await aBot(owner, { name: "Mover", team_id: Number(team_id) });
    const one = await aTicket(moving, { user_id: "1" });
    const before = await joined(operator, one.ticket_id);
    const { json } = await stranger.api.send("POST /api/teams", { body: { name: "Elsewhere" } });
    const to = String(json.team.id);
    await stranger.api.send("POST /api/teams/{team_id}/members", {
      params: { team_id: to },
      body: { user_id: owner.id, role: "owner" },
    });
    await owner.api.send("POST /api/my-bots/{bot_id}/transfer", {
      params: { bot_id: moving.id },
      body: { team_id: Number(to) },
    });
    await before.event("left_ticket", ({ ticket_id }: Json) => ticket_id === one.ticket_id);
    await operator.api.refused(`GET ${T}`, "FORBIDDEN", on(one));
    expect((await stranger.api.send(`GET ${T}`, on(one))).status).toBe(200);
  });
});
