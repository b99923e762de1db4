/** What is sent twice (CONTRACT §3): a retry changes nothing, and a key used for something else loses nothing. */
import { beforeAll, describe, expect, it } from "vitest";
import { aUser, type TestUser, unique } from "../factories";

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

it("a ticket with the key of another: a retry answers the first, another text is 409", async () => {
  const headers = { "idempotency-key": unique("key") };
  const open = (body: object) => ada.api.send("POST /api/tickets", { body: { ...TICKET, ...body }, headers });
  const first = await open({});
  expect(first.status, first.text).toBe(201);
  const again = await open({});
  expect(again.status).toBe(201);
  expect(again.json.ticket_id).toBe(first.json.ticket_id);
  const other = await open({ description: "Something else is wrong." });
  expect(other).toMatchObject({ status: 409, json: { details: { ticket_id: first.json.ticket_id } } });
});
