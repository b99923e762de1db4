/** Tickets over Socket.IO: events reach those they are for, and notes nobody but staff. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../api";
import {
  aBot,
  anApiKey,
  aUser,
  mailTo,
  type TestBot,
  type TestUser,
  theAdmin,
  unique,
  verifyAddress,
} from "../factories";
import { closeSockets, connected } from "../sockets";
import { ask, heard, joined as joinedTo, line, quiet } from "../ticket-sockets";
import { aTicket, on, QUESTION, T } from "../tickets";
import { paramsOf, REQUIRED_QUERY, servedOperations } from "./operations";

let mod: TestUser;
let admin: TestUser;
let eve: TestUser;
let ada: TestUser;
let bot: TestBot;
let ticket: Json;
beforeAll(async () => {
  [mod, admin, eve] = await Promise.all([aUser("moderator"), theAdmin(), aUser()]);
});
// Each test uses a new conversation.
const fresh = async () => {
  ada = await aUser();
  ticket = await aTicket(ada);
};
afterEach(closeSockets);

const joined = (who: TestUser | TestBot, ticketId = ticket.ticket_id) => joinedTo(who, ticketId);
const send = (who: TestUser | TestBot, body: Record<string, unknown>) =>
  who.api.send(`POST ${T}/messages`, { ...on(ticket), body });

describe("lists", () => {
  beforeAll(fresh);

  it("get changes in batches: staff of every ticket, users of their own", async () => {
    const [user, staff, stranger] = [await line(ada), await line(mod), await line(eve)];
    // Send them at once; one after the other they could arrive in separate batches on a slow machine.
    await Promise.all(Array.from({ length: 10 }, (_, at) => send(mod, { content: `number ${at}` })));
    const { ticket_id } = ticket;
    for (const one of [user, staff]) await one.event("ticket_list", (data) => data.ticket_ids.includes(ticket_id));
    await quiet();
    for (const one of [user, staff]) expect(heard(one, "ticket_list").length).toBeLessThan(10);
    expect(heard(stranger, "ticket_list")).toEqual([]);
    user.heard.length = 0;
    // The reader's other pages reload their counts.
    await ada.api.send(`POST ${T}/mark-read`, on(ticket));
    await user.event("ticket_list");
  });
});

describe("access", () => {
  beforeAll(fresh);

  it("only staff and the requester may join, write, type or mark", async () => {
    const foreign = await aBot(eve);
    for (const one of [await line(eve), await line(foreign)]) {
      const { ticket_id } = ticket;
      for (const [event, more] of [
        ["join_ticket", {}],
        ["ticket_message", { content: "x" }],
        ["typing", {}],
        ["mark_read", {}],
      ] as const)
        expect(await ask(one, event, { ticket_id, ...more })).toMatchObject({ code: "FORBIDDEN" });
      one.client.emit("join_ticket", { ticket_id });
      expect(await one.event("error")).toMatchObject({ message: expect.any(String), code: "FORBIDDEN" });
      await send(ada, { content: "not for everybody" });
      await quiet();
      expect(JSON.stringify(one.heard)).not.toContain("not for everybody");
      for (const wrong of [undefined, null, 5, {}, { ticket_id: 7 }, { ticket_id: "" }, { ticket_id: "x".repeat(99) }])
        expect((await ask(one, "join_ticket", wrong)).code).toMatch(/INVALID_INPUT|NOT_FOUND/);
    }
  });

  it("a read-only key may listen but not write", async () => {
    const key = await anApiKey(ada, "read");
    const one = await connected({ token: key.secret });
    expect(await ask(one, "join_ticket", { ticket_id: ticket.ticket_id })).toMatchObject({ success: true });
    const answer = await ask(one, "ticket_message", { ticket_id: ticket.ticket_id, content: "x" });
    expect(answer).toMatchObject({ code: "FORBIDDEN" });
  });

  it("one socket joins a limited number of tickets", async () => {
    const one = await line(mod);
    const crowd = await aBot(eve);
    const ids: string[] = [];
    for (let at = 0; at < 51; at++) ids.push((await aTicket(crowd, { user_id: `u${at}` })).ticket_id);
    for (const ticket_id of ids.slice(0, 50))
      expect(await ask(one, "join_ticket", { ticket_id })).toMatchObject({ success: true });
    expect(await ask(one, "join_ticket", { ticket_id: ids[50] })).toMatchObject({ code: "CONFLICT" });
    expect(await ask(one, "join_ticket", { ticket_id: ids[0] })).toMatchObject({ success: true });
    await ask(one, "leave_ticket", { ticket_id: ids[0] });
    expect(await ask(one, "join_ticket", { ticket_id: ids[50] })).toMatchObject({ success: true });
  });

  it("a socket leaves the room when the role, the account or the ticket ends", async () => {
    const helper = await aUser("moderator");
    const [staff, user] = [await joined(helper), await joined(ada)];
    await admin.api.send("PATCH /api/users/{user_id}", {
      params: { user_id: String(helper.id) },
      body: { role: "user" },
    });
    await expect.poll(() => staff.client.connected).toBe(false);
    await admin.api.send(`DELETE ${T}`, on(ticket));
    await user.event("ticket_update", (data) => data.event_type === "ticket_deleted");
    user.heard.length = 0;
    expect(await ask(user, "join_ticket", { ticket_id: ticket.ticket_id })).toMatchObject({ code: "NOT_FOUND" });
    await fresh();
    const mine = await joined(ada);
    await ada.api.send("POST /api/auth/delete-account", { body: { password: ada.password } });
    await expect.poll(() => mine.client.connected).toBe(false);
  });
});

it("a bot gets events of its own tickets without joining, and of no other", async () => {
  const owner = await aUser();
  [bot, ada] = [await aBot(owner), owner];
  const one = await line(bot);
  ticket = await aTicket(bot, { user_id: "77", user_name: "Zoë" });
  const opened = await one.event("ticket_update", (data) => data.event_type === "ticket_opened");
  expect(opened.data.ticket).toMatchObject({ user_id: "77", bot_id: bot.id });
  await send(mod, { content: "Answer for Zoë" });
  expect(await one.event("new_message")).toMatchObject({ ticket_id: ticket.ticket_id, message: "Answer for Zoë" });
  // It gets the event once, although it has joined the room as well.
  await ask(one, "join_ticket", { ticket_id: ticket.ticket_id });
  await send(mod, { content: "Only once" });
  await one.event("new_message", (data) => data.message === "Only once");
  await mod.api.send(`POST ${T}/close`, on(ticket));
  await one.event("ticket_update", (data) => data.event_type === "ticket_closed");
  expect(heard(one, "new_message").filter((data) => data.message === "Only once")).toHaveLength(1);
  await aTicket(await aBot(owner), { user_id: "78" });
  await aTicket(owner);
  await quiet();
  expect(JSON.stringify(one.heard)).not.toMatch(/"78"/);
  const answer = await ask(one, "ticket_message", { ticket_id: ticket.ticket_id, content: "late", user_id: "77" });
  expect(answer).toMatchObject({ code: "CONFLICT" });
});

it("a note reaches neither the user nor the bot on any path", async () => {
  const secret = unique("hush");
  const owner = await aUser();
  await verifyAddress(owner);
  for (const asker of [owner, await aBot(owner)]) {
    ticket = await aTicket(asker, "jwt" in asker ? {} : { user_id: "1" });
    const other = await aTicket(asker, "jwt" in asker ? {} : { user_id: "1" });
    const file = await mod.api.send(`POST ${T}/attachments`, {
      ...on(ticket),
      query: { filename: `${secret}.txt` },
      body: `file ${secret}`,
      headers: { "content-type": "application/octet-stream" },
    });
    const attachment_id = file.json.attachment.id;
    const [one, staff] = [await joined(asker), await joined(mod)];
    staff.client.emit("typing", { ticket_id: ticket.ticket_id, note: true });
    await send(mod, {
      content: `Between us: ${secret}`,
      is_note: true,
      attachments: [attachment_id],
      client_id: secret,
    });
    expect(
      (await ask(staff, "ticket_message", { ticket_id: ticket.ticket_id, content: secret, is_note: true })).message
        .is_note,
    ).toBe(true);
    await mod.api.send(`PATCH ${T}`, { ...on(ticket), body: { tags: [secret] } });
    // Staff do see the note, which proves that this test searches for something that exists.
    expect((await mod.api.send(`GET ${T}/transcript`, on(ticket))).text).toContain(secret);
    expect((await mod.api.send("GET /api/tickets", { query: { q: secret } })).json.count).toBeGreaterThan(0);
    expect(JSON.stringify(heard(staff, "new_message"))).toContain(secret);

    // Also check merged tickets and the transcript mailed at closing.
    await mod.api.send(`POST ${T}/merge`, { ...on(ticket), body: { into: other.ticket_id } });
    await mod.api.send(`POST ${T}/close`, on(other));
    if ("email" in asker) expect(await mailTo(asker.email)).not.toContain(secret);

    const [target] = [
      {
        bot: "jwt" in asker ? await aBot(owner) : asker,
        command_id: "cmd_x",
        user_id: String(owner.id),
        ticket_id: "",
      },
    ];
    for (const ticketId of [ticket.ticket_id, other.ticket_id])
      for (const operation of (await servedOperations()).filter(({ method }) => method === "GET")) {
        const params = { ...paramsOf({ ...target, ticket_id: ticketId }), attachment_id };
        const { text } = await asker.api.send(operation.line, { params, query: REQUIRED_QUERY[operation.line] ?? {} });
        expect(text.includes(secret), operation.line).toBe(false);
      }
    for (const query of [{ q: secret }, { q: "between us" }]) {
      const found = await asker.api.send("GET /api/tickets", { query });
      expect(found.json.tickets).toEqual([]);
    }
    const list = (await asker.api.send("GET /api/tickets")).json.tickets.find(
      (row: Json) => row.ticket_id === ticket.ticket_id,
    );
    expect(list).toMatchObject({ unread_count: 0, last_message: QUESTION.description });
    expect((await asker.api.send(`GET ${T}/attachments/{attachment_id}`, on(other, { attachment_id }))).status).toBe(
      404,
    );
    for (const [format, notes] of [
      ["html", "true"],
      ["txt", "true"],
    ] as const) {
      const { text, status } = await asker.api.send(`GET ${T}/transcript`, { ...on(other), query: { format, notes } });
      expect([status, text.includes(secret)]).toEqual([200, false]);
    }
    await quiet();
    expect(JSON.stringify(one.heard)).not.toContain(secret);
    expect(heard(one, "user_typing")).toEqual([]);
    expect(heard(one, "ticket_update").map((data) => data.event_type)).toEqual(
      "jwt" in asker
        ? ["ticket_merged"]
        : ["ticket_opened", "ticket_opened", "ticket_merged", "ticket_merged", "ticket_closed"].slice(2),
    );
    closeSockets();
  }
});
