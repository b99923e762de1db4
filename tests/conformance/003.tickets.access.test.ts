/** Tickets over real HTTP: everybody sees and changes only what is theirs, bots for their users too. */
import { beforeAll, describe, expect, it } from "vitest";
import { listTickets } from "@/lib/community/tickets/contract";
import type { Json } from "../api";
import { aBot, aUser, type TestBot, type TestUser, unique } from "../factories";
import { aTicket, on, QUESTION, T } from "../tickets";

let mod: TestUser;
let ada: TestUser;
let eve: TestUser;
let bot: TestBot;
beforeAll(async () => {
  [mod, ada, eve] = await Promise.all([aUser("moderator"), aUser(), aUser()]);
  bot = await aBot(ada);
});

const inList = async (who: TestUser, ticketId: string, query = {}): Promise<Json> =>
  (await who.api.call(listTickets, { query: { limit: 200, ...query } })).tickets.find(
    (one) => one.ticket_id === ticketId,
  );

describe("visibility", () => {
  it("another user's ticket is 403 and a missing one 404, on every path", async () => {
    const ticket = await aTicket(await aUser());
    for (const line of [
      `GET ${T}`,
      `GET ${T}/messages`,
      `GET ${T}/transcript`,
      `POST ${T}/send`,
      `POST ${T}/messages`,
      `POST ${T}/mark-read`,
      `POST ${T}/reopen`,
    ]) {
      const body = line.startsWith("POST") ? { message: "x", content: "x" } : undefined;
      await eve.api.refused(line, "FORBIDDEN", { ...on(ticket), body });
      await bot.api.refused(line, "FORBIDDEN", { ...on(ticket), body });
      await eve.api.refused(line, "NOT_FOUND", { params: { ticket_id: "ticket_none" }, body });
    }
    expect((await eve.api.send("GET /api/tickets", { query: { q: QUESTION.subject } })).text).not.toContain(
      ticket.ticket_id,
    );
  });

  it("a user may not close, claim, assign, merge, delete or change even their own ticket", async () => {
    const someone = await aUser();
    const ticket = await aTicket(someone);
    const calls: [string, unknown][] = [
      [`POST ${T}/close`, {}],
      [`POST ${T}/claim`, undefined],
      [`POST ${T}/assign`, { user_id: String(mod.id) }],
      [`POST ${T}/merge`, { into: ticket.ticket_id }],
      [`PATCH ${T}`, { priority: "urgent" }],
      [`DELETE ${T}`, undefined],
    ];
    for (const [line, body] of calls) await someone.api.refused(line, "FORBIDDEN", { ...on(ticket), body });
    await mod.api.refused(`DELETE ${T}`, "FORBIDDEN", on(ticket));
    expect((await inList(mod, ticket.ticket_id)).status).toBe("open");
  });

  it("priority and tags are for staff", async () => {
    const someone = await aUser();
    const ticket = await aTicket(someone);
    const body = { priority: "urgent", tags: ["vip", "vip", "billing"] };
    const { json } = await mod.api.send(`PATCH ${T}`, { ...on(ticket), body });
    expect(json.ticket).toMatchObject({ priority: "urgent", tags: ["vip", "billing"] });
    const { text } = await someone.api.send(`GET ${T}`, on(ticket));
    expect(text).not.toMatch(/urgent|vip|priority|tags/);
    await someone.api.refused("GET /api/tickets", "INVALID_INPUT", { query: { priority: "urgent" } });
    expect((await inList(mod, ticket.ticket_id, { priority: "urgent" })).ticket_id).toBe(ticket.ticket_id);
    const same = await mod.api.send(`PATCH ${T}`, { ...on(ticket), body: { priority: "urgent" } });
    expect(same.json.message).toBe("Nothing changed");
  });

  it("a changed subject is found by its new text", async () => {
    const ticket = await aTicket(await aUser());
    const subject = `About ${unique("Größe")}`;
    await mod.api.send(`PATCH ${T}`, { ...on(ticket), body: { subject, type: "bug" } });
    expect(await inList(mod, ticket.ticket_id, { q: subject.toUpperCase() })).toMatchObject({ subject, type: "Bug" });
  });

  it("tickets of a deleted account are anonymised or deleted, as the person chose", async () => {
    const [someone, keeper, helper] = [await aUser(), await aUser(), await aUser("moderator")];
    const [gone, kept, stays] = [await aTicket(someone), await aTicket(keeper), await aTicket(await aUser())];
    await helper.api.send(`POST ${T}/claim`, on(stays));
    await helper.api.send(`POST ${T}/send`, { ...on(stays), body: { message: "I am on it" } });
    for (const one of [someone, keeper, helper])
      await one.api.send("POST /api/auth/delete-account", {
        body: { password: one.password, erase_tickets: one === someone },
      });
    await expect.poll(async () => (await mod.api.send(`GET ${T}`, on(kept))).json.status).toBe("closed");
    for (const path of [T, `${T}/transcript`]) {
      const answer = await mod.api.send(`GET ${path}`, on(kept));
      expect(answer.text).toContain("Deleted user");
      expect(answer.text).not.toContain(keeper.username);
    }
    await expect.poll(async () => (await mod.api.send(`GET ${T}`, on(gone))).status).toBe(404);
    await expect.poll(async () => (await mod.api.send(`GET ${T}`, on(stays))).json.status).toBe("open");
    const { text, json } = await mod.api.send(`GET ${T}`, on(stays));
    expect(json.messages.find((one: Json) => one.content === "I am on it")).toMatchObject({
      author_name: "Deleted user",
    });
    expect(text.replace(/claimed this ticket/g, "")).not.toContain(`"author_name":"${helper.username}"`);
  });
});

describe("bots", () => {
  it("open tickets for their users, answer in them, and see only their own", async () => {
    const other = await aBot(eve);
    await bot.api.refused("POST /api/tickets", "INVALID_INPUT", { body: QUESTION });
    const speaker = { user_id: 4711, user_name: "Zoë", user_avatar: "https://example.org/z.png", channel_id: "chan-1" };
    const made = await aTicket(bot, speaker);
    expect(made.channel_id).toBe("chan-1");
    expect(made.ticket).toMatchObject({
      ...{ user_id: "4711", user_name: "Zoë", user_avatar: speaker.user_avatar, owner: null, bot_id: bot.id },
    });
    const said = await bot.api.send(`POST ${T}/send`, { ...on(made), body: { message: "hi", user_id: "4711" } });
    expect(said.json.message).toMatchObject({
      author_id: "4711",
      author_name: "Zoë",
      author_type: "user",
      is_admin: false,
    });
    const third = { message: "me too", user_id: "99", user_name: "Yan" };
    const also = await bot.api.send(`POST ${T}/send`, { ...on(made), body: third });
    expect(also.json.message).toMatchObject({ author_id: "99", author_name: "Yan", bot_id: bot.id });
    const itself = await bot.api.send(`POST ${T}/send`, { ...on(made), body: { message: "A human will look at it" } });
    expect(itself.json.message).toMatchObject({ author_type: "bot", author_id: bot.id });
    await mod.api.send(`POST ${T}/send`, { ...on(made), body: { message: "On it" } });
    const { tickets } = await bot.api.call(listTickets);
    expect(tickets.find((one) => one.ticket_id === made.ticket_id)).toMatchObject({
      unread_count: 1,
      last_message: "On it",
      last_message_author: mod.username,
    });
    for (const who of [other, eve]) await who.api.refused(`GET ${T}`, "FORBIDDEN", on(made));
    await bot.api.refused(`POST ${T}/messages`, "FORBIDDEN", { ...on(made), body: { content: "x", is_note: true } });
    await bot.api.refused(`POST ${T}/close`, "FORBIDDEN", { ...on(made), body: {} });
    await eve.api.refused("GET /api/tickets", "NOT_FOUND", { query: { bot_id: bot.id } });
    // The bot's owner answers its tickets.
    expect((await ada.api.send(`GET ${T}`, on(made))).json).toMatchObject({ priority: "normal", tags: [] });
  });

  it("count the limit for each of their users", async () => {
    const [one, two] = [unique("out"), unique("out")];
    for (let at = 0; at < 3; at++) await aTicket(bot, { user_id: one });
    await bot.api.refused("POST /api/tickets", "CONFLICT", { body: { ...QUESTION, user_id: one } });
    await aTicket(bot, { user_id: two });
    // The bot's user id is not an account's number.
    const someone = await aUser();
    await aTicket(bot, { user_id: String(someone.id) });
    expect((await someone.api.send("GET /api/tickets")).json.tickets).toEqual([]);
  });

  it("that are deleted leave their tickets closed", async () => {
    const gone = await aBot(ada);
    const ticket = await aTicket(gone, { user_id: "1" });
    await ada.api.send("DELETE /api/my-bots/{bot_id}", { params: { bot_id: gone.id } });
    await expect.poll(async () => (await mod.api.send(`GET ${T}`, on(ticket))).json.status).toBe("closed");
  });
});
