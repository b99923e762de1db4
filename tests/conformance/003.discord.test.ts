/** Sign-in by Discord, with a stand-in for Discord. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  getDiscordLink,
  PROBLEMS,
  type Problem,
  startDiscordLink,
  startDiscordSignIn,
} from "@/lib/community/discord/contract";
import { getCurrentMember } from "@/lib/identity/accounts/contract";
import { type Answer, Api } from "../api";
import { aUser, signIn, type TestUser, theAdmin, unique } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { type Citizen, CLIENT, Discord, GUILD } from "../standins/discord";

const HTML = { accept: "text/html,application/xhtml+xml" };

const ROLES = { ADMIN_ROLE_ID: "111", MODERATOR_ROLE_ID: "222", LOOTLING_ROLE_ID: "333" };

const LOOTLING = [ROLES.LOOTLING_ROLE_ID];

const CALLBACK = "http://bots.example.org/api/discord/callback";

describe("sign-in by Discord", () => {
  const folder = temporaryFolder();
  let discord: Discord;
  let server: ServerProcess;
  let api: Api;
  beforeAll(async () => {
    discord = await Discord.start(CALLBACK);
    server = await startServer({
      ...ROLES,
      DATA_DIR: folder,
      DISCORD_API_URL: discord.url,
      DISCORD_CLIENT_ID: CLIENT.id,
      DISCORD_CLIENT_SECRET: CLIENT.secret,
      DISCORD_REDIRECT_URI: CALLBACK,
      DISCORD_GUILD_ID: GUILD,
      OAUTH_REDIRECT_ANDROID: "hazebot://oauth",
      FCM_SERVER_KEY: "of the old kind",
    });
    api = new Api(server.url);
  });
  afterAll(async () => {
    await server.stop();
    await discord.close();
    removeFolder(folder);
  });

  let people = 0;
  const someone = (more: Partial<Citizen> = {}) => {
    const id = String(80_351_110_224_678_912n + BigInt(++people));
    const username = unique("citizen");
    return discord.add({ id, username, email: `${username}@example.org`, verified: true, roles: LOOTLING, ...more });
  };
  const cookieOf = (answer: Answer, name: string) =>
    answer.headers
      .getSetCookie()
      .map((cookie) => new RegExp(`^${name}=([^;]+)`).exec(cookie)?.[1])
      .find(Boolean);

  /** Plays a browser from the sign-in button to the callback; `headers` are sent with each request. */
  async function sentBack(who: Citizen, query: Record<string, string> = {}, button?: "Cancel") {
    const begun = await api.send("GET /api/discord/auth", { query });
    expect(begun.status, begun.text).toBe(200);
    const browser = cookieOf(begun, "muster_browser");
    const back = await discord.decide(startDiscordSignIn.response.parse(begun.json).auth_url, who.id, button);
    return { query: Object.fromEntries(back.searchParams), headers: { ...HTML, cookie: `muster_browser=${browser}` } };
  }
  const finish = (input: Parameters<Api["send"]>[1]) => api.send("GET /api/discord/callback", input);
  const tokenOf = (answer: Answer) =>
    new URL(answer.headers.get("location")!, "http://here").hash.replace("#token=", "");

  async function signedIn(who: Citizen) {
    const answer = await finish(await sentBack(who));
    expect(answer.status, answer.text).toBe(302);
    return {
      answer,
      jwt: tokenOf(answer),
      me: await api.bearer(tokenOf(answer)).call(getCurrentMember),
    };
  }

  it("begins as the document shows", async () => {
    const { status, json, headers } = await api.send("GET /api/discord/auth");
    expect([status, Object.keys(json)]).toEqual([200, ["auth_url"]]);
    const url = new URL(json.auth_url);
    expect(url.origin + url.pathname).toBe(`${discord.url}/oauth2/authorize`);
    expect(url.searchParams.get("scope")).toBe("identify email guilds.members.read");
    expect(headers.getSetCookie()[0]).toMatch(/^muster_browser=br_.*; Path=\/api; HttpOnly; SameSite=Lax/);
  });

  it("creates a user of the guild, with session, token, picture and role", async () => {
    const nelly = someone({ avatar: "8342729096ea3675442027381ff50dfe", discriminator: "1337", global_name: "Nelly" });
    const { answer, jwt, me } = await signedIn(nelly);
    expect(answer.headers.get("location")).toMatch(/^\/dashboard#token=/);
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.text).not.toContain(jwt);
    const avatar = `https://cdn.discordapp.com/avatars/${nelly.id}/${nelly.avatar}.png`;
    expect(me).toMatchObject({ username: nelly.username, discriminator: "1337", avatar, role: "user" });
    const cookie = cookieOf(answer, "session_token");
    const verified = await api.with({ cookie: `session_token=${cookie}` }).send("GET /api/auth/verify-token");
    expect([verified.status, verified.json.discord_id]).toEqual([200, nelly.id]);
    // A logout ends this session too.
    await api.bearer(jwt).send("POST /api/auth/logout");
    expect((await api.bearer(jwt).send("GET /api/auth/me")).status).toBe(401);
  });

  it("follows the guild's roles at each sign-in", async () => {
    const nelly = someone({ roles: [ROLES.ADMIN_ROLE_ID] });
    const first = await signedIn(nelly);
    expect(first.me).toMatchObject({ role: "admin", permissions: ["all"] });
    nelly.roles = [ROLES.MODERATOR_ROLE_ID];
    const second = await signedIn(nelly);
    expect(second.me).toMatchObject({ user_id: first.me.user_id, role: "moderator" });
    expect((await api.bearer(first.jwt).send("GET /api/users/me")).status).toBe(401);
  });

  it("redirects to an app with the token, and gives its browser no session", async () => {
    const back = await sentBack(someone(), { platform: "android" });
    const answer = await finish({ query: { ...back.query, platform: "android" }, headers: HTML });
    const url = new URL(answer.headers.get("location")!);
    expect([answer.status, url.protocol, answer.headers.getSetCookie()]).toEqual([302, "hazebot:", []]);
    expect((await api.bearer(url.searchParams.get("token")!).send("GET /api/users/me")).status).toBe(200);
  });

  it("redirects to our own page without a token in the address", async () => {
    const answer = await finish(await sentBack(someone(), { next: "/dashboard/logs?level=error" }));
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/dashboard/logs?level=error"]);
    expect(cookieOf(answer, "session_token")).toBeTruthy();
  });

  it.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a b", ""])(
    "does not end at %j",
    async (next) => {
      if (next === "") return expect((await sentBack(someone(), { next })).query.code).toBeTruthy();
      const { status, json } = await api.send("GET /api/discord/auth", { query: { next } });
      expect([status, json.details.field]).toEqual([400, "next"]);
    },
  );

  it("needs a configured address for each platform", async () => {
    for (const platform of ["ios", "windows"]) {
      const { status, json } = await api.send("GET /api/discord/auth", { query: { platform } });
      expect([status, json.details.field]).toEqual([400, "platform"]);
    }
  });

  /** Checks that a browser is redirected to a page with the reason, and a program gets it as JSON. */
  async function refusal(name: Problem, input: () => Promise<Parameters<Api["send"]>[1]>, field?: string) {
    const page = await finish(await input());
    expect([page.status, page.headers.get("location")], page.text).toEqual([302, `/login?error=${name}`]);
    expect(page.headers.getSetCookie()).toEqual([]);
    const { headers, ...rest } = (await input())!;
    const program = await api.refused("GET /api/discord/callback", PROBLEMS[name][0], {
      ...rest,
      headers: { ...headers, accept: "application/json" },
    });
    expect(program.error).toBe(PROBLEMS[name][1]);
    if (field) expect(program.details?.field).toBe(field);
  }

  it.each<[Problem, string, () => Promise<Parameters<Api["send"]>[1]>, string?]>([
    ["denied", "whoever cancels", () => sentBack(someone(), {}, "Cancel")],
    ["role", "who has no role", () => sentBack(someone({ roles: ["9"] }))],
    ["role", "who is no member", () => sentBack(someone({ roles: undefined }))],
    ["email-unverified", "an address nobody verified", () => sentBack(someone({ verified: false }))],
    ["state", "no state", async () => ({ query: { code: "c" }, headers: HTML }), "state"],
    ["state", "a state made up", async () => ({ query: { code: "c", state: "a.b" }, headers: HTML }), "state"],
    ["state", "another browser", async () => ({ ...(await sentBack(someone())), headers: HTML }), "state"],
    [
      "state",
      "a state used before",
      async () => {
        const back = await sentBack(someone());
        expect((await finish(back)).status).toBe(302);
        return back;
      },
      "state",
    ],
    [
      "code",
      "a code made up",
      async () => {
        const back = await sentBack(someone());
        return { ...back, query: { ...back.query, code: "made-up" } };
      },
      "code",
    ],
    [
      "unreachable",
      "a Discord that fails",
      async () => {
        discord.trouble({ path: /token$/, status: 503 });
        return sentBack(someone());
      },
    ],
    [
      "busy",
      "a Discord that has enough",
      async () => {
        discord.trouble({ path: /@me$/, status: 429, headers: { "retry-after": "30" } });
        return sentBack(someone());
      },
    ],
  ])("refuses with %s: %s", async (name, _what, input, field) => {
    await refusal(name, input, field);
  });

  it("never signs in to an account with the same address, but lets its owner link it", async () => {
    const owner = await aUser("user", server.url);
    const twin = someone({ email: owner.email });
    await refusal("email-taken", () => sentBack(twin));

    const [mine] = await linking(owner, twin);
    expect([mine.status, mine.headers.get("location")]).toEqual([302, "/account?discord=linked"]);
    const status = await owner.api.call(getDiscordLink);
    expect(status).toMatchObject({ available: true, linked: { discord_id: twin.id }, has_password: true });
    expect((await signedIn(twin)).me).toMatchObject({ user_id: String(owner.id), username: owner.username });
    const again = await signIn(owner.username, owner.password, server.url);
    expect((await again.api.send("GET /api/auth/verify-token")).json.discord_id).toBe(twin.id);

    const stranger = await aUser("user", server.url);
    const [theirs] = await linking(stranger, twin);
    expect(theirs.headers.get("location")).toBe("/account?discord=taken");
    await owner.api.refused("POST /api/auth/discord", "CONFLICT");
    expect((await owner.api.send("DELETE /api/auth/discord")).status).toBe(200);
    await owner.api.refused("DELETE /api/auth/discord", "NOT_FOUND");
  });

  async function linking(user: TestUser, who: Citizen, as: TestUser = user) {
    const begun = await user.api.send("POST /api/auth/discord");
    const back = await discord.decide(startDiscordLink.response.parse(begun.json).auth_url, who.id);
    const cookie = `muster_browser=${cookieOf(begun, "muster_browser")}; session_token=${as.cookie}`;
    const query = Object.fromEntries(back.searchParams);
    return [await finish({ query, headers: { ...HTML, cookie } })] as const;
  }

  it("links only the account that asked", async () => {
    const [ada, eve] = [await aUser("user", server.url), await aUser("user", server.url)];
    const [answer] = await linking(ada, someone(), eve);
    expect(answer.headers.get("location")).toBe("/account?discord=session");
    for (const { api: one } of [ada, eve]) expect((await one.call(getDiscordLink)).linked).toBeNull();
  });

  it("cannot be unlinked while it is the only way to sign in", async () => {
    const { jwt } = await signedIn(someone());
    await api.bearer(jwt).refused("DELETE /api/auth/discord", "CONFLICT");
  });

  it("refuses a deactivated account", async () => {
    const nelly = someone();
    const { me } = await signedIn(nelly);
    const admin = await theAdmin(server.url);
    const params = { user_id: me.user_id };
    await admin.api.send("PATCH /api/users/{user_id}", { params, body: { is_active: false } });
    await refusal("deactivated", () => sentBack(nelly));
  });

  it("logs no secrets of Discord or of states, and warns about settings without effect", () => {
    const log = server.log();
    for (const secret of [CLIENT.secret, "access_token", "muster_browser", "#token="])
      expect(log).not.toContain(secret);
    expect(log).toContain("FCM_SERVICE_ACCOUNT");
  });
});

describe("sign-in by Discord without its settings", () => {
  it.each([
    ["nothing", {}],
    ["roles of no guild", { DISCORD_CLIENT_ID: "1", DISCORD_CLIENT_SECRET: "x", LOOTLING_ROLE_ID: "3" }],
  ])("is 503 and says what is missing: %s", async (_name, env) => {
    const folder = temporaryFolder();
    const server = await startServer({ DATA_DIR: folder, ...env } as { DATA_DIR: string });
    try {
      const api = new Api(server.url);
      const refused = await api.refused("GET /api/discord/auth", "UNAVAILABLE");
      expect(refused.error).toContain("DISCORD_CLIENT_ID");
      const admin = await theAdmin(server.url);
      await admin.api.refused("POST /api/auth/discord", "UNAVAILABLE");
      expect((await admin.api.call(getDiscordLink)).available).toBe(false);
      const back = await api.send("GET /api/discord/callback", { query: { code: "c", state: "a.b" }, headers: HTML });
      expect(back.headers.get("location")).toBe("/login?error=state");
    } finally {
      await server.stop();
      removeFolder(folder);
    }
  });
});
