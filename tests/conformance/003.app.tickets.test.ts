/** Tickets as document 003's mobile app reads them, and as everybody else still does. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Api, Json } from "../api";
import { on, QUESTION, T } from "../tickets";
import { APP_HEADERS, type AppWorld, DISCORD_IDS, openAppWorld } from "./003.app.world";

let world: AppWorld;
let staff: Api;
let user: Api;
let ticket: Json;

beforeAll(async () => {
  world = await openAppWorld();
  staff = world.as("moderator");
  user = world.as("user");
});
afterAll(() => world?.close());
// An account may have only a few open tickets.
beforeEach(async () => {
  if (ticket) await world.as("admin").send(`DELETE ${T}`, on(ticket));
  ticket = (await user.send("POST /api/tickets", { body: QUESTION })).json;
});

const read = async (api: Api): Promise<Json> => (await api.send(`GET ${T}`, on(ticket))).json;
const change = (line: string, body?: unknown) => staff.send(line, { ...on(ticket), body });

it("statuses have capital letters for the app, and are documented for everybody else", async () => {
  expect(ticket.ticket).toMatchObject({ status: "Open", user_id: DISCORD_IDS.user, display_name: "user_at_discord" });
  const others = await world.plain("user").send("GET /api/tickets", { query: { status: "Open" } });
  expect(others.json.tickets[0]).toMatchObject({ status: "open", ticket_id: ticket.ticket_id });
  expect(others.json.tickets[0]).not.toHaveProperty("initial_message");
  await world.plain("user").refused("GET /api/tickets", "INVALID_INPUT", { query: { status: "Assigned" } });
});

it("a ticket is assigned by a Discord id, and listed as assigned", async () => {
  const { status, json } = await change(`POST ${T}/assign`, { assigned_to: DISCORD_IDS.admin });
  expect([status, json.ticket]).toMatchObject([
    200,
    {
      ...{ status: "Claimed", assigned_to: DISCORD_IDS.admin, assigned_to_name: "admin_at_discord" },
      ...{ claimed_by: DISCORD_IDS.admin, claimed_by_name: "admin_at_discord", reopen_count: 0 },
      initial_message: QUESTION.description,
    },
  ]);
  const listed = await staff.send("GET /api/tickets", { query: { status: "Assigned" } });
  expect(listed.json.tickets.map((one: Json) => one.ticket_id)).toEqual([ticket.ticket_id]);
  const nobody = await change(`POST ${T}/assign`, { assigned_to: "999999999999999999" });
  expect([nobody.status, nobody.json.details.field]).toEqual([400, "user_id"]);
});

it("a sent message is answered as data, with the Discord id and role of its author", async () => {
  const { json } = await change(`POST ${T}/messages`, { content: "Hello" });
  expect(json.data).toMatchObject({
    author_id: DISCORD_IDS.moderator,
    is_admin: true,
    is_bot: false,
    role: "moderator",
  });
  expect(json.message).toEqual(json.data);
  const { messages } = (await user.send(`GET ${T}/messages`, on(ticket))).json;
  expect(messages.map((one: Json) => [one.author_id, one.role])).toEqual([
    [DISCORD_IDS.user, null],
    [DISCORD_IDS.moderator, "moderator"],
  ]);
});

it("a close message reaches the requester before the ticket closes", async () => {
  expect((await change(`POST ${T}/close`, { close_message: "done, thanks" })).json.ticket.status).toBe("Closed");
  const { messages } = await read(user);
  expect(messages.slice(-2).map((one: Json) => [one.content, one.is_bot])).toEqual([
    ["done, thanks", false],
    ["moderator_at_discord closed this ticket", true],
  ]);
  const again = await change(`POST ${T}/close`, { close_message: "twice" });
  expect([again.status, (await read(user)).messages.length]).toEqual([409, messages.length]);
});

it("PUT moves a ticket between statuses as the operations of each do", async () => {
  const seen: Json[] = [];
  for (const status of ["Claimed", "Open", "Closed", "Open", "Open"]) {
    const { json } = await change(`PUT ${T}`, { status, type: "Bug" });
    seen.push([json.ticket.status, json.ticket.type, json.ticket.reopen_count, json.ticket.claimed_by]);
  }
  expect(seen).toEqual([
    ["Claimed", "Bug", 0, DISCORD_IDS.moderator],
    ["Open", "Bug", 0, null],
    ["Closed", "Bug", 0, null],
    ["Open", "Bug", 1, null],
    ["Open", "Bug", 1, null],
  ]);
  await user.refused(`PUT ${T}`, "FORBIDDEN", { ...on(ticket), body: { status: "Closed" } });
});

it("the types of tickets are all that others than admins read of their settings", async () => {
  for (const role of ["user", "moderator"] as const) {
    const { json } = await world.plain(role).send("GET /api/config/tickets");
    expect(json).toEqual({ categories: ["Application", "Bug", "Support"] });
    const { json: shown } = await world.plain(role).send("GET /api/config/tickets", { headers: APP_HEADERS });
    expect(shown).not.toHaveProperty("max_open_per_user");
    await world.plain(role).refused("PUT /api/config/tickets", "FORBIDDEN", { body: {}, headers: APP_HEADERS });
  }
  const { json } = await world.plain("admin").send("GET /api/config/tickets");
  expect(json).toMatchObject({ max_open_per_user: 3, version: 0 });
});
