/** Sign-ins and links by Discord: their states, the browsers they are bound to, and where they end. */

import { describe, expect, it } from "vitest";
import { ADA, BROWSER, NELLY, NOBODY, openDiscord, ROLES, refusedWith, VISIT } from "@/tests/discord";
import { createDiscordService } from "./service";

const { discord, clientWith, world } = openDiscord();

describe("a sign-in", () => {
  it("learns who came, with a picture and roles", async () => {
    discord().add({
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
    discord().add({ ...NELLY, roles });
    const { service, came, allowed } = world();
    await service.finish(NOBODY, await allowed(service.startSignIn({ platform: "web" }, BROWSER).auth_url), VISIT);
    expect(came).toEqual([{ id: NELLY.id, role }]);
  });

  it.each([
    ["a member without the roles", ["99"]],
    ["no member", undefined],
  ])("keeps out %s once LOOTLING_ROLE_ID is set, and lets them in before", async (_name, roles) => {
    discord().add({ ...NELLY, roles });
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

  it("ends at the page that asks for a code where the account has a second factor, and nowhere else", async () => {
    discord().add({ ...NELLY, roles: [ROLES.member] });
    const { service, allowed } = world({ refusal: { ticket: "7.ticket" } });
    const ours = service.startSignIn({ platform: "web", next: "/dashboard/logs?level=error" }, BROWSER).auth_url;
    expect(await service.finish(NOBODY, await allowed(ours), VISIT)).toEqual({
      location: "/login?step=code&next=%2Fdashboard%2Flogs%3Flevel%3Derror",
      ticket: "7.ticket",
    });
    for (const platform of ["web", "android"] as const) {
      const back = await allowed(service.startSignIn({ platform }, BROWSER).auth_url);
      await expect(service.finish(NOBODY, back, VISIT)).rejects.toMatchObject(refusedWith("second-factor"));
    }
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
    const off = createDiscordService({ client: () => undefined, landings: { web: "/" }, now: () => 0 } as never);
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
    // No app of that platform has an address here.
    const moved = service.finish(NOBODY, { ...query, platform: "ios" }, VISIT);
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
