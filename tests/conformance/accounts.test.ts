/** What the documents leave open about accounts: lock-outs and the security log. On a server of its own. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api } from "../api";
import { aBot, anApiKey, aUser, signIn, type TestUser, theAdmin } from "../factories";
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

  it("logs who did what, from where and in which request, without a secret", async () => {
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
    for (const secret of [key.secret, bot.token, user.password, "a wrong secret", "typed-a-secret", user.cookie])
      expect(server.log()).not.toContain(secret);
  });
});
