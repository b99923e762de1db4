/** Single sign-on at a real OpenID provider (oidc-provider), over HTTP. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getCurrentMember, getMe } from "@/lib/identity/accounts/contract";
import { confirmSecondFactor, startSecondFactor } from "@/lib/identity/accounts/second-factor/contract";
import { listSsoLinks, PROBLEMS, type Problem, startSsoSignIn } from "@/lib/identity/sso/contract";
import { type Answer, Api } from "../api";
import { appCode } from "../authenticator";
import { aUser, type TestUser, theAdmin, unique } from "../factories";
import { freePort, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { OIDC_CLIENT, Oidc } from "../standins/oidc";

const HTML = { accept: "text/html,application/xhtml+xml" };
const START = "GET /api/auth/sso/{provider}";
const BACK = "GET /api/auth/sso/{provider}/callback";
const params = { provider: "oidc" };

const folder = temporaryFolder();
let issuer: Oidc;
let server: ServerProcess;
let api: Api;

beforeAll(async () => {
  const port = await freePort();
  issuer = await Oidc.start(`http://127.0.0.1:${port}/api/auth/sso/oidc/callback`);
  server = await startServer({
    DATA_DIR: folder,
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    OIDC_ISSUER: issuer.url,
    OIDC_CLIENT_ID: OIDC_CLIENT.id,
    OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
    OIDC_NAME: "Example ID",
    OIDC_SCOPES: "openid profile email groups",
    OIDC_ADMIN_GROUPS: "bot-admins",
    OIDC_MODERATOR_GROUPS: "cn=helpers,dc=example; moderators",
    OIDC_ALLOWED_GROUPS: "staff",
    OIDC_2_ISSUER: "http://127.0.0.1:1",
    OIDC_2_CLIENT_ID: "nobody",
    OAUTH_REDIRECT_ANDROID: "hazebot://oauth",
  });
  api = new Api(server.url);
});
afterAll(async () => {
  await server?.stop();
  await issuer?.close();
  removeFolder(folder);
});

type Sent = { query: Record<string, string>; headers: Record<string, string> };

const someone = (more: object = {}) => {
  const name = unique("citizen").replace(/\W/g, "");
  const email = `${name}@example.org`;
  return issuer.add({
    ...{ sub: `sub-${name}`, preferred_username: name, name: "Ada L.", email, email_verified: true },
    ...{ groups: ["staff"], ...more },
  });
};

const cookieOf = (answer: Answer, name: string) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => new RegExp(`^${name}=([^;]+)`).exec(cookie)?.[1])
    .find(Boolean);

/** Plays a browser from the sign-in button to the callback. */
async function sentBack(sub: string, query: Record<string, string> = {}, link?: "no"): Promise<Sent> {
  const begun = await api.send(START, { params, query });
  expect(begun.status, begun.text).toBe(200);
  const back = await issuer.decide(startSsoSignIn.response.parse(begun.json).auth_url, sub, link);
  const cookie = `muster_browser=${cookieOf(begun, "muster_browser")}`;
  return { query: Object.fromEntries(back.searchParams), headers: { ...HTML, cookie } };
}
const finish = (input: Sent) => api.send(BACK, { params, ...input });

async function signedIn(sub: string) {
  const answer = await finish(await sentBack(sub, { next: "/dashboard" }));
  expect([answer.status, answer.headers.get("location")], answer.text).toEqual([302, "/dashboard"]);
  const mine = api.with({ cookie: `session_token=${cookieOf(answer, "session_token")}` });
  return { mine, me: await mine.call(getCurrentMember) };
}

/** Checks that a browser is redirected to a page with the reason, and a program gets it as JSON. */
async function refusal(name: Problem, input: () => Promise<Sent>) {
  const page = await finish(await input());
  expect([page.status, page.headers.get("location")], page.text).toEqual([302, `/login?sso_error=${name}`]);
  expect(page.headers.getSetCookie()).toEqual([]);
  const { headers, ...rest } = await input();
  const program = { params, ...rest, headers: { ...headers, accept: "application/json" } };
  expect((await api.refused(BACK, PROBLEMS[name][0], program)).error).toBe(PROBLEMS[name][1]);
}

describe("a sign-in", () => {
  it("asks the issuer with PKCE, a state, a nonce and the scopes of the settings", async () => {
    const { json, headers } = await api.send(START, { params });
    const url = new URL(json.auth_url);
    expect(url.origin).toBe(issuer.url);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ client_id: OIDC_CLIENT.id, response_type: "code", scope: "openid profile email groups" },
      ...{ redirect_uri: `${server.url}/api/auth/sso/oidc/callback`, code_challenge_method: "S256" },
      ...{ code_challenge: expect.stringMatching(/^[\w-]{43}$/), nonce: expect.stringMatching(/^[\w-]{43}$/) },
    });
    expect(headers.getSetCookie()[0]).toMatch(/^muster_browser=br_.*; Path=\/api; HttpOnly; SameSite=Lax/);
  });

  it("makes an account, and knows it the next time", async () => {
    const ada = someone();
    const first = await signedIn(ada.sub);
    expect(first.me).toMatchObject({ username: ada.preferred_username, role: "user" });
    expect((await first.mine.call(getMe)).user).toMatchObject({ email: ada.email, fullname: "Ada L." });
    expect((await signedIn(ada.sub)).me.user_id).toBe(first.me.user_id);
    const { providers, links, has_password } = await first.mine.call(listSsoLinks);
    expect(providers).toEqual([
      { id: "oidc", name: "Example ID" },
      { id: "oidc-2", name: "single sign-on" },
    ]);
    expect(links).toMatchObject([{ provider: "oidc", name: "Example ID", username: ada.preferred_username }]);
    expect(has_password).toBe(false);
    // The only way in stays.
    await first.mine.refused("DELETE /api/auth/sso/links/{link_id}", "CONFLICT", { params: { link_id: links[0]!.id } });
  });

  it("maps groups to roles at each sign-in", async () => {
    const ada = someone({ groups: ["bot-admins"] });
    const first = await signedIn(ada.sub);
    expect(first.me.role).toBe("admin");
    ada.groups = ["cn=helpers,dc=example"];
    expect((await signedIn(ada.sub)).me).toMatchObject({ user_id: first.me.user_id, role: "moderator" });
    expect((await first.mine.send("GET /api/users/me")).status).toBe(401);
    ada.groups = ["staff"];
    expect((await signedIn(ada.sub)).me.role).toBe("user");
    ada.groups = ["somewhere else"];
    await refusal("role", () => sentBack(ada.sub));
  });

  it("gives an app the token by its own scheme, and its browser no session", async () => {
    const back = await sentBack(someone().sub, { platform: "android" });
    const answer = await finish({ ...back, headers: HTML });
    const url = new URL(answer.headers.get("location")!);
    expect([url.protocol, answer.headers.getSetCookie()]).toEqual(["hazebot:", []]);
    expect((await api.bearer(url.searchParams.get("token")!).send("GET /api/users/me")).status).toBe(200);
  });

  it("waits for the code of an account with a second factor", async () => {
    const ada = someone();
    const user = await aUser("user", server.url);
    await link(user, ada.sub);
    const { secret } = await user.api.call(startSecondFactor, { body: { password: user.password } });
    await user.api.call(confirmSecondFactor, { body: { otp: appCode(secret, Date.now()) } });
    const answer = await finish(await sentBack(ada.sub, { next: "/dashboard" }));
    expect(answer.headers.get("location")).toBe("/login?step=code&next=%2Fdashboard");
    expect(cookieOf(answer, "session_token")).toBeUndefined();
    expect(cookieOf(answer, "muster_sign_in")).toBeTruthy();
    await refusal("second-factor", () => sentBack(ada.sub));
  });
});

describe("refusals", () => {
  it.each<[Problem, string, () => Promise<Sent>]>([
    ["denied", "whoever cancels", () => sentBack(someone().sub, {}, "no")],
    [
      "email-unverified",
      "an address the issuer does not vouch for",
      () => sentBack(someone({ email_verified: false }).sub),
    ],
    ["email-unverified", "nobody's address", () => sentBack(someone({ email: undefined }).sub)],
    ["state", "no state", async () => ({ query: { code: "c" }, headers: HTML })],
    ["state", "another browser", async () => ({ ...(await sentBack(someone().sub)), headers: HTML })],
    ["untrusted", "another issuer", () => changed({ iss: "https://elsewhere.example" })],
    ["untrusted", "no issuer", () => changed({ iss: "" })],
    ["code", "a code made up", () => changed({ code: "made-up" })],
    [
      "state",
      "a state used before",
      async () => {
        const back = await sentBack(someone().sub);
        expect((await finish(back)).status).toBe(302);
        return back;
      },
    ],
  ])("answer %s to %s", (name, _what, input) => refusal(name, input));

  async function changed(query: Record<string, string>): Promise<Sent> {
    const back = await sentBack(someone().sub);
    return { ...back, query: { ...back.query, ...query } };
  }

  it("names an issuer that does not answer, and a provider that does not exist", async () => {
    await api.refused(START, "BAD_GATEWAY", { params: { provider: "oidc-2" } });
    await api.refused(START, "NOT_FOUND", { params: { provider: "google" } });
    await api.refused(START, "INVALID_INPUT", { params, query: { platform: "ios" } });
    await api.refused(START, "INVALID_INPUT", { params, query: { next: "//evil.example" } });
    await api.refused("POST /api/auth/sso/join", "UNAUTHORIZED", { body: { password: "anything at all" } });
  });
});

const LINK = "POST /api/auth/sso/{provider}/link";

async function link(user: TestUser, sub: string, as: TestUser = user): Promise<Answer> {
  const begun = await user.api.send(LINK, { params, body: { password: user.password } });
  expect(begun.status, begun.text).toBe(200);
  const back = await issuer.decide(begun.json.auth_url, sub);
  const cookie = `muster_browser=${cookieOf(begun, "muster_browser")}; session_token=${as.cookie}`;
  return finish({ query: Object.fromEntries(back.searchParams), headers: { ...HTML, cookie } });
}

describe("linking", () => {
  it("asks for the password, and opens the account to the identity alone", async () => {
    const [user, stranger] = [await aUser("user", server.url), await aUser("user", server.url)];
    const ada = someone();
    for (const body of [{}, { password: "not this one" }])
      await user.api.refused(LINK, "INVALID_INPUT", { params, body });
    expect((await link(user, ada.sub, stranger)).headers.get("location")).toBe("/account?sso=session");
    expect((await link(user, ada.sub)).headers.get("location")).toBe("/account?sso=linked");
    expect((await signedIn(ada.sub)).me.user_id).toBe(String(user.id));
    expect((await link(stranger, ada.sub)).headers.get("location")).toBe("/account?sso=taken");
    const { links } = await user.api.call(listSsoLinks);
    const mine = { params: { link_id: links[0]!.id } };
    await stranger.api.refused("DELETE /api/auth/sso/links/{link_id}", "NOT_FOUND", mine);
    expect((await user.api.send("DELETE /api/auth/sso/links/{link_id}", mine)).status).toBe(200);
    expect((await user.api.call(listSsoLinks)).links).toEqual([]);
  });

  const join = (cookie: string | undefined, body: object) =>
    api.send("POST /api/auth/sso/join", { headers: { cookie: `muster_join=${cookie}` }, body });

  it("of an account with the same address asks for its password first", async () => {
    const user = await aUser("user", server.url);
    const ada = someone({ email: user.email });
    const answer = await finish(await sentBack(ada.sub, { next: "/dashboard" }));
    expect(answer.headers.get("location")).toBe("/login?step=join&next=%2Fdashboard");
    expect(cookieOf(answer, "session_token")).toBeUndefined();
    const ticket = cookieOf(answer, "muster_join");
    expect((await join(ticket, { password: "not this one" })).status).toBe(401);
    expect((await join(`${ticket}x`, { password: user.password })).status).toBe(401);
    expect((await user.api.call(listSsoLinks)).links).toEqual([]);
    const joined = await join(ticket, { password: user.password });
    expect([joined.status, joined.json.user?.id], joined.text).toEqual([200, user.id]);
    expect((await signedIn(ada.sub)).me.user_id).toBe(String(user.id));
    // Programs and apps have no page to ask on.
    const twin = someone({ email: (await aUser("user", server.url)).email });
    await refusal("email-taken", () => sentBack(twin.sub));
  });

  it("never asks for the password of an account when the issuer does not vouch for the address", async () => {
    const user = await aUser("user", server.url);
    await refusal("email-unverified", () => sentBack(someone({ email: user.email, email_verified: false }).sub));
  });
});

describe("a code for apps", () => {
  const verifier = "v".repeat(43);
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const asked = { platform: "android", response: "code", code_challenge: challenge };
  const codeFor = async (sub: string) => {
    const answer = await finish({ ...(await sentBack(sub, asked)), headers: HTML });
    const url = new URL(answer.headers.get("location")!);
    expect([answer.status, url.protocol, answer.headers.getSetCookie()]).toEqual([302, "hazebot:", []]);
    expect(url.searchParams.get("token")).toBeNull();
    return url.searchParams.get("code")!;
  };
  const exchange = (body: object) => api.send("POST /api/auth/token", { body });
  it("is exchanged once, with the verifier alone", async () => {
    const ada = someone();
    const code = await codeFor(ada.sub);
    expect((await exchange({ code, code_verifier: "x".repeat(43) })).status).toBe(401);
    expect((await exchange({ code: `${code}x`, code_verifier: verifier })).status).toBe(401);
    const both = await Promise.all([1, 2].map(() => exchange({ code, code_verifier: verifier })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    const right = both.find(({ status }) => status === 200)!;
    expect(right.headers.getSetCookie()).toEqual([]);
    expect((await api.bearer(right.json.token).call(getCurrentMember)).username).toBe(ada.preferred_username);
  });

  it("asks for the code of a second factor, and stays good until it is right", async () => {
    const [user, ada] = [await aUser("user", server.url), someone()];
    await link(user, ada.sub);
    const { secret } = await user.api.call(startSecondFactor, { body: { password: user.password } });
    await user.api.call(confirmSecondFactor, { body: { otp: appCode(secret, Date.now()) } });
    const code = await codeFor(ada.sub);
    const proof = { code, code_verifier: verifier };
    await api.refused("POST /api/auth/token", "SECOND_FACTOR_REQUIRED", { body: proof });
    expect((await exchange({ ...proof, otp: "000000" })).status).toBe(401);
    expect((await exchange({ ...proof, otp: appCode(secret, Date.now() + 30_000) })).status).toBe(200);
  });

  it("needs a challenge, and no page to end at", async () => {
    const { code_challenge: _, ...without } = asked;
    for (const query of [without, { ...asked, code_challenge: "short" }, { ...asked, next: "/dashboard" }])
      await api.refused(START, "INVALID_INPUT", { params, query });
  });
});

it("logs neither the client's secret nor tokens", async () => {
  const admin = await theAdmin(server.url);
  expect((await admin.api.send("GET /api/console")).json.providers).toHaveLength(2);
  for (const secret of [OIDC_CLIENT.secret, "access_token", "id_token", "#token="])
    expect(server.log()).not.toContain(secret);
});
