/** The clients against answers that a broken or hostile provider gives; tests/conformance/sso.test.ts has a real one. */
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { parseSso } from "@/lib/core/env.sso";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { createGithubClient } from "./client.github";
import { createOidcClient } from "./client.oidc";
import { keyOf } from "./service.common";
import { roleOf } from "./service.finish";

const ISSUER = "https://id.example.org";
const NOW = Date.parse("2026-03-01T12:00:00Z");
const RETURNED = { code: "c", verifier: "v", nonce: "the nonce" };
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  jwks_uri: "https://keys.example.org/jwks",
  userinfo_endpoint: `${ISSUER}/me`,
};
const CLAIMS = {
  ...{ iss: ISSUER, aud: "client", sub: "42", nonce: RETURNED.nonce, iat: NOW / 1000, exp: NOW / 1000 + 60 },
  ...{ preferred_username: "ada@corp.example", name: "Ada", email: "ada@example.org", email_verified: true },
  groups: ["staff"],
};

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let stranger: typeof keys;
let jwks: object;
beforeAll(async () => {
  keys = await generateKeyPair("ES256");
  stranger = await generateKeyPair("ES256");
  jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "ES256", use: "sig" }] };
});

const signed = (claims: JWTPayload, { key = keys.privateKey, kid = "k1" } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid }).sign(key);

type Answers = Record<string, unknown | ((request: OutboundRequest) => unknown)>;

function world(answers: Answers, env: Record<string, string> = {}) {
  const asked: { url: string; options: OutboundRequest }[] = [];
  const given = { OIDC_ISSUER: ISSUER, OIDC_CLIENT_ID: "client", OIDC_CLIENT_SECRET: "s:cret", ...env };
  const { providers } = parseSso(given);
  const settings = providers.at(-1)!;
  const warned: string[] = [];
  const create = settings.kind === "github" ? createGithubClient : createOidcClient;
  const client = create({
    ...{ settings, redirectUri: "https://bots.example.org/back", now: () => NOW },
    warn: (detail, text) => void warned.push(`${text} ${JSON.stringify(detail)}`),
    async outbound(url, options): Promise<OutboundReply> {
      asked.push({ url, options });
      const found = answers[url];
      const body = typeof found === "function" ? await found(options) : found;
      const status = body === undefined ? 404 : typeof body === "number" ? body : 200;
      return { status, headers: {}, url, body: Buffer.from(JSON.stringify(body ?? {})) };
    },
  });
  return { client, asked, warned, settings };
}

const answering = (idToken: () => unknown, more: Answers = {}): Answers => ({
  [`${ISSUER}/.well-known/openid-configuration`]: METADATA,
  [METADATA.jwks_uri]: jwks,
  [METADATA.token_endpoint]: async () => ({ access_token: "at", id_token: await idToken() }),
  ...more,
});

describe("an ID token", () => {
  it("says who signed in, without asking the userinfo endpoint for what it holds", async () => {
    const { client, asked } = world(answering(() => signed(CLAIMS)));
    expect(await client.identify(RETURNED)).toEqual({
      ...{ id: "42", username: "ada", fullname: "Ada", avatar: null },
      ...{ email: "ada@example.org", emailVerified: true, groups: ["staff"] },
    });
    const token = asked.find(({ url }) => url === METADATA.token_endpoint)!;
    expect(token.options.headers?.authorization).toBe(`Basic ${Buffer.from("client:s%3Acret").toString("base64")}`);
    expect(Object.fromEntries(new URLSearchParams(token.options.body as string))).toEqual({
      ...{ grant_type: "authorization_code", code: "c", code_verifier: "v" },
      redirect_uri: "https://bots.example.org/back",
    });
    // Only the issuer itself may be on a private network.
    expect(asked.map(({ url, options }) => [new URL(url).host, options.trusted])).toEqual([
      ["id.example.org", true],
      ["id.example.org", true],
      ["keys.example.org", false],
    ]);
  });

  it.each<[string, object]>([
    ["of another issuer", { iss: "https://id.example.com" }],
    ["for another client", { aud: "another" }],
    ["for us and issued to another client", { aud: ["client", "another"], azp: "another" }],
    ["of another sign-in", { nonce: "another nonce" }],
    ["without a nonce", { nonce: undefined }],
    ["without a subject", { sub: undefined }],
    ["that expired", { exp: NOW / 1000 - 61 }],
    ["that never expires", { exp: undefined }],
    ["that is not valid yet", { nbf: NOW / 1000 + 120 }],
  ])("%s is refused", async (_name, change) => {
    const { client } = world(answering(() => signed({ ...CLAIMS, ...change })));
    await expect(client.identify(RETURNED)).rejects.toMatchObject({ details: { problem: "untrusted" } });
  });

  it("with no signature, one of the client's secret, or one of another key is refused", async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const tokens = [
      () => `${part({ alg: "none" })}.${part(CLAIMS)}.`,
      () => new SignJWT(CLAIMS).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from("s:cret".padEnd(32))),
      () => signed(CLAIMS, { key: stranger.privateKey }),
      () => signed(CLAIMS, { key: stranger.privateKey, kid: "k2" }),
      () => "not.a.token",
    ];
    for (const token of tokens) {
      const { client } = world(answering(token));
      await expect(client.identify(RETURNED)).rejects.toMatchObject({ details: { problem: "untrusted" } });
    }
  });

  it("with a new key makes the keys be read again", async () => {
    let reads = 0;
    const rotated = () => (reads++ === 0 ? { keys: [] } : jwks);
    const { client } = world(answering(() => signed(CLAIMS), { [METADATA.jwks_uri]: rotated }));
    expect((await client.identify(RETURNED)).id).toBe("42");
    expect((await client.identify(RETURNED)).id).toBe("42");
    expect(reads).toBe(2);
  });
});

describe("an issuer", () => {
  it("whose userinfo is somebody else's is refused", async () => {
    const { email, groups, ...few } = CLAIMS;
    const info = (sub: string) => ({ [METADATA.userinfo_endpoint]: { sub, email, email_verified: true, groups } });
    const mixed = world(answering(() => signed(few), info("43")));
    await expect(mixed.client.identify(RETURNED)).rejects.toMatchObject({ details: { problem: "untrusted" } });
    const { client } = world(answering(() => signed(few), info("42")));
    expect(await client.identify(RETURNED)).toMatchObject({ email, groups: ["staff"] });
  });

  it("that names itself differently, or answers nothing of use, is refused", async () => {
    const discovery = `${ISSUER}/.well-known/openid-configuration`;
    for (const [body, problem] of [
      [{ ...METADATA, issuer: "https://id.example.com" }, "misconfigured"],
      [{ ...METADATA, token_endpoint: "javascript:alert(1)" }, "unreachable"],
      [{}, "unreachable"],
      [503, "unreachable"],
    ] as const) {
      const { client } = world({ [discovery]: body });
      await expect(client.authorizeUrl("s", "c", "n")).rejects.toMatchObject({ details: { problem } });
    }
  });

  it("is asked again after it failed", async () => {
    let reads = 0;
    const discovery = () => (reads++ === 0 ? 503 : METADATA);
    const { client } = world({ [`${ISSUER}/.well-known/openid-configuration`]: discovery });
    await expect(client.authorizeUrl("s", "c", "n")).rejects.toThrow();
    expect(new URL(await client.authorizeUrl("s", "c", "n")).searchParams.get("nonce")).toBe("n");
  });

  it("says why it refuses a code in the log alone, and without secrets", async () => {
    for (const [error, problem] of [
      ["invalid_grant", "code"],
      ["invalid_client", "misconfigured"],
    ] as const) {
      const { client, warned } = world(answering(() => "", { [METADATA.token_endpoint]: { error } }));
      await expect(client.identify(RETURNED)).rejects.toMatchObject({ details: { problem } });
      expect(warned.join()).not.toContain("s:cret");
    }
  });

  it("takes groups from a nested claim, and an address as verified where the settings say so", async () => {
    const { groups: _, email_verified: __, ...rest } = CLAIMS;
    const nested = { ...rest, realm_access: { roles: ["ops", 5] } };
    const env = { OIDC_GROUPS_CLAIM: "realm_access.roles", OIDC_TRUST_EMAIL: "true" };
    const { client } = world(
      answering(() => signed(nested)),
      env,
    );
    expect(await client.identify(RETURNED)).toMatchObject({ groups: ["ops"], emailVerified: true });
    const denied = world(
      answering(() => signed({ ...nested, email_verified: false })),
      env,
    );
    expect(await denied.client.identify(RETURNED)).toMatchObject({ emailVerified: false });
  });
});

describe("GitHub", () => {
  const env = { GITHUB_CLIENT_ID: "gh", GITHUB_CLIENT_SECRET: "s", GITHUB_ADMIN_GROUPS: "acme/ops" };
  const answers: Answers = {
    "https://github.com/login/oauth/access_token": { access_token: "gho" },
    "https://api.github.com/user": { id: 7, login: "ada", name: null, avatar_url: "https://a.example/7.png" },
    "https://api.github.com/user/emails?per_page=100": [
      { email: "old@example.org", primary: false, verified: true },
      { email: "ada@example.org", primary: true, verified: true },
    ],
    "https://api.github.com/user/teams?per_page=100": [{ slug: "ops", organization: { login: "acme" } }],
  };

  it("says who signed in, with the primary address and the teams", async () => {
    const { client, settings } = world(answers, env);
    const person = await client.identify(RETURNED);
    expect(person).toMatchObject({ id: "7", username: "ada", email: "ada@example.org", emailVerified: true });
    expect(person.groups).toEqual(["acme", "acme/ops"]);
    expect([roleOf(settings, person), keyOf(settings)]).toEqual(["admin", "github"]);
    const url = new URL(await client.authorizeUrl("s", "challenge", "n"));
    expect(url.searchParams.get("scope")).toBe("read:user user:email read:org");
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
  });

  it("refuses a code with status 200", async () => {
    const refused = { "https://github.com/login/oauth/access_token": { error: "bad_verification_code" } };
    const { client } = world(refused, env);
    await expect(client.identify(RETURNED)).rejects.toMatchObject({ details: { problem: "code" } });
  });
});

describe("the settings", () => {
  it("make one provider for each prefix, with presets for Google and GitHub", () => {
    const { providers, mistakes } = parseSso({
      ...{ GITHUB_CLIENT_ID: "a", GITHUB_CLIENT_SECRET: "b", GOOGLE_CLIENT_ID: "c", GOOGLE_CLIENT_SECRET: "d" },
      ...{ OIDC_2_ISSUER: "https://b.example/", OIDC_2_CLIENT_ID: "e", OIDC_2_SIGNUP: "false", HOME: "/root" },
      ...{ OIDC_ISSUER: ISSUER, OIDC_CLIENT_ID: "f", OIDC_NAME: "Example", OIDC_ADMIN_GROUPS: "a, b" },
    });
    expect(mistakes).toEqual([]);
    expect(providers.map(({ id, kind, name }) => [id, kind, name])).toEqual([
      ["oidc", "oidc", "Example"],
      ["oidc-2", "oidc", "single sign-on"],
      ["google", "oidc", "Google"],
      ["github", "github", "GitHub"],
    ]);
    expect(providers[0]!.ADMIN_GROUPS).toEqual(["a", "b"]);
    expect(providers.map(keyOf)).toEqual([
      ...["oidc:https://id.example.org", "oidc:https://b.example/", "oidc:https://accounts.google.com", "github"],
    ]);
  });

  it("name each mistake", () => {
    const { mistakes } = parseSso({
      ...{ OIDC_CLIENT_ID: "a", OIDC_2_CLIENT_ID: "b", OIDC_2_ISSUER: "id.example.org", GITHUB_CLIENT_ID: "c" },
      GOOGLE_CLIENT_SECRET: "d",
    });
    expect(mistakes.map((line) => line.split(":")[0])).toEqual([
      ...["OIDC_ISSUER", "OIDC_2_ISSUER", "GOOGLE_CLIENT_ID", "GITHUB_CLIENT_SECRET"],
    ]);
  });

  it("refuse groups of a team whose number no team can have", () => {
    const group = (team: string) => parseSso({ GITHUB_CLIENT_ID: "a", GITHUB_TEAM_GROUPS: `ops=${team}:operator` });
    expect(group("9999999999").mistakes[0]).toContain('GITHUB_TEAM_GROUPS: "ops=9999999999:operator" must be');
    expect(group("1234567890").mistakes).toEqual(["GITHUB_CLIENT_SECRET: set it as well"]);
  });

  it("map groups to roles, and refuse people in none of them only where ALLOWED_GROUPS says so", () => {
    const { settings } = world({}, { OIDC_ADMIN_GROUPS: "root", OIDC_MODERATOR_GROUPS: "help" });
    const person = (groups: string[]) => ({ groups }) as never;
    const roles = [["root", "help"], ["help"], ["x"]].map((groups) => roleOf(settings, person(groups)));
    expect(roles).toEqual(["admin", "moderator", "user"]);
    expect(roleOf({ ...settings, ADMIN_GROUPS: [], MODERATOR_GROUPS: [] }, person(["x"]))).toBeUndefined();
    const strict = { ...settings, ALLOWED_GROUPS: ["staff"] };
    expect(roleOf(strict, person(["staff"]))).toBe("user");
    expect(() => roleOf(strict, person(["x"]))).toThrow(/none of the groups/);
  });
});
