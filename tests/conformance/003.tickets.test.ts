/**
 * Document 003 "Ticket System" over real HTTP: every documented endpoint and field, and opening. Other files named
 * 003.tickets.* cover the desk, lists, access, sockets and files.
 */
import { spawn } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { getTicket, listTickets } from "@/lib/community/tickets/contract";
import { listTicketMessages, markTicketRead, sendTicketMessage } from "@/lib/community/tickets/conversation/contract";
import { getTicketOptions } from "@/lib/community/tickets/desk/contract";
import type { Json } from "../api";
import { aUser, type TestUser, theAdmin } from "../factories";
import { differences } from "../shape";
import { theServer } from "../the-server";
import { aTicket, on, QUESTION, T } from "../tickets";

let admin: TestUser;
let mod: TestUser;
let ada: TestUser;
let eve: TestUser;
beforeAll(async () => {
  [admin, mod, ada, eve] = await Promise.all([theAdmin(), aUser("moderator"), aUser(), aUser()]);
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
