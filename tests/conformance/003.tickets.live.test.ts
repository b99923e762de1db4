/** Tickets over Socket.IO (document 003 "WebSocket Events"; CONTRACT: live channels). */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../api";
import { aUser, type TestBot, type TestUser } from "../factories";
import { differences } from "../shape";
import { closeSockets } from "../sockets";
import { theServer } from "../the-server";
import { ask, heard, joined as joinedTo, type Line, line, quiet } from "../ticket-sockets";
import { aTicket, on, QUESTION, T } from "../tickets";

let mod: TestUser;
let other: TestUser;
let ada: TestUser;
let ticket: Json;
beforeAll(async () => {
  [mod, other] = await Promise.all([aUser("moderator"), aUser("moderator")]);
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
