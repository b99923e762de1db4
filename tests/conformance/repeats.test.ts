/** Repeated requests (CONTRACT §3): a retry changes nothing, and a key reused for another request is refused. */
import { beforeAll, describe, expect, it } from "vitest";
import { aUser, type TestUser, theAdmin, unique } from "../factories";
import { codeOf, data } from "../graphql";

let ada: TestUser;
let ticket: string;
const TICKET = { type: "Support", subject: "The bot is silent", description: "It has not answered since noon." };
beforeAll(async () => {
  ada = await aUser();
  ticket = (await ada.api.send("POST /api/tickets", { body: TICKET })).json.ticket_id;
});

describe("a message with the key of another", () => {
  const LINES = [
    ["POST /api/tickets/{ticket_id}/messages", "content"],
    ["POST /api/tickets/{ticket_id}/send", "message"],
  ] as const;
  const KEYS = [
    ["client_id", (key: string) => ({ body: { client_id: key }, headers: {} })],
    ["Idempotency-Key", (key: string) => ({ body: {}, headers: { "idempotency-key": key } })],
  ] as const;

  it.each(LINES.flatMap((line) => KEYS.map((key) => [...line, ...key] as const)))(
    "%s with %s and %s: a retry answers the first, another text is 409",
    async (line, field, _, carry) => {
      const { body, headers } = carry(unique("key"));
      const post = (text: string) =>
        ada.api.send(line, { params: { ticket_id: ticket }, body: { ...body, [field]: text }, headers });
      const first = await post("the first text");
      expect(first.status, first.text).toBe(200);
      expect((await post("the first text")).json.message.id).toBe(first.json.message.id);
      const other = await post("another text");
      expect(other).toMatchObject({ status: 409, json: { code: "CONFLICT", details: { field: "client_id" } } });
      expect(other.json.details.message.content).toBe("the first text");
    },
  );
});

describe("a ticket with the key of another", () => {
  const OTHERS = [{ description: "Something else is wrong." }, { subject: "The bot is loud" }, { type: "Bug" }];
  // An account may have only a few open tickets.
  const opening = async () => {
    const { api } = await aUser();
    const headers = { "idempotency-key": unique("key") };
    return (body: object) => api.send("POST /api/tickets", { body: { ...TICKET, ...body }, headers });
  };

  it.each(OTHERS)("returns the first ticket to a retry and 409 for %j", async (change) => {
    const open = await opening();
    const first = await open({});
    expect(first.status, first.text).toBe(201);
    const retry = await open({});
    expect(retry.status).toBe(201);
    expect(retry.json.ticket_id).toBe(first.json.ticket_id);
    const other = await open(change);
    expect(other).toMatchObject({ status: 409, json: { details: { ticket_id: first.json.ticket_id } } });
  });

  it("returns the ticket to a retry after staff edited its subject", async () => {
    const open = await opening();
    const { ticket_id } = (await open({})).json;
    const params = { ticket_id };
    const edited = await (await theAdmin()).api.send("PATCH /api/tickets/{ticket_id}", {
      params,
      body: { subject: "Silent bot" },
    });
    expect(edited.status, edited.text).toBe(200);
    const retry = await open({});
    expect(retry).toMatchObject({ status: 201, json: { ticket_id, ticket: { subject: "Silent bot" } } });
  });
});

it("GraphQL's idempotencyKey returns the first ticket and message to a retry and CONFLICT to another text", async () => {
  const eve = await aUser();
  const key = unique("key");
  const create = `mutation ($subject: String!, $key: String) {
    createTicket(type: "Support", subject: $subject, description: "It has not answered since noon.", idempotencyKey: $key) { ticket { id } }
  }`;
  const open = (subject: string) => data(eve, create, { subject, key });
  const { id } = (await open("The bot is silent")).createTicket.ticket;
  expect((await open("The bot is silent")).createTicket.ticket.id).toBe(id);
  expect(await codeOf(eve, create, { subject: "The bot is loud", key })).toMatchObject({ code: "CONFLICT" });
  expect(await codeOf(eve, create, { subject: "The bot is loud", key: "k".repeat(201) })).toMatchObject({
    ...{ code: "INVALID_INPUT", field: "idempotencyKey" },
  });

  const reply = `mutation ($id: ID!, $content: String!, $key: String) {
    replyTicket(ticketId: $id, content: $content, idempotencyKey: $key) { message { id } }
  }`;
  const send = (content: string) => data(eve, reply, { id, content, key });
  const first = (await send("the first text")).replyTicket.message.id;
  expect((await send("the first text")).replyTicket.message.id).toBe(first);
  expect(await codeOf(eve, reply, { id, content: "another text", key })).toMatchObject({ code: "CONFLICT" });
});
