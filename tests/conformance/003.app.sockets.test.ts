/** Sockets of document 003's mobile app, which connect without a credential and authenticate in `join_ticket`. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Json } from "../api";
import { closeSockets, refusal, socket } from "../sockets";
import { on, QUESTION, T } from "../tickets";
import { APP_HEADERS, type AppWorld, openAppWorld } from "./003.app.world";

let world: AppWorld;
let ticket_id: string;
beforeAll(async () => {
  world = await openAppWorld();
});
afterAll(() => world?.close());
beforeEach(async () => {
  if (ticket_id) await world.as("admin").send(`DELETE ${T}`, on({ ticket_id }));
  ({ ticket_id } = (await world.as("user").send("POST /api/tickets", { body: QUESTION })).json);
});
afterEach(closeSockets);

async function asApp(headers: Record<string, string> = APP_HEADERS) {
  const one = socket({ url: world.server.url, headers });
  await new Promise<void>((resolve, reject) => one.client.once("connect", resolve).once("connect_error", reject));
  return one;
}
const say = (content: string) =>
  world.as("moderator").send(`POST ${T}/messages`, { ...on({ ticket_id }), body: { content } });
const gone = (one: Awaited<ReturnType<typeof asApp>>) =>
  new Promise<void>((resolve) => void one.client.once("disconnect", () => resolve()));

it("becomes the person of the token in join_ticket, and hears nothing before", async () => {
  const one = await asApp();
  one.client.emit("watch", { topics: ["logs"] });
  await say("unheard");
  one.client.emit("join_ticket", { ticket_id, token: world.tokens.user });
  await one.event("joined_ticket");
  expect(one.names()).toEqual(
    ["connected", "connection_established", "joined_ticket", "message_history"].slice(0, one.names().length),
  );
  await one.event("message_history", ({ messages }) => messages.some((each: Json) => each.content === "unheard"));
  await say("heard");
  await one.event("new_message", ({ message }) => message === "heard");
  // The limit of packets ended with the admission.
  for (let at = 0; at < 5; at++) one.client.emit("leave_ticket", { ticket_id });
  await one.event("left_ticket");
});

it("is refused an invalid token and somebody else's ticket, and is nobody until then", async () => {
  const one = await asApp();
  for (const token of [undefined, "a.b.c"]) {
    one.client.emit("join_ticket", { ticket_id, token });
    await one.event("error", ({ code }) => code === "UNAUTHORIZED");
    one.heard.length = 0;
  }
  one.client.emit("join_ticket", { ticket_id: "ticket_unknown", token: world.tokens.user });
  await one.event("error", ({ code }) => code === "NOT_FOUND");
  expect(one.names()).not.toContain("joined_ticket");
});

it("is closed at its fourth packet without a token", async () => {
  const one = await asApp();
  const over = gone(one);
  for (let at = 0; at < 4; at++) one.client.emit("join_ticket", { ticket_id });
  await over;
});

it("is refused a bot's token, and a credential of the handshake that is not valid", async () => {
  const { json } = await world.as("user").send("POST /api/my-bots", { body: { name: "Greeter" } });
  const one = await asApp();
  one.client.emit("join_ticket", { ticket_id, token: json.token });
  await one.event("error", ({ code }) => code === "FORBIDDEN");
  const url = world.server.url;
  expect(await refusal({ url, headers: APP_HEADERS, token: "a.b.c" })).toMatchObject({ code: "UNAUTHORIZED" });
  expect(await refusal({ url })).toMatchObject({ code: "UNAUTHORIZED" });
});
