/** The client against a server that answers as Discord's does. */

import { describe, expect, it } from "vitest";
import { ADA, BROWSER, CALLBACK, NOBODY, openDiscord, refusedWith, VISIT } from "@/tests/discord";
import { CLIENT } from "@/tests/standins/discord";
import { PROBLEMS, type Problem, problemText } from "./contract";

const { discord, slept, warned, clientWith, world } = openDiscord();

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
      discord().trouble({ path, ...trouble });
      await expect(finish()).rejects.toMatchObject(refusedWith(name));
    }
  });

  it("when Discord does not know the token it gave", async () => {
    const finish = await finishing();
    discord().trouble({ path: /@me$/, status: 401, body: '{"message":"401: Unauthorized","code":0}' });
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
    discord().trouble(limited("1"));
    await patient();
    expect(slept).toEqual([1000]);
    const busy = await finishing();
    discord().trouble(limited("65"));
    await expect(busy()).rejects.toMatchObject({ ...refusedWith("busy"), retryAfter: 65 });
    const twice = await finishing();
    discord().trouble({ ...limited("0"), times: 2 });
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
