/** Document 000: signing in and out, passwords, and the end of an account. */
import { describe, expect, it } from "vitest";
import { Api } from "../api";
import { aBot, aUser, mailTo, theAdmin } from "../factories";
import { differences } from "../shape";

describe("signing in", () => {
  it("sets session_token (HttpOnly, seven days, whole site), and accepts the e-mail address too", async () => {
    const { username, email, password } = await aUser();
    for (const name of [username, email, email.toUpperCase()]) {
      const body = { username: name, password };
      const reply = await new Api().send("POST /api/auth/login", { body });
      expect(reply.status, reply.text).toBe(200);
      const cookie = reply.headers.get("set-cookie")!;
      expect(cookie).toMatch(/^session_token=[\w.-]{20,};/);
      for (const part of ["HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=604800"]) expect(cookie).toContain(part);
    }
  });

  it("starts a new session each time, with a token of the same rights", async () => {
    const one = await aUser();
    expect((await one.api.bearer(one.jwt).send("GET /api/auth/me")).json).toEqual(
      (await one.api.send("GET /api/auth/me")).json,
    );
    const body = { username: one.username, password: one.password };
    const again = await one.api.send("POST /api/auth/login", { body });
    expect(again.headers.get("set-cookie")).not.toContain(one.cookie);
  });
});

it("POST /api/auth/logout ends the session, cookie and token alike", async () => {
  const one = await aUser();
  const reply = await one.api.send("POST /api/auth/logout");
  expect(reply.status, reply.text).toBe(200);
  expect(differences({ success: true }, reply.json)).toEqual([]);
  expect(reply.headers.get("set-cookie")).toContain("Max-Age=0");
  expect((await one.api.send("GET /api/auth/me")).status).toBe(401);
  expect((await one.api.bearer(one.jwt).send("GET /api/auth/me")).status).toBe(401);
});

it("POST /api/auth/change-password ends every session; only the new password works", async () => {
  const one = await aUser();
  const wrong = { old_password: "not the password", new_password: "another long password" };
  expect([400, 401]).toContain((await one.api.send("POST /api/auth/change-password", { body: wrong })).status);
  const body = { old_password: one.password, new_password: "another long password" };
  const reply = await one.api.send("POST /api/auth/change-password", { body });
  expect([reply.status, reply.json.success]).toEqual([200, true]);
  expect((await one.api.send("GET /api/auth/me")).status).toBe(401);
  const login = async (password: string) =>
    (await new Api().send("POST /api/auth/login", { body: { username: one.username, password } })).status;
  expect(await login(one.password)).toBe(401);
  expect(await login(body.new_password)).toBe(200);
});

it("POST /api/auth/forgot-password mails a link; POST /api/auth/reset-password takes its token once", async () => {
  const one = await aUser();
  const known = await new Api().send("POST /api/auth/forgot-password", { body: { email: one.email } });
  const unknown = await new Api().send("POST /api/auth/forgot-password", {
    body: { email: "nobody-at-all@example.org" },
  });
  // The answer must not reveal whether the account exists.
  expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
  const token = /token=([\w.-]+)/.exec(await mailTo(one.email))![1]!;
  const body = { token, new_password: "a reset long password" };
  const reply = await new Api().send("POST /api/auth/reset-password", { body });
  expect([reply.status, reply.json.success], reply.text).toEqual([200, true]);
  expect((await one.api.send("GET /api/auth/me")).status).toBe(401);
  expect((await new Api().send("POST /api/auth/reset-password", { body })).status).toBe(400);
  const login = { username: one.username, password: body.new_password };
  expect((await new Api().send("POST /api/auth/login", { body: login })).status).toBe(200);
});

it("POST /api/auth/delete-account removes the account with its bots, or names them first", async () => {
  const one = await aUser();
  const bot = await aBot(one);
  const wrong = await one.api.send("POST /api/auth/delete-account", { body: { password: "not the password" } });
  expect([400, 401]).toContain(wrong.status);
  const { password } = one;
  const asked = await one.api.send("POST /api/auth/delete-account", { body: { password, delete_bots: false } });
  expect([asked.status, asked.json.details.bots]).toMatchObject([409, [{ id: bot.id, name: "Greeter" }]]);
  const decided = { password };
  const reply = await one.api.send("POST /api/auth/delete-account", { body: decided });
  expect([reply.status, reply.json.success], reply.text).toEqual([200, true]);
  const login = { username: one.username, password: one.password };
  expect((await new Api().send("POST /api/auth/login", { body: login })).status).toBe(401);
  expect((await bot.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id } })).status).toBe(401);
  expect((await (await theAdmin()).api.send("GET /api/my-bots/{bot_id}", { params: { bot_id: bot.id } })).status).toBe(
    404,
  );
});
