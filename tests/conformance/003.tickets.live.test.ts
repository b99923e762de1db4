/** Tickets over Socket.IO (document 003 "WebSocket Events"; CONTRACT: live channels), and that notes reach nobody but staff. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { TicketEvent, type TicketEventName } from "@/lib/community/tickets/contract.live";
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
import { differences } from "../shape";
import { closeSockets, connected } from "../sockets";
import { theServer } from "../the-server";
import { aTicket, on, QUESTION, T } from "../tickets";
import { paramsOf, REQUIRED_QUERY, servedOperations } from "./operations";

type Line = Awaited<ReturnType<typeof connected>>;
let mod: TestUser;
let other: TestUser;
let admin: TestUser;
let ada: TestUser;
let eve: TestUser;
let bot: TestBot;
let ticket: Json;
beforeAll(async () => {
  [mod, other, admin, eve] = await Promise.all([aUser("moderator"), aUser("moderator"), theAdmin(), aUser()]);
});
// Each test uses a new conversation.
const fresh = async () => {
  ada = await aUser();
  ticket = await aTicket(ada);
};
afterEach(closeSockets);

const quiet = () => new Promise((resolve) => setTimeout(resolve, 500));
const line = (who: TestUser | TestBot) => connected({ token: "jwt" in who ? who.jwt : who.token });
const ask = (one: Line, event: string, data: unknown): Promise<Json> =>
  one.client.timeout(30_000).emitWithAck(event, data);
/** A connected socket in the ticket's room. */
async function joined(who: TestUser | TestBot, ticketId = ticket.ticket_id): Promise<Line> {
  const one = await line(who);
  one.client.emit("join_ticket", { ticket_id: ticketId });
  await one.event("message_history", (data) => data.ticket_id === ticketId);
  return one;
}
const send = (who: TestUser | TestBot, body: Record<string, unknown>) =>
  who.api.send(`POST ${T}/messages`, { ...on(ticket), body });
/** All ticket events received, checked against their contract. */
function heard(one: Line, name: TicketEventName): Json[] {
  return one.heard
    .filter(([event, data]) => event === name && !(name === "new_message" && !data.ticket_id))
    .map(([, data]) => TicketEvent[name].parse(data));
}

describe("as the document prints it", () => {
  beforeAll(fresh);

  it("join_ticket answers joined_ticket and message_history; leave_ticket answers left_ticket and ends events", async () => {
    const one = await line(ada);
    one.client.emit("join_ticket", { ticket_id: ticket.ticket_id });
    await one.event("joined_ticket");
    const history = await one.event("message_history");
    expect(
      differences({ ticket_id: "1234567890", messages: [{ id: "msg_123", content: "Message text" }] }, history),
    ).toEqual([]);
    expect(history.messages[0].content).toBe(QUESTION.description);
    one.client.emit("leave_ticket", { ticket_id: ticket.ticket_id });
    await one.event("left_ticket");
    await send(mod, { content: "unheard" });
    await quiet();
    expect(heard(one, "new_message")).toEqual([]);
  });

  it("a message reaches the room as new_message and as ticket_update", async () => {
    const [user, staff] = [await joined(ada), await joined(mod)];
    await mod.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "Hello from staff" } });
    for (const one of [user, staff]) {
      const message = await one.event("new_message", (data) => data.message === "Hello from staff");
      expect(message).toMatchObject({
        ticket_id: ticket.ticket_id,
        messageData: { author_id: String(mod.id), is_admin: true },
      });
      const update = await one.event(
        "ticket_update",
        (data) => data.event_type === "new_message" && data.data.id === message.messageData.id,
      );
      expect(update.data.content).toBe("Hello from staff");
      expect(heard(one, "new_message").filter((data) => data.message === "Hello from staff")).toHaveLength(1);
      heard(one, "ticket_update");
    }
  });

  it("the document's JavaScript example works", async () => {
    // Run inside the project, so that the example finds its packages.
    const folder = mkdtempSync(join("node_modules", ".example-"));
    const file = join(folder, "example.mjs");
    writeFileSync(
      file,
      `import io from 'socket.io-client';

const socket = io('${theServer().url.replace("http", "ws")}', {
  auth: { token: '${ada.jwt}' }
});

socket.emit('join_ticket', { ticket_id: '${ticket.ticket_id}' });

socket.on('new_message', (data) => {
  console.log('New message:', data.messageData);
  socket.disconnect();
});
socket.on('message_history', () => console.log('joined'));
socket.on('disconnect', () => {
  console.log('Disconnected from server');
});
`,
    );
    const program = spawn(process.execPath, [file]);
    let out = "";
    for (const pipe of [program.stdout, program.stderr]) pipe.on("data", (chunk) => (out += chunk));
    const ended = new Promise((resolve) => program.once("exit", resolve));
    try {
      await expect.poll(() => out).toContain("joined");
      await send(mod, { content: "for the example" });
      await ended;
      expect(out).toMatch(/New message: \{[\s\S]*content: 'for the example'[\s\S]*Disconnected from server/);
    } finally {
      program.kill();
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a conversation", () => {
  beforeAll(fresh);

  it("follows the same rules over the socket", async () => {
    const [user, staff] = [await joined(ada), await joined(mod)];
    const { ticket_id } = ticket;
    const answer = await ask(user, "ticket_message", { ticket_id, content: "by socket", client_id: "c9" });
    expect(answer.message).toMatchObject({ content: "by socket", client_id: "c9", author_id: String(ada.id) });
    await staff.event("new_message", (data) => data.message === "by socket");
    expect(await ask(user, "ticket_message", { ticket_id, content: "" })).toMatchObject({ code: "INVALID_INPUT" });
    expect(await ask(user, "ticket_message", { ticket_id, content: "n", is_note: true })).toMatchObject({
      code: "FORBIDDEN",
    });
    expect(await ask(user, "ticket_message", { ticket_id: "none", content: "n" })).toMatchObject({ code: "NOT_FOUND" });
    user.client.emit("ticket_message", { ticket_id, content: 5 });
    expect(await user.event("error")).toMatchObject({
      message: expect.stringContaining("content"),
      code: "INVALID_INPUT",
    });
  });

  it("sends claims, closing and reopening with their line, and priority only to staff", async () => {
    const [user, staff] = [await joined(ada), await joined(mod)];
    await mod.api.send(`POST ${T}/claim`, on(ticket));
    await mod.api.send(`PATCH ${T}`, { ...on(ticket), body: { priority: "urgent" } });
    await mod.api.send(`POST ${T}/assign`, { ...on(ticket), body: { user_id: String(other.id) } });
    await mod.api.send(`POST ${T}/close`, on(ticket));
    await ada.api.send(`POST ${T}/reopen`, on(ticket));
    await user.event("ticket_update", (data) => data.event_type === "ticket_reopened");
    await staff.event("ticket_update", (data) => data.event_type === "ticket_reopened");
    const types = (one: Line) => heard(one, "ticket_update").map((data) => data.event_type);
    const all = ["ticket_claimed", "ticket_assigned", "ticket_closed", "ticket_reopened"];
    expect(types(user)).toEqual(all);
    expect(types(staff)).toEqual([all[0], "ticket_updated", ...all.slice(1)]);
    const claimed = await user.event("ticket_update", (data) => data.event_type === "ticket_claimed");
    expect(claimed.data).toMatchObject({
      ticket: { status: "claimed", assigned_name: mod.username },
      by: { user_id: String(mod.id), user_name: mod.username },
      message: { is_system: true, content: `${mod.username} claimed this ticket` },
    });
    expect(JSON.stringify(heard(user, "ticket_update"))).not.toMatch(/urgent|priority/);
  });

  it("shows who types and when they stop, but not while they type a note", async () => {
    const [user, staff, colleague] = [await joined(ada), await joined(mod), await joined(other)];
    const { ticket_id } = ticket;
    staff.client.emit("typing", { ticket_id, typing: true });
    const typing = { ticket_id, user_id: String(mod.id), user_name: mod.username, typing: true };
    expect(await user.event("user_typing")).toEqual(typing);
    expect(await colleague.event("user_typing")).toEqual(typing);
    staff.client.emit("typing", { ticket_id, typing: false });
    expect(await user.event("user_typing", (data) => !data.typing)).toMatchObject({ user_id: String(mod.id) });
    user.heard.length = 0;
    colleague.client.emit("typing", { ticket_id, typing: true, note: true });
    await staff.event("user_typing", (data) => data.user_id === String(other.id));
    user.client.emit("typing", { ticket_id });
    await staff.event("user_typing", (data) => data.user_id === String(ada.id));
    // Without further typing events the indicator ends by itself.
    await expect
      .poll(() => heard(staff, "user_typing").some((data) => data.user_id === String(ada.id) && !data.typing))
      .toBe(true);
    expect(heard(user, "user_typing")).toEqual([]);
    expect(heard(staff, "user_typing").some((data) => data.user_id === String(mod.id))).toBe(false);
    expect(await ask(user, "typing", { ticket_id, note: true })).toMatchObject({ code: "FORBIDDEN" });
  });

  it("shows how far each has read", async () => {
    const [user, staff] = [await joined(ada), await joined(mod)];
    const { message } = (await send(mod, { content: "read me" })).json;
    const { ticket_id } = ticket;
    expect(await ask(user, "mark_read", { ticket_id })).toEqual({ success: true, unread_count: 0 });
    const mark = await staff.event("ticket_read", (data) => data.user_id === String(ada.id));
    expect(mark).toMatchObject({
      ticket_id,
      user_name: ada.username,
      last_seq: message.seq,
      last_read: message.timestamp,
    });
    await mod.api.send(`POST ${T}/mark-read`, on(ticket));
    await user.event("ticket_read", (data) => data.user_id === String(mod.id));
    heard(user, "ticket_read");
    // Only a note is newer, so the user's view of the read mark does not change.
    await send(other, { content: "between us", is_note: true });
    user.heard.length = 0;
    await mod.api.send(`POST ${T}/mark-read`, on(ticket));
    await quiet();
    expect(heard(user, "ticket_read")).toEqual([]);
  });

  it("shows staff who else has it open", async () => {
    const staff = await joined(mod);
    const colleague = await joined(other);
    const names = (data: Json) => data.viewers.map((one: Json) => one.user_name).sort();
    const both = [mod.username, other.username].sort();
    expect(names(await staff.event("ticket_viewers", (data) => data.viewers.length === 2))).toEqual(both);
    expect(names(await colleague.event("joined_ticket"))).toEqual(both);
    const user = await joined(ada);
    expect((await user.event("joined_ticket")).viewers).toEqual([]);
    await staff.event("ticket_viewers", (data) => data.viewers.length === 3);
    // When one page of a person leaves, the person's other page still counts.
    const again = await joined(other);
    colleague.client.disconnect();
    await quiet();
    expect(heard(staff, "ticket_viewers").at(-1).viewers).toHaveLength(3);
    again.client.emit("leave_ticket", { ticket_id: ticket.ticket_id });
    await expect.poll(() => heard(staff, "ticket_viewers").at(-1).viewers.length).toBe(2);
    expect(heard(user, "ticket_viewers")).toEqual([]);
  });

  it("replays missed messages", async () => {
    const before = (await send(mod, { content: "known" })).json.message.seq;
    await send(mod, { content: "missed" });
    const one = await line(ada);
    one.client.emit("join_ticket", { ticket_id: ticket.ticket_id, since: before });
    expect((await one.event("message_history")).messages.map((message: Json) => message.content)).toEqual(["missed"]);
  });
});

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
