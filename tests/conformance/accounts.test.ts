/** Lock-outs and the security log, which the documents leave open. Runs on a separate server. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api, errorOf } from "../api";
import { eventually } from "../eventually";
import { aBot, anApiKey, aUser, signIn, type TestUser, theAdmin, verificationMailTo } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";

type Line = Record<string, unknown> & { event?: string };

describe("accounts", () => {
  let folder: string;
  let server: ServerProcess;
  let admin: TestUser;
  beforeAll(async () => {
    folder = temporaryFolder();
    server = await startServer({ DATA_DIR: folder });
    admin = await theAdmin(server.url);
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(folder);
  });
  const login = (username: string, password: string, headers: Record<string, string> = {}) =>
    new Api(server.url, headers).send("POST /api/auth/login", { body: { username, password } });
  const lines = (): Line[] =>
    server
      .log()
      .split("\n")
      .filter((line) => line.includes('"security event"'))
      .map((line) => JSON.parse(line));

  it("five wrong guesses lock a stranger out, and not the device that has signed in before", async () => {
    const { username, email, password } = await aUser("user", server.url);
    const first = await login(username, password);
    const device = /muster_device_\d+=[^;]+/.exec(first.headers.get("set-cookie") ?? "")![0];
    expect(first.headers.get("set-cookie")).toMatch(/muster_device_\d+=[^;]+; Path=\/api; HttpOnly; SameSite=Lax/);
    for (const name of [username, email, username, email, username])
      expect((await login(name, "wrong")).status).toBe(401);
    expect((await login(email, password)).status).toBe(429);
    expect((await login(username, password, { cookie: device })).status).toBe(200);
    expect((await login(username, password, { cookie: device.replace(/.$/, "!") })).status).toBe(429);
    expect(lines().filter(({ event }) => event === "sign_in_locked")).not.toEqual([]);
  });

  it("logs each action with person, address and request, and no secret", async () => {
    const user = await aUser("user", server.url);
    const [key, bot] = [await anApiKey(user, "read"), await aBot(user)];
    await new Api(server.url, { "x-request-id": "join-42" }).send("POST /api/auth/login", {
      body: { username: user.username, password: "a wrong secret" },
    });
    await login("typed-a-secret-as-name", "a wrong secret");
    await user.api.send("GET /api/my-bots/{bot_id}/token", { params: { bot_id: bot.id } });
    await user.api.send("DELETE /api/auth/api-keys/{key_id}", { params: { key_id: key.id } });
    const user_id = String(user.id);
    await admin.api.send("PATCH /api/users/{user_id}", { params: { user_id }, body: { role: "moderator" } });
    const again = await signIn(user.username, user.password, server.url);
    const body = { old_password: user.password, new_password: "another good long password" };
    await again.api.send("POST /api/auth/change-password", { body });

    const of = (event: string) => lines().filter((line) => line.event === event);
    const actor = { actor_id: user.id, actor: user.username, address: "127.0.0.1", request_id: expect.any(String) };
    // The server's log comes through a pipe, after the answers.
    await eventually(() => {
      expect(of("sign_in_failed")).toContainEqual(
        expect.objectContaining({ user_id: user.id, username: user.username, request_id: "join-42" }),
      );
      expect(of("sign_in_failed")).toContainEqual(expect.objectContaining({ user_id: null, username: null }));
      expect(of("api_key_created")).toContainEqual(expect.objectContaining({ ...actor, created_key_id: key.id }));
      expect(of("api_key_revoked")).toContainEqual(expect.objectContaining({ ...actor, revoked_key_id: key.id }));
      expect(of("bot_token_viewed")).toContainEqual(expect.objectContaining({ ...actor, bot_id: bot.id }));
      expect(of("role_changed")).toContainEqual(
        expect.objectContaining({ actor_id: admin.id, user_id: user.id, to: { role: "moderator", is_active: true } }),
      );
      expect(of("password_changed")).toContainEqual(expect.objectContaining({ actor_id: user.id, sessions: 1 }));
    });
    for (const secret of [key.secret, bot.token, user.password, "a wrong secret", "typed-a-secret", user.cookie])
      expect(server.log()).not.toContain(secret);
  });
});

describe("a server without an admin", () => {
  it("accepts no accounts until the setup link is used, then works as documented", async () => {
    const folder = temporaryFolder();
    const fresh = await startServer({ DATA_DIR: folder, API_ADMIN_USER: "", API_ADMIN_PASS: "", API_TOKEN: "" });
    try {
      const api = new Api(fresh.url);
      const account = { username: "early", email: "early@example.org", password: "a good long password" };
      const early = await api.send("POST /api/auth/register", { body: account });
      expect([early.status, errorOf(early.json).code]).toEqual([403, "FORBIDDEN"]);
      const link = new URL(readFileSync(join(folder, "setup-link.txt"), "utf8").trim());
      expect(early.text).not.toContain(link.searchParams.get("token"));
      const owner = { username: "owner", email: "owner@example.org", password: "a good long password" };
      const body = { token: link.searchParams.get("token"), ...owner };
      expect((await api.send("POST /api/setup", { body: { ...body, password: "password" } })).status).toBe(400);
      expect((await api.send("POST /api/setup", { body })).status).toBe(200);
      const late = await api.send("POST /api/auth/register", { body: account });
      expect([late.status, late.json]).toMatchObject([200, { success: true, message: "Registration successful" }]);
      expect((await api.send("POST /api/auth/login", { body: account })).status).toBe(200);
    } finally {
      await fresh.stop();
      removeFolder(folder);
    }
  });
});

describe("verification", () => {
  const linkIn = (mail: string) => decodeURIComponent(/verify\?token=([\w%.-]+)/.exec(mail)![1]!);

  it("is requested by mail after sign-up and again on demand, and completed by the link", async () => {
    const { api, email, id } = await aUser();
    const profile = async () => (await api.send("GET /api/users/{user_id}", { params: { user_id: String(id) } })).json;
    expect(await profile()).toMatchObject({ user: { email_verified: false } });
    const token = linkIn(await verificationMailTo(email));
    expect((await new Api().send("POST /api/auth/verify-email/send")).status).toBe(401);
    const again = await api.send("POST /api/auth/verify-email/send");
    expect([again.status, again.json]).toEqual([200, { success: true, email }]);
    const public_ = new Api();
    const wrong = await public_.send("POST /api/auth/verify-email", { body: { token: "mv_wrong" } });
    expect([wrong.status, errorOf(wrong.json).details]).toEqual([400, { field: "token" }]);
    const done = await public_.send("POST /api/auth/verify-email", { body: { token } });
    expect([done.status, done.json]).toMatchObject([200, { success: true, email }]);
    expect(await profile()).toMatchObject({ user: { email_verified: true } });
    expect((await api.send("POST /api/auth/verify-email/send")).status).toBe(409);
  });
});
