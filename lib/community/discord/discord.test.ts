/** The client against a server that answers as Discord's does, and the rules of states and addresses. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { outbound } from "@/lib/core/outbound/index";
import { hashToken, newToken, sameSecret, sign } from "@/lib/core/secrets";
import { CLIENT, Discord, GUILD } from "@/tests/standins/discord";
import { createDiscordClient, type DiscordConfig } from "./client";
import { PROBLEMS, type Problem, problemText } from "./contract";
import { createDiscordService } from "./service";
import { createStates } from "./state";

const CALLBACK = "https://bots.example.org/api/discord/callback";
const NELLY = { id: "80351110224678912", username: "nelly", email: "nelly@example.org", verified: true };
const ROLES = { admin: "11", moderator: "22", member: "33" };
const ADA = { kind: "user", user_id: 7, scope: "admin", session_id: "ses_1" } as UserActor;

let discord: Discord;
beforeAll(async () => {
  discord = await Discord.start(CALLBACK);
});
afterAll(() => discord.close());
beforeEach(() => {
  discord.citizens.clear();
  discord.add({ ...NELLY, roles: [ROLES.member] });
});

const slept: number[] = [];
const warned: string[] = [];
afterEach(() => {
  slept.length = 0;
  warned.length = 0;
});
function clientWith(change: Partial<DiscordConfig> = {}, timeoutMs = 20_000) {
  return createDiscordClient({
    config: {
      apiUrl: discord.url,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      redirectUri: CALLBACK,
      guildId: GUILD,
      ...change,
    },
    outbound: (url, options) => outbound(url, { ...options, timeoutMs }),
    sleep: async (ms) => void slept.push(ms),
    warn: (detail, text) => void warned.push(`${text} ${JSON.stringify(detail)}`),
  });
}

/** A service over that client, whose accounts note who came. */
function world({ client = clientWith(), landings = {} as object, roles = ROLES as object, refusal = "" } = {}) {
  const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
  const spent = new Set<string>();
  const came: { id: string; role: string | undefined }[] = [];
  const links: [number, string][] = [];
  const states = createStates({ sign, same: sameSecret });
  const service = createDiscordService({
    client,
    roles,
    landings: { web: "https://bots.example.org/dashboard", android: "hazebot://oauth?from=discord", ...landings },
    accounts: {
      async signInBy(person, role) {
        came.push({ id: person.id, role });
        return refusal ? (refusal as never) : ({ sessionToken: "ms_new", reply: { token: "a.b.c" } } as never);
      },
      async linkIdentity(actor, identity) {
        links.push([(actor as UserActor).user_id, identity.id]);
        return refusal ? (refusal as never) : "linked";
      },
      linkedIdentity: async () => ({ linked: null, hasPassword: true }),
      unlinkIdentity: async () => undefined,
    },
    states,
    store: {
      spend: async (nonce) => !spent.has(nonce) && Boolean(spent.add(nonce)),
      sweep: async () => undefined,
    },
    now: () => clock.at,
    newNonce: () => newToken("st"),
    hash: hashToken,
    same: sameSecret,
  });
  const allowed = async (authUrl: string, button?: "Cancel") =>
    Object.fromEntries((await discord.decide(authUrl, NELLY.id, button)).searchParams) as {
      code: string;
      state: string;
    };
  return { service, states, clock, came, links, allowed };
}
const BROWSER = "br_mine";
const VISIT = { browser: BROWSER, ip: "192.0.2.1" };
const NOBODY = { kind: "public", ip: "192.0.2.1" } as const;
const refusedWith = (name: Problem) => ({ code: PROBLEMS[name][0], details: { problem: name } });

describe("the page that asks", () => {
  it("is Discord's own unless another base is set, with what Discord needs", () => {
    const url = new URL(clientWith({ apiUrl: "https://discord.com/api" }).authorizeUrl("s.t", "challenge"));
    expect(url.origin + url.pathname).toBe("https://discord.com/api/oauth2/authorize");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT.id,
      response_type: "code",
      redirect_uri: CALLBACK,
      scope: "identify email guilds.members.read",
      state: "s.t",
      code_challenge: "challenge",
      code_challenge_method: "S256",
    });
  });

  it("asks for nothing of guilds when none is configured", () => {
    const url = new URL(clientWith({ guildId: undefined }).authorizeUrl("s.t", "c"));
    expect(url.searchParams.get("scope")).toBe("identify email");
  });
});

describe("a sign-in", () => {
  it("learns who came, with a picture and roles", async () => {
    discord.add({
      ...NELLY,
      global_name: "Nelly T",
      avatar: "a_8342729096ea3675",
      discriminator: "1337",
      roles: ["5"],
    });
    const { service, states, allowed } = world();
    const { code, state } = await allowed(service.startSignIn({ platform: "web" }, BROWSER).auth_url);
    expect(await clientWith().identify(code, states.verifierOf(states.read(state)!))).toEqual({
      id: NELLY.id,
      username: "nelly",
      fullname: "Nelly T",
      discriminator: "1337",
      avatar: `https://cdn.discordapp.com/avatars/${NELLY.id}/a_8342729096ea3675.gif`,
      email: NELLY.email,
      emailVerified: true,
      roles: ["5"],
    });
  });

  it.each([
    ["admin", [ROLES.member, ROLES.moderator, ROLES.admin]],
    ["moderator", [ROLES.moderator]],
    ["user", [ROLES.member]],
  ])("makes the guild's roles %s", async (role, roles) => {
    discord.add({ ...NELLY, roles });
    const { service, came, allowed } = world();
    await service.finish(NOBODY, await allowed(service.startSignIn({ platform: "web" }, BROWSER).auth_url), VISIT);
    expect(came).toEqual([{ id: NELLY.id, role }]);
  });

  it.each([
    ["a member without the roles", ["99"]],
    ["no member", undefined],
  ])("keeps out %s once LOOTLING_ROLE_ID is set, and lets them in before", async (_name, roles) => {
    discord.add({ ...NELLY, roles });
    const strict = world();
    const begun = strict.service.startSignIn({ platform: "web" }, BROWSER).auth_url;
    const finish = strict.service.finish(NOBODY, await strict.allowed(begun), VISIT);
    await expect(finish).rejects.toMatchObject(refusedWith("role"));
    expect(strict.came).toEqual([]);
    const open = world({ roles: { admin: "11" } });
    const again = open.service.startSignIn({ platform: "web" }, BROWSER).auth_url;
    await open.service.finish(NOBODY, await open.allowed(again), VISIT);
    expect(open.came).toEqual([{ id: NELLY.id, role: "user" }]);
  });

  it("asks for no role without a guild", async () => {
    const { service, came, allowed } = world({ client: clientWith({ guildId: undefined }) });
    await service.finish(NOBODY, await allowed(service.startSignIn({ platform: "web" }, BROWSER).auth_url), VISIT);
    expect(came).toEqual([{ id: NELLY.id, role: undefined }]);
  });

  it.each<[string, Parameters<ReturnType<typeof world>["service"]["startSignIn"]>[0], object, string, boolean]>([
    ["the web's default", { platform: "web" }, {}, "https://bots.example.org/dashboard#token=a.b.c", true],
    [
      "a web app's",
      { platform: "web" },
      { web: "https://app.example.org/in?x=1" },
      "https://app.example.org/in?x=1#token=a.b.c",
      true,
    ],
    ["our own page", { platform: "web", next: "/dashboard/bots?q=1" }, {}, "/dashboard/bots?q=1", true],
    ["an app's scheme", { platform: "android" }, {}, "hazebot://oauth?from=discord&token=a.b.c", false],
    [
      "an app's web link",
      { platform: "ios" },
      { ios: "https://app.example.org/ios" },
      "https://app.example.org/ios#token=a.b.c",
      false,
    ],
  ])("ends at %s address", async (_name, input, landings, location, cookie) => {
    const { service, allowed } = world({ landings });
    const query = await allowed(service.startSignIn(input, BROWSER).auth_url);
    // An app's browser is another one than the one that asked.
    const visit = input.platform === "web" ? VISIT : { ip: "192.0.2.9" };
    expect(await service.finish(NOBODY, query, visit)).toEqual({
      location,
      ...(cookie && { sessionToken: "ms_new" }),
    });
  });

  it("is not begun from a platform without an address, nor while it is not set up", () => {
    const { service } = world();
    expect(() => service.startSignIn({ platform: "ios" }, BROWSER)).toThrow(/OAUTH_REDIRECT_IOS/);
    const off = createDiscordService({ client: undefined, landings: { web: "/" }, now: () => 0 } as never);
    expect(off.available()).toBe(false);
    expect(() => off.startSignIn({ platform: "web" }, BROWSER)).toThrow(/DISCORD_CLIENT_ID/);
  });
});

describe("a state", () => {
  const begun = async (platform: "web" | "android" = "web") => {
    const made = world();
    return { ...made, query: await made.allowed(made.service.startSignIn({ platform }, BROWSER).auth_url) };
  };

  it("works once, of two uses at once too", async () => {
    const { service, query, came } = await begun();
    const both = await Promise.allSettled([1, 2].map(() => service.finish(NOBODY, query, VISIT)));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(service.finish(NOBODY, query, VISIT)).rejects.toMatchObject(refusedWith("state"));
    expect(came).toHaveLength(1);
  });

  it("is over after ten minutes", async () => {
    const { service, query, clock } = await begun();
    clock.at += 600_000;
    await expect(service.finish(NOBODY, query, VISIT)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { field: "state" },
    });
  });

  it("is bound to the browser that asked", async () => {
    for (const browser of ["br_another", undefined]) {
      const { service, query } = await begun();
      const finish = service.finish(NOBODY, query, { ...VISIT, browser });
      await expect(finish).rejects.toMatchObject(refusedWith("state"));
    }
  });

  it("cannot be made up, changed, left out or moved to another platform", async () => {
    const { service, query, states } = await begun();
    const [text, signature] = query.state.split(".") as [string, string];
    const forged = Buffer.from(JSON.stringify({ ...states.read(query.state), browser: undefined, link: 1 })).toString(
      "base64url",
    );
    for (const state of [undefined, "x.y", text, `${forged}.${signature}`, `${text}.${signature}x`, `${text}.`])
      await expect(service.finish(NOBODY, { ...query, state }, VISIT)).rejects.toMatchObject(refusedWith("state"));
    const moved = service.finish(NOBODY, { ...query, platform: "android" }, VISIT);
    await expect(moved).rejects.toMatchObject(refusedWith("state"));
    expect(await service.finish(NOBODY, { ...query, platform: "web" }, VISIT)).toBeTruthy();
  });

  it("tells neither its verifier nor the browser's cookie", async () => {
    const { states, query } = await begun();
    const shown = Buffer.from(query.state.split(".")[0]!, "base64url").toString();
    expect(shown).not.toContain(BROWSER);
    expect(shown).not.toContain(states.verifierOf(states.read(query.state)!));
  });
});

describe("refusals", () => {
  async function finishing(client = clientWith()) {
    const { service, allowed } = world({ client });
    const query = await allowed(service.startSignIn({ platform: "web" }, BROWSER).auth_url);
    return () => service.finish(NOBODY, query, VISIT);
  }

  it("of the person", async () => {
    const { service, allowed } = world();
    const query = await allowed(service.startSignIn({ platform: "web" }, BROWSER).auth_url, "Cancel");
    await expect(service.finish(NOBODY, query, VISIT)).rejects.toMatchObject(refusedWith("denied"));
    const odd = service.finish(NOBODY, { ...query, error: "invalid_scope" }, VISIT);
    await expect(odd).rejects.toMatchObject(refusedWith("misconfigured"));
  });

  it("of a code that is missing, unknown, used or another sign-in's", async () => {
    const { service, allowed } = world();
    const query = () => allowed(service.startSignIn({ platform: "web" }, BROWSER).auth_url);
    const [one, two, three, four] = [await query(), await query(), await query(), await query()];
    const finish = (code: string | undefined, state: string) => service.finish(NOBODY, { code, state }, VISIT);
    await expect(finish(undefined, one.state)).rejects.toMatchObject({ details: { field: "code" } });
    await expect(finish("unknown", one.state)).rejects.toMatchObject(refusedWith("code"));
    // PKCE: a code stolen from one sign-in is of no use in another.
    await expect(finish(two.code, three.state)).rejects.toMatchObject(refusedWith("code"));
    await finish(four.code, four.state);
    await expect(finish(four.code, two.state)).rejects.toMatchObject(refusedWith("code"));
  });

  it("of our own credentials", async () => {
    const finish = await finishing(clientWith({ clientSecret: "not this one" }));
    await expect(finish()).rejects.toMatchObject(refusedWith("misconfigured"));
    expect(warned.join()).toContain("invalid_client");
    expect(warned.join()).not.toContain("not this one");
  });

  it.each([
    ["an error", { status: 500 }, "unreachable"],
    ["something that is no JSON", { status: 200, body: "<html>" }, "unreachable"],
    ["something else than documented", { status: 200, body: '{"id":5}' }, "unreachable"],
    ["nothing", { hang: true }, "timeout"],
  ] as const)("when Discord answers %s, wherever", async (_name, trouble, name) => {
    for (const path of [/token$/, /@me$/, /member$/]) {
      // Short where nothing is to come; elsewhere a busy machine answers late, too.
      const finish = await finishing(clientWith({}, name === "timeout" ? 300 : undefined));
      discord.trouble({ path, ...trouble });
      await expect(finish()).rejects.toMatchObject(refusedWith(name));
    }
  });

  it("when Discord does not know the token it gave", async () => {
    const finish = await finishing();
    discord.trouble({ path: /@me$/, status: 401, body: '{"message":"401: Unauthorized","code":0}' });
    await expect(finish()).rejects.toMatchObject(refusedWith("unreachable"));
  });

  it("when nobody listens", async () => {
    const { service, states } = world({ client: clientWith({ apiUrl: "http://127.0.0.1:1/api" }) });
    const state = new URL(service.startSignIn({ platform: "web" }, BROWSER).auth_url).searchParams.get("state")!;
    expect(states.read(state)).toBeTruthy();
    const finish = service.finish(NOBODY, { code: "c", state }, VISIT);
    await expect(finish).rejects.toMatchObject(refusedWith("unreachable"));
  });

  it("are not needed when Discord asks for a moment, and say when when it asks for more", async () => {
    const limited = (seconds: string) => ({ path: /@me$/, status: 429, headers: { "retry-after": seconds } });
    const patient = await finishing();
    discord.trouble(limited("1"));
    await patient();
    expect(slept).toEqual([1000]);
    const busy = await finishing();
    discord.trouble(limited("65"));
    await expect(busy()).rejects.toMatchObject({ ...refusedWith("busy"), retryAfter: 65 });
    const twice = await finishing();
    discord.trouble({ ...limited("0"), times: 2 });
    await expect(twice()).rejects.toMatchObject(refusedWith("busy"));
  });

  it("lead a browser to the page it began on", async () => {
    const { service } = world();
    const state = (url: string) => new URL(url).searchParams.get("state")!;
    const error = (name: Problem) =>
      Object.assign(new Error(), { code: PROBLEMS[name][0], details: { problem: name } });
    const led = (name: Problem, query: object) => service.failed(error(name) as never, query);
    const web = service.startSignIn({ platform: "web" }, BROWSER).auth_url;
    const app = service.startSignIn({ platform: "android" }, BROWSER).auth_url;
    const link = (await service.startLink(ADA, BROWSER)).auth_url;
    expect(led("denied", { state: state(web) })).toBe("/login?error=denied");
    expect(led("state", {})).toBe("/login?error=state");
    expect(led("denied", { state: state(app) })).toBe("hazebot://oauth?from=discord&error=denied");
    expect(led("taken", { state: state(link) })).toBe("/account?discord=taken");
    expect(service.failed({ code: "RATE_LIMITED" } as never, {})).toBe("/login?error=rate-limit");
    expect(service.failed({ code: "UNAVAILABLE" } as never, {})).toBe("/login?error=failed");
  });

  it("have a text for people, and nothing else has", () => {
    expect(problemText("role")).toContain("guild");
    for (const name of ["nothing", "constructor", "__proto__", ["role"], undefined])
      expect(problemText(name)).toBeUndefined();
  });
});

describe("linking", () => {
  it("adds to the account that asked, in its own browser", async () => {
    const { service, allowed, links, came } = world();
    const query = await allowed((await service.startLink(ADA, BROWSER)).auth_url);
    expect(await service.finish(ADA, query, VISIT)).toEqual({ location: "/account?discord=linked" });
    expect([links, came]).toEqual([[[7, NELLY.id]], []]);
  });

  it("is refused to another account, to nobody, and to another browser", async () => {
    for (const [actor, visit, name] of [
      [{ ...ADA, user_id: 8 }, VISIT, "session"],
      [NOBODY, VISIT, "session"],
      [ADA, { ...VISIT, browser: "br_another" }, "state"],
    ] as const) {
      const { service, allowed, links } = world();
      const query = await allowed((await service.startLink(ADA, BROWSER)).auth_url);
      await expect(service.finish(actor, query, visit)).rejects.toMatchObject(refusedWith(name));
      expect(links).toEqual([]);
    }
  });

  it("says so when it is linked otherwise", async () => {
    for (const refusal of ["taken", "other"] as const) {
      const { service, allowed } = world({ refusal });
      const query = await allowed((await service.startLink(ADA, BROWSER)).auth_url);
      await expect(service.finish(ADA, query, VISIT)).rejects.toMatchObject(refusedWith(refusal));
    }
  });

  it("is not begun by an API key", async () => {
    const key = { ...ADA, session_id: undefined, key_id: "key_1" };
    await expect(world().service.startLink(key, BROWSER)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
