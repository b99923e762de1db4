/** Sign-in of document 003's mobile app by Discord: the app puts `mobile` or `web` in place of the state of its address. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api } from "../api";
import { API_TOKEN } from "../process";
import { APP_HEADERS, type AppWorld, CALLBACK, DISCORD_IDS, openAppWorld } from "./003.app.world";

let world: AppWorld;
beforeAll(async () => {
  world = await openAppWorld({ OAUTH_REDIRECT_WEB: "https://app.example.org/" });
});
afterAll(() => world?.close());

const at = (url: URL | string, headers = {}) => {
  const { pathname, searchParams } = new URL(url);
  return new Api(world.server.url).send(`GET ${pathname}`, { query: Object.fromEntries(searchParams), headers });
};

/** Asks for the address as the app does, and puts the word in. */
async function addressFor(state: "mobile" | "web", platform: string): Promise<URL> {
  const { json } = await new Api(world.server.url, { ...APP_HEADERS, "x-platform": platform }).send(
    "GET /api/discord/auth",
  );
  const url = new URL(json.auth_url);
  url.searchParams.set("state", state);
  return url;
}

/** Opens the address in a new browser up to the return from Discord. */
async function throughDiscord(url: URL, person = DISCORD_IDS.user): Promise<{ back: URL; cookie: string }> {
  const { headers } = await at(url);
  const cookie = /muster_browser=[^;]+/.exec(headers.get("set-cookie") ?? "")![0];
  return { back: await world.discord.decide(headers.get("location")!, person), cookie };
}

it.each([
  ["mobile", "Android", "hazebot://oauth?token="],
  ["mobile", "Android (Debug)", "hazebot://oauth?token="],
  ["web", "Web", "https://app.example.org/?token="],
] as const)("state=%s from %s ends at %s", async (state, platform, end) => {
  const address = await addressFor(state, platform);
  expect(address.origin).toBe(new URL(CALLBACK).origin);
  const { back, cookie } = await throughDiscord(address);
  const { status, headers } = await at(back, { cookie });
  const location = headers.get("location")!;
  expect([status, location.slice(0, end.length)]).toEqual([302, end]);
  const api = new Api(world.server.url).with({
    ...APP_HEADERS,
    authorization: `Bearer ${new URL(location).searchParams.get("token")}`,
  });
  const me = await api.send("GET /api/auth/me");
  expect(me.json).toMatchObject({ discord_id: DISCORD_IDS.user, role: "lootling", auth_type: "discord" });
});

it("nobody is signed in by the return of a sign-in that began in another browser, nor twice by one", async () => {
  for (const state of ["mobile", "web"] as const) {
    const attack = await throughDiscord(await addressFor(state, "Android"));
    const victim = await throughDiscord(await addressFor(state, "Android"));
    for (const headers of [{}, { cookie: victim.cookie }, { ...APP_HEADERS, cookie: victim.cookie }])
      expect((await at(attack.back, headers)).status).toBe(400);
    expect((await at(victim.back, { cookie: victim.cookie })).status).toBe(302);
    expect((await at(victim.back, { cookie: victim.cookie })).status).toBe(400);
  }
});

it("the app's word is no state at the callback", async () => {
  for (const state of ["mobile", "web"])
    expect((await at(`${CALLBACK}?code=c&state=${state}`, APP_HEADERS)).status).toBe(400);
});

it("a sign-in begun without parameters may name the app's platform when it comes back, in its browser alone", async () => {
  const begin = async () => {
    const { json, headers } = await new Api(world.server.url).send("GET /api/discord/auth");
    const cookie = /muster_browser=[^;]+/.exec(headers.get("set-cookie") ?? "")![0];
    const back = await world.discord.decide(json.auth_url, DISCORD_IDS.user);
    return { cookie, back };
  };
  const { back, cookie } = await begin();
  back.searchParams.set("platform", "android");
  expect((await at(back)).status).toBe(400);
  expect((await at(back, { cookie })).headers.get("location")).toMatch(/^hazebot:\/\/oauth\?token=/);
  const other = await begin();
  expect((await at(other.back, { cookie: other.cookie })).headers.get("location")).toMatch(
    /^https:\/\/app\.example\.org\/#token=/,
  );
  // A sign-in of an app is bound to no browser, so that it must not end in one.
  const { json } = await new Api(world.server.url).send("GET /api/discord/auth", { query: { platform: "android" } });
  const unbound = await world.discord.decide(json.auth_url, DISCORD_IDS.user);
  unbound.searchParams.set("platform", "web");
  expect((await at(unbound)).status).toBe(400);
});

it("a refresh without the app's headers is answered in its words if its own sign-in issued the token", async () => {
  const { back, cookie } = await throughDiscord(await addressFor("mobile", "Android"));
  const location = (await at(back, { cookie })).headers.get("location")!;
  const bare = (token: string) => new Api(world.server.url).bearer(token);
  let token = new URL(location).searchParams.get("token")!;
  // Twice, because the new token is the app's as well.
  for (const _ of [1, 2]) {
    const { status, json } = await bare(token).send("POST /api/auth/refresh");
    expect([status, json]).toMatchObject([
      200,
      { token: expect.any(String), user: "user_at_discord", discord_id: DISCORD_IDS.user, role: "lootling" },
    ]);
    expect(json.permissions).toEqual(["meme_generator"]);
    token = json.token;
  }
  // The token changes neither the words of other calls nor a right.
  expect((await bare(token).send("GET /api/auth/me")).json).toMatchObject({ role: "user", permissions: [] });
  await bare(token).refused("GET /api/users", "FORBIDDEN");
  // Another client, which signed in as the document has it, is answered as documented.
  const other = await bare(world.tokens.moderator).send("POST /api/auth/refresh");
  expect(other.json).toMatchObject({ role: "moderator", user: { username: "moderator_at_discord" } });
  // Claims that this server has not signed are no session.
  const forged = `${btoa('{"alg":"HS256"}')}.${btoa('{"dialect":"haze"}')}.x`.replaceAll("=", "");
  await bare(forged).refused("POST /api/auth/refresh", "UNAUTHORIZED");
});

describe("somebody with none of the configured roles", () => {
  const HTML = { accept: "text/html,application/xhtml+xml" };
  const stranger = { id: "444444444444444444", username: "stranger", email: "stranger@example.org", verified: true };

  it.each([
    ["mobile", "Android", "hazebot://oauth?error=role"],
    ["web", "Web", "/login?error=role"],
  ] as const)("is sent back from state=%s on %s to %s, and gets no account", async (state, platform, end) => {
    world.discord.add({ ...stranger, roles: ["9999"] });
    const { back, cookie } = await throughDiscord(await addressFor(state, platform), stranger.id);
    const { status, headers } = await at(back, { ...HTML, cookie });
    expect([status, headers.get("location")]).toEqual([302, end]);
    const admin = new Api(world.server.url).bearer(API_TOKEN);
    expect((await admin.send("GET /api/users/search", { query: { q: stranger.username } })).json.count).toBe(0);
  });

  it("is refused in JSON as well, also when they had a role before, and is let in once they have one again", async () => {
    const person = world.discord.add({
      ...stranger,
      id: "444444444444444445",
      email: "former@example.org",
      roles: ["3333"],
    });
    const arrive = async () => {
      const { back, cookie } = await throughDiscord(await addressFor("mobile", "Android"), person.id);
      const { status, json, headers } = await at(back, { cookie });
      return [status, json?.details?.problem ?? headers.get("location")?.slice(0, 23)];
    };
    const letIn = [302, "hazebot://oauth?token=e"];
    expect(await arrive()).toEqual(letIn);
    person.roles = ["9999"];
    expect(await arrive()).toEqual([403, "role"]);
    // Beside a known role, unknown ones change nothing.
    person.roles = ["9999", "3333"];
    expect(await arrive()).toEqual(letIn);
  });
});
