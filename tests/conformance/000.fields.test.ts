/** Document 000: fields keep what was sent, whatever its characters. */
import { describe, expect, it } from "vitest";
import { Api } from "../api";
import { aBot, aUser, theAdmin } from "../factories";

describe("fields keep what was sent", () => {
  it("accepts or refuses ids and profiles that contain NUL without a 5xx", async () => {
    const one = await aUser();
    const body = { fullname: "nul \u0000", gender: "\u0000" };
    expect((await one.api.send("POST /api/auth/update-profile", { body })).status).toBeLessThan(500);
    for (const line of ["DELETE /api/auth/api-keys/{id}", "DELETE /api/auth/sessions/{id}", "GET /api/my-bots/{id}"])
      expect((await one.api.send(line, { params: { id: "\u0000" } })).status).toBe(404);
    const login = { username: "\u0000", password: "\u0000" };
    expect((await new Api().send("POST /api/auth/login", { body: login })).status).toBe(401);
    const search = { query: { q: "a\u0000b" } };
    expect((await (await theAdmin()).api.send("GET /api/users/search", search)).status).toBe(200);
  });

  it("profile", async () => {
    const one = await aUser();
    const profile = { fullname: "Zoë 😀 <b>", phone: "+1 (555) 0100", birthday: "1990-12-31", gender: "x" };
    await one.api.send("POST /api/auth/update-profile", { body: profile });
    await one.api.send("POST /api/auth/update-profile", { body: { gender: "" } });
    const { json } = await one.api.send("GET /api/users/{user_id}", { params: { user_id: String(one.id) } });
    expect(json.user).toMatchObject({
      ...profile,
      gender: expect.toSatisfy((value) => value === "" || value === null),
    });
  });

  it.each([
    "nul \u0000 inside",
    "half \ud83d of a pair",
    "line\u2028separator",
    "\u0007\u001b[31mred",
    "x".repeat(16_384),
  ])("odd text comes back as it was sent, but for what no database holds, or is refused and named: %j", async (odd) => {
    const ada = await aUser();
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const message = { message: odd, author_id: "1", author_name: "a", thread_id: "t", thread_type: "USER" };
    for (const [post, list, body] of [
      ["POST /api/bot/{bot_id}/logs", "GET /api/logs", { message: odd }],
      ["POST /api/bot/{bot_id}/logs", "GET /api/logs", [{ message: "first" }, { message: odd }]],
      ["POST /api/bot/{bot_id}/messages", "GET /api/messages", message],
      ["POST /api/bot/{bot_id}/messages", "GET /api/messages", [{ ...message, message: "first" }, message]],
    ] as const) {
      const reply = await bot.api.send(post, { params, body });
      if (reply.status === 400) {
        expect(reply.json.details.field).toMatch(/message$/);
        continue;
      }
      expect(reply.status, reply.text).toBe(200);
      const stored = (await ada.api.send(list, { query: { bot_id: bot.id } })).json;
      expect((stored.logs ?? stored.messages)[0].message).toBe(odd.toWellFormed().replaceAll("\u0000", "\ufffd"));
    }
  });

  it.each([
    ["GROUP", "GROUP"],
    ["ThreadType.GROUP", "GROUP"],
    ["ThreadType.USER", "USER"],
    ["user", "USER"],
    ["threadtype.group", "GROUP"],
  ])("thread_type %s is stored as %s", async (thread_type, stored) => {
    const ada = await aUser();
    const bot = await aBot(ada);
    const params = { bot_id: bot.id };
    const body = { message: "hi", author_id: "1", author_name: "a", thread_id: "t", thread_type };
    expect((await bot.api.send("POST /api/bot/{bot_id}/messages", { params, body })).status).toBe(200);
    const { json } = await ada.api.send("GET /api/messages", { query: { bot_id: bot.id } });
    expect(json.messages[0].thread_type).toBe(stored);
  });

  it.each(["ROOM", "ThreadType.", "ThreadType.ROOM", "USERS", 1])("thread_type %j is refused", async (thread_type) => {
    const bot = await aBot(await aUser());
    const body = { message: "hi", author_id: "1", author_name: "a", thread_id: "t", thread_type };
    const reply = await bot.api.send("POST /api/bot/{bot_id}/messages", { params: { bot_id: bot.id }, body });
    expect([reply.status, reply.json.details.field]).toEqual([400, "thread_type"]);
  });

  it("commands, logs, messages: payloads, metadata, unicode and order", async () => {
    const one = await aUser();
    const bot = await aBot(one, { name: "Echo", metadata: { nested: { list: [1, null, "x"] } } });
    const params = { bot_id: bot.id };
    const odd = { text: "\u0000 ' \" \\ % _ 😀 \u2028", deep: { a: [{ b: null }] }, big: 2 ** 40 };
    await one.api.send("POST /api/commands", { body: { ...params, type: "odd", payload: odd } });
    const { json } = await bot.api.send("GET /api/bot/{bot_id}/commands", { params });
    expect(json.commands[0].payload).toEqual(odd);
    const logs = ["first", "second 😀", "third\nline"].map((message) => ({ type: "info", message, metadata: odd }));
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: logs });
    const stored = (await one.api.send("GET /api/logs", { query: params })).json.logs;
    expect(stored.map(({ message }: { message: string }) => message)).toEqual(["third\nline", "second 😀", "first"]);
    expect(stored[0].metadata).toEqual(odd);
    const message = { message: "hi 😀", author_id: "1", author_name: "Bøb", thread_id: "t", thread_type: "GROUP" };
    await bot.api.send("POST /api/bot/{bot_id}/messages", { params, body: { ...message, metadata: odd } });
    const [listed] = (await one.api.send("GET /api/messages", { query: params })).json.messages;
    expect(listed).toMatchObject({ ...message, bot_id: bot.id, metadata: odd });
    expect((await one.api.send("GET /api/my-bots/{bot_id}", { params })).json.bot.metadata).toEqual({
      nested: { list: [1, null, "x"] },
    });
  });
});
