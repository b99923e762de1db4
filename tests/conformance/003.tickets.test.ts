/**
 * Document 003 "Ticket System" over real HTTP: every documented endpoint and field, then roles, limits, filters, assignment
 * and merging. 003.tickets.live.test.ts covers sockets, 003.tickets.files.test.ts files.
 */
import { spawn } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { getTicket, listMyTickets, listTickets } from "@/lib/community/tickets/contract";
import { listTicketMessages, markTicketRead, sendTicketMessage } from "@/lib/community/tickets/conversation/contract";
import {
  countTickets,
  createCannedReply,
  getTicketOptions,
  listCannedReplies,
  listTicketAssignees,
} from "@/lib/community/tickets/desk/contract";
import type { Json } from "../api";
import {
  aBot,
  aUser,
  mailsTo,
  mailTo,
  type TestBot,
  type TestUser,
  theAdmin,
  unique,
  verifyAddress,
} from "../factories";
import { differences } from "../shape";
import { theServer } from "../the-server";
import { aTicket, on, QUESTION, T } from "../tickets";

let admin: TestUser;
let mod: TestUser;
let ada: TestUser;
let eve: TestUser;
let bot: TestBot;
beforeAll(async () => {
  [admin, mod, ada, eve] = await Promise.all([theAdmin(), aUser("moderator"), aUser(), aUser()]);
  bot = await aBot(ada);
});

const TIME = "ISO timestamp";
const MESSAGE = {
  id: "msg_123",
  author_id: "987654321",
  author_name: "Username",
  author_avatar: null,
  content: "Message text",
  timestamp: TIME,
  is_admin: false,
};
const inList = async (who: TestUser, ticketId: string, query = {}): Promise<Json> =>
  (await who.api.call(listTickets, { query: { limit: 200, ...query } })).tickets.find(
    (one) => one.ticket_id === ticketId,
  );

describe("as the document prints it", () => {
  it("GET /api/tickets answers the document's fields", async () => {
    const { ticket_id } = await aTicket(ada);
    const { json, status } = await mod.api.send("GET /api/tickets", { query: { status: "open" } });
    expect(status).toBe(200);
    const example = {
      tickets: [
        {
          ticket_id: "1234567890",
          user_id: "987654321",
          user_name: "Username",
          status: "open",
          created_at: TIME,
          last_message: "Latest message text",
          unread_count: 2,
        },
      ],
    };
    expect(differences(example, json)).toEqual([]);
    expect(await inList(mod, ticket_id)).toMatchObject({
      user_id: String(ada.id),
      user_name: ada.username,
      username: ada.username,
      user_avatar: null,
      avatar_url: null,
      last_message: QUESTION.description,
      unread_count: 1,
    });
  });

  it("GET /api/tickets/<id> answers the ticket with its messages", async () => {
    const ticket = await aTicket(await aUser());
    const { json, status } = await mod.api.send(`GET ${T}`, on(ticket));
    expect(status).toBe(200);
    const example = {
      ...{ ticket_id: "1234567890", user_id: "987654321", user_name: "Username", user_avatar: null },
      ...{ status: "open", created_at: TIME, messages: [MESSAGE] },
    };
    expect(differences(example, json)).toEqual([]);
    expect(json.messages[0]).toMatchObject({ content: QUESTION.description, is_admin: false, is_note: false });
  });

  it("POST …/send and …/messages answer the message and mark staff", async () => {
    const ticket = await aTicket(await aUser());
    const sent = await mod.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "Your message text" } });
    expect(sent.status).toBe(200);
    const { author_name: _, author_avatar: __, is_admin: ___, ...message } = MESSAGE;
    expect(differences({ success: true, message }, sent.json)).toEqual([]);
    expect(sent.json.message).toMatchObject({ author_id: String(mod.id), is_admin: true, author_type: "staff" });
    const posted = await mod.api.send(`POST ${T}/messages`, { ...on(ticket), body: { content: " two\nlines " } });
    expect([posted.status, posted.json.message.content]).toEqual([200, "two\nlines"]);
    const { messages, count } = await mod.api.call(listTicketMessages, on(ticket));
    expect([count, messages.map((one) => one.content)]).toEqual([
      3,
      [QUESTION.description, "Your message text", "two\nlines"],
    ]);
  });

  it("POST …/close, …/reopen and DELETE answer the document's messages", async () => {
    const someone = await aUser();
    const ticket = await aTicket(someone);
    for (const [who, line, message] of [
      [mod, `POST ${T}/close`, "Ticket closed"],
      [someone, `POST ${T}/reopen`, "Ticket reopened"],
      [admin, `DELETE ${T}`, "Ticket deleted"],
    ] as const) {
      const { status, json } = await who.api.send(line, on(ticket));
      expect([status, json.success, json.message]).toEqual([200, true, message]);
    }
    await someone.api.refused(`GET ${T}`, "NOT_FOUND", on(ticket));
  });

  it("POST …/mark-read clears the count", async () => {
    const someone = await aUser();
    const ticket = await aTicket(someone);
    await mod.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "one" } });
    await mod.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "two" } });
    expect((await inList(someone, ticket.ticket_id)).unread_count).toBe(2);
    expect((await inList(mod, ticket.ticket_id)).unread_count).toBe(1);
    const { status, json } = await someone.api.send(`POST ${T}/mark-read`, on(ticket));
    expect([status, json]).toEqual([200, { success: true, unread_count: 0 }]);
    expect((await inList(someone, ticket.ticket_id)).unread_count).toBe(0);
    // The count is separate for each reader.
    expect((await inList(mod, ticket.ticket_id)).unread_count).toBe(1);
    expect((await inList(admin, ticket.ticket_id)).unread_count).toBe(3);
  });

  it("a read mark only moves forward, to the given message", async () => {
    const someone = await aUser();
    const ticket = await aTicket(someone);
    const seqs: number[] = [];
    for (const message of ["a", "b", "c"]) {
      const sent = await mod.api.call(sendTicketMessage, { ...on(ticket), body: { message } });
      seqs.push(sent.message.seq);
    }
    const mark = async (last_seq: number) =>
      (await someone.api.call(markTicketRead, { ...on(ticket), body: { last_seq } })).unread_count;
    expect([await mark(seqs[1]!), await mark(seqs[0]!), await mark(Number.MAX_SAFE_INTEGER)]).toEqual([1, 1, 0]);
    const { reads } = await mod.api.call(getTicket, on(ticket));
    expect(reads).toMatchObject([{ user_id: String(someone.id), user_name: someone.username, last_seq: seqs[2] }]);
  });

  it("POST /api/tickets is the one that answers 201", async () => {
    const { status, json } = await (await aUser()).api.send("POST /api/tickets", { body: QUESTION });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      success: true,
      ticket_id: expect.any(String),
      ticket_num: expect.any(Number),
      channel_id: null,
      message: expect.any(String),
    });
  });

  it("the document's Python example works", async () => {
    const ticket = await aTicket(await aUser());
    const program = `
import requests
response = requests.post('${theServer().url}/api/auth/login', json={
    'username': '${mod.username}',
    'password': '${mod.password}'
})
data = response.json()
token = data['token']
headers = {'Authorization': f'Bearer {token}'}
tickets = requests.get('${theServer().url}/api/tickets', headers=headers).json()
assert any(t['ticket_id'] == '${ticket.ticket_id}' for t in tickets['tickets'])
sent = requests.post('${theServer().url}/api/tickets/${ticket.ticket_id}/send',
    headers=headers,
    json={'message': 'Hello from API'}
)
print(sent.status_code)
stats = requests.get('${theServer().url}/api/stats?days=7', headers=headers).json()
print(f"Active users (7d): {stats['active_users_7d']}")
`;
    const python = spawn(process.env.PYTHON ?? "python3", ["-c", program]);
    let out = "";
    for (const pipe of [python.stdout, python.stderr]) pipe.on("data", (chunk) => (out += chunk));
    await new Promise((resolve) => python.once("exit", resolve));
    expect(out.trim()).toMatch(/^200\nActive users \(7d\): \d+$/);
    expect((await inList(mod, ticket.ticket_id)).last_message).toBe("Hello from API");
  });
});

describe("opening", () => {
  it.each([
    ["type", { type: "Nothing of the kind" }],
    ["subject", { subject: "ab" }],
    ["subject", { subject: "x".repeat(101) }],
    ["description", { description: "too short" }],
    ["description", { description: "x".repeat(2001) }],
    ["user_id", { user_id: "1" }],
    ["user_name", { user_name: "Somebody else" }],
    ["channel_id", { channel_id: "5" }],
  ])("names %s when it is wrong (%#)", async (field, over) => {
    const refused = await eve.api.refused("POST /api/tickets", "INVALID_INPUT", { body: { ...QUESTION, ...over } });
    expect(refused.details?.field).toBe(field);
  });

  it("accepts the configured types in any case", async () => {
    const { types, max_open_per_user, enabled } = await ada.api.call(getTicketOptions);
    expect([types, max_open_per_user, enabled]).toEqual([["Application", "Bug", "Support"], 3, true]);
    expect((await aTicket(await aUser(), { type: "bUG" })).ticket.type).toBe("Bug");
  });

  it("enforces the limit per user even for simultaneous requests; a closed ticket frees a place", async () => {
    const someone = await aUser();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => someone.api.send("POST /api/tickets", { body: QUESTION })),
    );
    const opened = answers.filter(({ status }) => status === 201);
    expect(opened).toHaveLength(3);
    expect(answers.filter(({ status, json }) => status === 409 && json.code === "CONFLICT")).toHaveLength(5);
    await mod.api.send(`POST ${T}/close`, on(opened[0]!.json));
    await aTicket(someone);
    // Reopening does not bypass the limit, except for staff.
    await someone.api.refused(`POST ${T}/reopen`, "CONFLICT", on(opened[0]!.json));
    expect((await mod.api.send(`POST ${T}/reopen`, on(opened[0]!.json))).status).toBe(200);
  });

  it("is refused while tickets are off, but existing tickets continue", async () => {
    const ticket = await aTicket(await aUser());
    await admin.api.send("PUT /api/config/tickets", { body: { enabled: false, categories: ["Only this"] } });
    try {
      await (await aUser()).api.refused("POST /api/tickets", "FORBIDDEN", { body: QUESTION });
      const sent = await mod.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "still here" } });
      expect(sent.status).toBe(200);
      expect(await ada.api.call(getTicketOptions)).toMatchObject({
        enabled: false,
        types: ["Only this"],
      });
    } finally {
      await admin.api.send("POST /api/config/tickets/reset");
    }
  });
});

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

describe("claiming, assigning, closing, reopening", () => {
  it("of two simultaneous claims one wins, and the other error names the winner", async () => {
    const other = await aUser("moderator");
    for (let round = 0; round < 5; round++) {
      const ticket = await aTicket(bot, { user_id: unique("out") });
      const answers = await Promise.all([mod, other].map((one) => one.api.send(`POST ${T}/claim`, on(ticket))));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const winner = answers[0]!.status === 200 ? mod : other;
      const loser = answers.find(({ status }) => status === 409)!;
      expect(loser.json.details).toMatchObject({ assigned_to: String(winner.id), assigned_name: winner.username });
      // Claiming it again as the same person changes nothing.
      expect((await winner.api.send(`POST ${T}/claim`, on(ticket))).status).toBe(200);
      const { json } = await mod.api.send(`GET ${T}`, on(ticket));
      expect(json.messages.filter((one: Json) => one.content.includes("claimed"))).toHaveLength(1);
    }
  });

  it("of a simultaneous message and close, the message comes first or is refused", async () => {
    for (let round = 0; round < 8; round++) {
      const ticket = await aTicket(bot, { user_id: unique("out") });
      const [sent, closed] = await Promise.all([
        bot.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "one more thing" } }),
        mod.api.send(`POST ${T}/close`, on(ticket)),
      ]);
      expect(closed.status).toBe(200);
      const { json } = await mod.api.send(`GET ${T}`, on(ticket));
      const order = json.messages.map((one: Json) => one.content);
      expect(order.at(-1)).toContain("closed this ticket");
      expect(order.includes("one more thing")).toBe(sent.status === 200);
      if (sent.status !== 200) expect([sent.status, sent.json.details.status]).toEqual([409, "closed"]);
    }
  });

  it("a message sent during a deletion is deleted with the ticket or gets 404", async () => {
    for (let round = 0; round < 8; round++) {
      const ticket = await aTicket(bot, { user_id: unique("out") });
      const [sent, gone] = await Promise.all([
        bot.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "one more thing" } }),
        admin.api.send(`DELETE ${T}`, on(ticket)),
      ]);
      expect(gone.status).toBe(200);
      expect([200, 404]).toContain(sent.status);
    }
  });

  it("assigning makes it claimed and unassigning open; only active staff can be assigned", async () => {
    const other = await aUser("moderator");
    const ticket = await aTicket(await aUser());
    const assign = (user_id: unknown) => mod.api.send(`POST ${T}/assign`, { ...on(ticket), body: { user_id } });
    expect((await assign(String(other.id))).json.ticket).toMatchObject({
      status: "claimed",
      assigned_to: String(other.id),
      assigned_name: other.username,
    });
    expect((await assign(mod.id)).json.ticket).toMatchObject({ assigned_to: String(mod.id) });
    expect((await assign(null)).json.ticket).toMatchObject({ status: "open", assigned_to: null });
    for (const wrong of [String(ada.id), "999999", "nobody", "0"])
      expect([(await assign(wrong)).status, (await assign(wrong)).json.details.field]).toEqual([400, "user_id"]);
    const { assignees } = await mod.api.call(listTicketAssignees);
    expect(assignees.map((one) => one.user_id)).toEqual(expect.arrayContaining([String(mod.id), String(other.id)]));
    expect(assignees.map((one) => one.user_id)).not.toContain(String(ada.id));
  });

  it("a closed ticket refuses messages, claims and files, and a fourth reopening", async () => {
    const someone = await aUser();
    const ticket = await aTicket(someone);
    await mod.api.send(`POST ${T}/claim`, on(ticket));
    for (let time = 1; time <= 3; time++) {
      const closed = await mod.api.send(`POST ${T}/close`, { ...on(ticket), body: { reason: "Solved" } });
      expect(closed.json.ticket).toMatchObject({ status: "closed", closed_by: mod.username, close_reason: "Solved" });
      await mod.api.refused(`POST ${T}/close`, "CONFLICT", on(ticket));
      await mod.api.refused(`POST ${T}/claim`, "CONFLICT", on(ticket));
      await mod.api.refused(`POST ${T}/assign`, "CONFLICT", { ...on(ticket), body: { user_id: null } });
      await someone.api.refused(`POST ${T}/send`, "CONFLICT", { ...on(ticket), body: { message: "hello?" } });
      const { json } = await someone.api.send(`POST ${T}/reopen`, on(ticket));
      // The previous assignee keeps it.
      expect(json.ticket).toMatchObject({
        status: "claimed",
        reopen_count: time,
        reopens_left: 3 - time,
        closed_at: null,
      });
      await someone.api.refused(`POST ${T}/reopen`, "CONFLICT", on(ticket));
    }
    await mod.api.send(`POST ${T}/close`, on(ticket));
    for (const who of [someone, mod]) await who.api.refused(`POST ${T}/reopen`, "CONFLICT", on(ticket));
  });

  it("closing mails the transcript without notes to the user, unless transcripts are off", async () => {
    const [mailed, unmailed] = [await aUser(), await aUser()];
    for (const user of [mailed, unmailed]) await verifyAddress(user);
    const ticket = await aTicket(mailed);
    await mod.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "Try <b>again</b>" } });
    await mod.api.send(`POST ${T}/messages`, { ...on(ticket), body: { content: "a secret remark", is_note: true } });
    const silent = await aTicket(unmailed);
    await admin.api.send("PUT /api/config/tickets", { body: { transcript_enabled: false } });
    await mod.api.send(`POST ${T}/close`, on(silent));
    await unmailed.api.refused(`GET ${T}/transcript`, "FORBIDDEN", on(silent));
    expect((await mod.api.send(`GET ${T}/transcript`, on(silent))).status).toBe(200);
    await admin.api.send("POST /api/config/tickets/reset");
    await mod.api.send(`POST ${T}/close`, on(ticket));
    const mail = await mailTo(mailed.email);
    expect(mail).toContain("Try &lt;b&gt;again&lt;/b&gt;");
    expect(mail).not.toContain("a secret remark");
    // A mail of the first closing would have arrived before that of the second.
    expect(mailsTo(unmailed.email)).toEqual([]);
  });
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
    for (const who of [other, eve, ada]) await who.api.refused(`GET ${T}`, "FORBIDDEN", on(made));
    await bot.api.refused(`POST ${T}/messages`, "FORBIDDEN", { ...on(made), body: { content: "x", is_note: true } });
    await bot.api.refused(`POST ${T}/close`, "FORBIDDEN", { ...on(made), body: {} });
    await eve.api.refused("GET /api/tickets", "NOT_FOUND", { query: { bot_id: bot.id } });
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
