/** Tickets over real HTTP: lists, search and counters; messages, merging and canned replies. */
import { beforeAll, describe, expect, it } from "vitest";
import { listMyTickets, listTickets } from "@/lib/community/tickets/contract";
import { listTicketMessages } from "@/lib/community/tickets/conversation/contract";
import { countTickets, createCannedReply, listCannedReplies } from "@/lib/community/tickets/desk/contract";
import type { Json } from "../api";
import { aBot, aUser, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { aTicket, on, QUESTION, T } from "../tickets";

let admin: TestUser;
let mod: TestUser;
let eve: TestUser;
let ada: TestUser;
let bot: TestBot;
beforeAll(async () => {
  [admin, mod, eve, ada] = await Promise.all([theAdmin(), aUser("moderator"), aUser(), aUser()]);
  bot = await aBot(ada);
});

describe("lists", () => {
  it("filters by status in any case, view, type, requester and text, and pages without duplicates or gaps", async () => {
    const who = unique("out");
    const made: Json[] = [];
    for (let at = 0; at < 3; at++)
      made.push(await aTicket(bot, { user_id: who, subject: `Number ${at} of ${who}`, type: "Bug" }));
    await mod.api.send(`POST ${T}/close`, on(made[0]));
    await mod.api.send(`POST ${T}/claim`, on(made[1]));
    const ids = async (query: Record<string, string | number>, as = mod) =>
      (await as.api.call(listTickets, { query: { user_id: who, ...query } })).tickets.map((one) =>
        made.findIndex(({ ticket_id }) => ticket_id === one.ticket_id),
      );
    expect(await ids({})).toEqual([1, 0, 2]);
    expect(await ids({ status: "CLOSED" })).toEqual([0]);
    expect(await ids({ status: "Open" })).toEqual([2]);
    expect(await ids({ status: "active" })).toEqual([1, 2]);
    expect(await ids({ status: "all", view: "assigned" })).toEqual([1]);
    expect(await ids({ view: "unassigned" })).toEqual([0, 2]);
    expect(await ids({ view: "mine" })).toEqual([]);
    expect(await ids({ type: "Bug" })).toEqual([1, 0, 2]);
    expect(await ids({ type: "Support" })).toEqual([]);
    expect(await ids({ bot_id: bot.id, q: `number 2 of ${who}` })).toEqual([2]);
    expect(await ids({ q: `#${made[1].ticket_num}` })).toEqual([1]);
    expect(await ids({ q: "100%_\\" })).toEqual([]);
    await mod.api.refused("GET /api/tickets", "INVALID_INPUT", { query: { status: "lost" } });

    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await mod.api.call(listTickets, {
        query: { user_id: who, limit: 1, ...(cursor && { cursor }) },
      });
      seen.push(...page.tickets.map((one) => one.ticket_id));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([1, 0, 2].map((at) => made[at].ticket_id));
  });

  it("searches messages within the tickets that the caller may see", async () => {
    const [someone, word] = [await aUser(), unique("Needle")];
    const ticket = await aTicket(someone);
    await someone.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: `I lost a ${word}!` } });
    const found = async (who: TestUser) =>
      (await who.api.call(listTickets, { query: { q: word.toLowerCase() } })).count;
    expect([await found(someone), await found(mod), await found(eve)]).toEqual([1, 1, 0]);
  });

  it("counts tickets, and lists the caller's own", async () => {
    const [someone, helper] = [await aUser(), await aUser("moderator")];
    const [a, b] = [await aTicket(someone), await aTicket(someone)];
    await helper.api.send(`POST ${T}/claim`, on(a));
    await helper.api.send(`POST ${T}/send`, { ...on(a), body: { message: "hm" } });
    await helper.api.send(`POST ${T}/close`, on(b));
    expect(await someone.api.call(countTickets)).toEqual({
      ...{ open: 0, claimed: 1, active: 1, closed: 1, all: 2, mine: 1, assigned: 0, unassigned: 0, unread: 1 },
    });
    const staff = await helper.api.call(countTickets);
    expect(staff).toMatchObject({ assigned: 1, mine: 0 });
    expect(staff.all).toBeGreaterThan(2);
    // A claimed ticket is unread for its assignee, an open one for all staff.
    const unread = async () => (await helper.api.call(countTickets)).unread;
    const before = await unread();
    const c = await aTicket(bot, { user_id: unique("out") });
    expect(await unread()).toBe(Math.min(100, before + 1));
    await mod.api.send(`POST ${T}/claim`, on(c));
    expect(await unread()).toBe(before);
    const mine = await helper.api.call(listMyTickets);
    expect(mine.tickets).toEqual([]);
    const own = await someone.api.call(listMyTickets, { query: { status: "closed" } });
    expect(own.tickets.map((one) => one.ticket_id)).toEqual([b.ticket_id]);
  });

  it("messages page back in time, and forward from a given message", async () => {
    const ticket = await aTicket(bot, { user_id: unique("out") });
    for (let at = 1; at <= 6; at++)
      await bot.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: `m${at}` } });
    const page = (query: Record<string, string | number>) => bot.api.call(listTicketMessages, { ...on(ticket), query });
    const last = await page({ limit: 3 });
    expect(last.messages.map((one) => one.content)).toEqual(["m4", "m5", "m6"]);
    const before = await page({ limit: 3, cursor: last.next_cursor! });
    expect(before.messages.map((one) => one.content)).toEqual(["m1", "m2", "m3"]);
    const first = await page({ limit: 3, cursor: before.next_cursor! });
    expect([first.messages.map((one) => one.content), first.next_cursor]).toEqual([[QUESTION.description], null]);
    const missed = await page({ since: before.messages[1]!.seq, limit: 2 });
    expect(missed.messages.map((one) => one.content)).toEqual(["m3", "m4"]);
    const rest = await page({ since: missed.next_cursor!, limit: 50 });
    expect([rest.messages.map((one) => one.content), rest.next_cursor]).toEqual([["m5", "m6"], null]);
  });
});

describe("messages", () => {
  it("need text or a file and at most 4000 characters; the same client_id is stored once", async () => {
    const someone = await aUser();
    const ticket = await aTicket(someone);
    for (const content of ["", "   ", "x".repeat(4001)])
      await someone.api.refused(`POST ${T}/messages`, "INVALID_INPUT", { ...on(ticket), body: { content } });
    const attachments = { content: "x", attachments: ["file_of_nobody"] };
    const refused = await someone.api.refused(`POST ${T}/messages`, "INVALID_INPUT", {
      ...on(ticket),
      body: attachments,
    });
    expect(refused.details?.field).toBe("attachments.0");
    await someone.api.refused(`POST ${T}/send`, "INVALID_INPUT", {
      ...on(ticket),
      body: { message: "x", user_id: "9" },
    });

    const body = { message: "once", client_id: "c1" };
    const answers = await Promise.all([1, 2, 3].map(() => someone.api.send(`POST ${T}/send`, { ...on(ticket), body })));
    expect(new Set(answers.map(({ status, json }) => `${status} ${json.message.id}`)).size).toBe(1);
    await mod.api.send(`POST ${T}/close`, on(ticket));
    // A retry after a lost answer stores no second message.
    expect((await someone.api.send(`POST ${T}/send`, { ...on(ticket), body })).status).toBe(200);
    const { json } = await mod.api.send(`GET ${T}`, on(ticket));
    expect(json.messages.filter((one: Json) => one.content === "once")).toHaveLength(1);
  });

  it("merging moves everything to another ticket of the same requester, never to another person's", async () => {
    const someone = await aUser();
    const [from, into, foreign] = [await aTicket(someone), await aTicket(someone), await aTicket(await aUser())];
    await someone.api.send(`POST ${T}/send`, { ...on(from), body: { message: "moved along", client_id: "same" } });
    await someone.api.send(`POST ${T}/send`, { ...on(into), body: { message: "was here", client_id: "same" } });
    const merge = (target: string) => mod.api.send(`POST ${T}/merge`, { ...on(from), body: { into: target } });
    expect([
      (await merge(foreign.ticket_id)).status,
      (await merge(from.ticket_id)).status,
      (await merge("none")).status,
    ]).toEqual([409, 400, 400]);
    const { status, json } = await merge(into.ticket_id);
    expect(status).toBe(200);
    expect(json.ticket).toMatchObject({ status: "closed", merged_into: into.ticket_id, reopens_left: 0 });
    const all = await someone.api.call(listTicketMessages, on(into));
    expect(all.messages.map((one) => one.content)).toEqual(expect.arrayContaining(["moved along", "was here"]));
    expect((await someone.api.send(`GET ${T}/messages`, on(from))).json.count).toBe(1);
    await someone.api.refused(`POST ${T}/reopen`, "CONFLICT", on(from));
    expect((await merge(into.ticket_id)).status).toBe(409);
    const send = await someone.api.refused(`POST ${T}/send`, "CONFLICT", { ...on(from), body: { message: "x" } });
    expect(send.details?.merged_into).toBe(into.ticket_id);
  });

  it("canned replies are written, read and deleted by staff, with unique shortcuts", async () => {
    const shortcut = unique("hello");
    const body = { shortcut: shortcut.toUpperCase(), title: "Hello", content: "Hello, how can we help?" };
    const { reply } = await mod.api.call(createCannedReply, { body });
    expect(reply).toMatchObject({ shortcut, updated_by: mod.username });
    await admin.api.refused("POST /api/canned-replies", "CONFLICT", { body });
    for (const wrong of [{ shortcut: "no spaces!" }, { title: "" }, { content: "x".repeat(4001) }])
      await mod.api.refused("POST /api/canned-replies", "INVALID_INPUT", { body: { ...body, ...wrong } });
    const params = { reply_id: reply.reply_id };
    const path = "/api/canned-replies/{reply_id}";
    const changed = await admin.api.send(`PUT ${path}`, { params, body: { ...body, title: "Hi" } });
    expect(changed.json.reply).toMatchObject({ shortcut, title: "Hi", updated_by: admin.username });
    const { replies } = await mod.api.call(listCannedReplies);
    expect(replies.find((one) => one.shortcut === shortcut)?.title).toBe("Hi");
    expect((await mod.api.send(`DELETE ${path}`, { params })).status).toBe(200);
    await mod.api.refused(`DELETE ${path}`, "NOT_FOUND", { params });
    await mod.api.refused(`PUT ${path}`, "NOT_FOUND", { params, body: { ...body, shortcut: unique("x") } });
  });
});
