/** Document 003, authentication and users: its examples over real HTTP, and sign-ins with a local stand-in for Discord. */
import { describe, expect, it } from "vitest";
import { getUser, login, verifyToken } from "@/lib/identity/accounts/contract";
import { Api } from "../api";
import { aBot, anApiKey, aUser, theAdmin } from "../factories";
import { removeFolder, startServer, temporaryFolder } from "../process";
import { differences } from "../shape";

const HTML = { accept: "text/html,application/xhtml+xml" };

describe("sign-in by password", () => {
  it("answers as the document shows", async () => {
    const user = await aUser();
    const body = { username: user.username, password: user.password };
    const { json } = await new Api().send("POST /api/auth/login", { body });
    // `user` is document 000's object; the rest is document 003's.
    expect(differences({ token: "eyJ", role: "user", discord_id: null, permissions: [] }, json)).toEqual([]);
    const claims = JSON.parse(Buffer.from(json.token.split(".")[1], "base64url").toString());
    expect(claims).toMatchObject({ user_id: user.id, discord_id: null, role: "user", permissions: [] });
    expect(claims.exp - claims.iat).toBe(7 * 86_400);
  });

  it("gives an admin every permission", async () => {
    const { username, password } = await theAdmin();
    const reply = await new Api().call(login, { body: { username, password } });
    expect(reply).toMatchObject({ role: "admin", permissions: ["all"] });
  });
});

describe("verify-token", () => {
  const LINES = ["POST /api/auth/verify-token", "GET /api/auth/verify-token"];

  it.each(LINES)("%s accepts every credential of a person", async (line) => {
    const user = await aUser("moderator");
    const key = await anApiKey(user, "read");
    for (const api of [user.api, user.api.bearer(user.jwt), key.api]) {
      const { status, json, headers } = await api.send(line);
      expect([status, headers.get("x-muster-user"), headers.get("x-muster-role")]).toEqual([
        200,
        String(user.id),
        "moderator",
      ]);
      expect(verifyToken.response.parse(json)).toEqual({
        valid: true,
        user_id: String(user.id),
        username: user.username,
        discord_id: null,
        role: "moderator",
        permissions: ["tickets", "users", "analytics"],
      });
    }
  });

  it.each(LINES)("%s answers 401 without a credential or with one that ended", async (line) => {
    const user = await aUser();
    const over = user.api.bearer(user.jwt);
    await user.api.send("POST /api/auth/logout");
    const cookie = user.api;
    for (const api of [new Api(), over, cookie, user.api.bearer("a.b.c")]) await api.refused(line, "UNAUTHORIZED");
  });
});

describe("POST /api/auth/refresh", () => {
  it("returns a new token and cookie, and ends the old ones", async () => {
    const user = await aUser();
    const answer = await user.api.bearer(user.jwt).send("POST /api/auth/refresh");
    expect(answer.status, answer.text).toBe(200);
    const { token } = login.response.parse(answer.json);
    const cookie = /session_token=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "")?.[1];
    for (const api of [user.api.bearer(token), user.api.with({ cookie: `session_token=${cookie}` })])
      expect((await api.send("GET /api/users/me")).json.user_id).toBe(String(user.id));
    for (const api of [user.api, user.api.bearer(user.jwt)]) await api.refused("GET /api/users/me", "UNAUTHORIZED");
  });

  it("succeeds for one of two simultaneous calls, and refuses API keys", async () => {
    const user = await aUser();
    const key = await anApiKey(user, "operate");
    await key.api.refused("POST /api/auth/refresh", "FORBIDDEN");
    const both = await Promise.all([1, 2].map(() => user.api.send("POST /api/auth/refresh")));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});

describe("users", () => {
  const FLAT = { user_id: "1", username: "n", discriminator: "0", avatar: null, role: "user", permissions: [] };

  it("GET /api/users/me answers exactly the document's object", async () => {
    const user = await aUser();
    const { status, json } = await user.api.send("GET /api/users/me");
    expect([status, Object.keys(json).sort()]).toEqual([200, Object.keys(FLAT).sort()]);
    expect(json).toEqual({ ...FLAT, user_id: String(user.id), username: user.username });
    expect((await new Api().send("GET /api/users/me")).status).toBe(401);
  });

  it("GET /api/users/<id> answers both documents' fields, for admins and the user", async () => {
    const [user, moderator, admin] = [await aUser(), await aUser("moderator"), await theAdmin()];
    const params = { user_id: String(user.id) };
    for (const { api } of [user, admin]) {
      const reply = await api.call(getUser, { params });
      expect(reply).toMatchObject({ ...FLAT, ...params, username: user.username, user: { id: user.id } });
    }
    await moderator.api.refused("GET /api/users/{user_id}", "FORBIDDEN", { params });
    await admin.api.refused("GET /api/users/{user_id}", "NOT_FOUND", { params: { user_id: "999999999" } });
  });

  it("are read by moderators and changed by admins", async () => {
    const [user, moderator] = [await aUser(), await aUser("moderator")];
    const found = await moderator.api.send("GET /api/users/search", { query: { q: user.username } });
    expect([found.status, found.json.count]).toEqual([200, 1]);
    const change = { params: { user_id: String(user.id) }, body: { role: "admin" } };
    await moderator.api.refused("PATCH /api/users/{user_id}", "FORBIDDEN", change);
    await user.api.refused("GET /api/users", "FORBIDDEN");
  });
});

it("guesses at the callback are limited: a browser gets a page, a program 429", async () => {
  const folder = temporaryFolder();
  // The factor allows one sign-in a minute.
  const server = await startServer({ DATA_DIR: folder, RATE_LIMIT_FACTOR: "0.04" });
  try {
    const ask = (headers: Record<string, string>) =>
      new Api(server.url).send("GET /api/discord/callback", { query: { code: "c", state: "a.b" }, headers });
    expect((await ask({})).status).toBe(400);
    expect((await ask(HTML)).headers.get("location")).toBe("/login?error=rate-limit");
    const { status, headers, json } = await ask({});
    expect([status, Number(headers.get("retry-after")) > 0, json.retryAfter > 0]).toEqual([429, true, true]);
  } finally {
    await server.stop();
    removeFolder(folder);
  }
});

it("a bot's token is 403 where people are verified", async () => {
  const bot = await aBot(await aUser());
  await bot.api.refused("GET /api/auth/verify-token", "FORBIDDEN");
});
