/**
 * Document 003's mobile app, unmodified: every call of its client as each role that uses it, with its exact headers. A call
 * works when it answers 200 (201 for a new ticket) and holds each field that the client reads, with its type.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, Api } from "../api";
import { aUser } from "../factories";
import { API_TOKEN } from "../process";
import { CORS_ORIGIN } from "../server";
import { AVATAR } from "../standins/discord";
import { APP_CALLS, type AppCall, type AppRole, ROLES, shapeOf, unreadable } from "./003.app.calls";
import { PENDING, pendingReason } from "./003.app.pending";
import { APP_HEADERS, type AppWorld, DISCORD_IDS, openAppWorld } from "./003.app.world";

let world: AppWorld;
beforeAll(async () => {
  world = await openAppWorld();
});
afterAll(() => world?.close());

/** The ticket that each role opens with its own call, and the post and meme that it makes. */
const tickets: Partial<Record<AppRole, string>> = {};
const posts: Partial<Record<AppRole, number>> = {};
const memes: Partial<Record<AppRole, string>> = {};

/** Calls that name a thing which another call of the app makes: the list has an example in its place. */
const ownPath = (line: string, role: AppRole) =>
  line
    .replace(":id", tickets[role] ?? "unknown")
    .replace("webhook-relay", "ticket_greeter")
    .replace(/(?<=posts\/(?:images\/)?)1\b/, String(posts[role] ?? "unknown"))
    .replace(/(?<=\/api\/memes\/)\d+/, memes[role] ?? "unknown");

/** A picture for the post, which the app adds to the body that the list shows. */
const withPicture = (body: string) => JSON.stringify({ ...JSON.parse(body), image_data: AVATAR.toString("base64") });

/** Only staff close tickets, and the person who opened this one is about to reopen it. */
const closeFor = (role: AppRole) =>
  new Api(world.server.url).bearer(API_TOKEN).send("POST /api/tickets/{id}/close", { params: { id: tickets[role]! } });

async function replay({ name, line, body }: AppCall, role: AppRole): Promise<Answer> {
  const settings = new Api(world.server.url).bearer(API_TOKEN);
  // Moderators read roles and do not change them, so an admin has to set one.
  if (name === "getRolesConfig(after int put)")
    await settings.send("PUT /api/config/roles", { body: { admin_role_id: "1234567890123456789" } });
  // An admin has set these, and the app's own calls have reset them before.
  if (name === "updateUserPreferences")
    await settings.send("PUT /api/config/roles", { body: { changelog_role_id: "51111", meme_role_id: "52222" } });
  if (name === "postGameRequest")
    await settings.send("PUT /api/config/channels", { body: { gaming_channel_id: "61111" } });
  if (/^(sendMemeToDiscord|postGeneratedMemeToDiscord|testDailyMeme|postUserRLStats)$/.test(name))
    await settings.send("PUT /api/config/channels", { body: { meme_channel_id: "62222", rl_channel_id: "63333" } });
  if (name === "deleteRocketLeagueAccount")
    await world
      .as("user")
      .send("POST /api/user/rocket-league/link", { body: { platform: "steam", username: "PlayerName" } });
  if (name === "reopenTicket" && role === "user") await closeFor(role);
  const sent = body?.replace(":me", DISCORD_IDS[role]);
  const answer = await world
    .as(role)
    .send(ownPath(line, role), { body: name === "createPost" ? withPicture(sent!) : sent });
  if (name === "createPost") posts[role] = answer.json?.post_id;
  if (name === "sendMemeToDiscord") memes[role] = answer.json?.message_id;
  if (name.startsWith("createTicket")) tickets[role] = answer.json?.ticket_id;
  if (name === "refreshToken" && answer.status === 200) world.tokens[role] = answer.json.token;
  return answer;
}

function problemsOf({ name, reads }: AppCall, { status, json, text }: Answer): string[] {
  const expected = name.startsWith("createTicket") ? 201 : 200;
  return status === expected ? unreadable(shapeOf(reads), json) : [`answered ${status}: ${text.slice(0, 300)}`];
}

it("the app's words are answered to the app alone", async () => {
  const me = async (headers: Record<string, string>) =>
    (
      await new Api(world.server.url, { authorization: `Bearer ${world.tokens.moderator}`, ...headers }).send(
        "GET /api/auth/me",
      )
    ).json;
  const without = (name: string) => Object.fromEntries(Object.entries(APP_HEADERS).filter(([one]) => one !== name));
  for (const headers of [{}, without("x-platform"), without("x-app-version")])
    expect(await me(headers)).toMatchObject({ role: "moderator", user: { username: "moderator_at_discord" } });
  expect(await me(APP_HEADERS)).toMatchObject({ role: "mod", user: "moderator_at_discord" });
});

it("the app's words for roles are accepted from the app alone", async () => {
  const { id } = await aUser("user", world.server.url);
  const change = { params: { user_id: String(id) }, body: { role: "mod" } };
  const admin = new Api(world.server.url).bearer(API_TOKEN);
  await admin.refused("PATCH /api/users/{user_id}", "INVALID_INPUT", change);
  const { status, json } = await admin.send("PATCH /api/users/{user_id}", { ...change, headers: APP_HEADERS });
  expect([status, json.user.role]).toEqual([200, "mod"]);
  const { params } = change;
  expect((await admin.send("GET /api/users/{user_id}", { params })).json).toMatchObject({ role: "moderator" });
});

it("browsers may send the app's headers from a listed origin", async () => {
  const asked = "authorization, content-type, x-app-version, x-device-info, x-platform, x-session-id";
  const headers = { origin: CORS_ORIGIN, "access-control-request-headers": asked };
  const { headers: answered } = await new Api(world.server.url).send("OPTIONS /api/auth/me", { headers });
  const allowed = answered.get("access-control-allow-headers")?.split(", ");
  expect(asked.split(", ").filter((name) => !allowed?.includes(name))).toEqual([]);
});

describe.each(ROLES)("as %s", (role) => {
  it.each(APP_CALLS.filter(({ roles }) => roles.includes(role)))("$name", async (call) => {
    const problems = problemsOf(call, await replay(call, role));
    const reason = pendingReason(call.name, role);
    if (reason === undefined) expect(problems).toEqual([]);
    else expect(problems, `${call.name} works now: take it from 003.app.pending.ts`).not.toEqual([]);
  });
});

it("the list of calls that do not work names calls of the app, each with a reason", () => {
  const names = APP_CALLS.map(({ name }) => name);
  expect(PENDING.flatMap(({ calls }) => calls).filter((name) => !names.includes(name))).toEqual([]);
  expect(PENDING.filter(({ reason }) => reason.length < 10)).toEqual([]);
});
