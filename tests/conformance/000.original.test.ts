/** The calls and events of the web pages that documents 000 and 001 describe, in the order in which their pages make them. */
import { describe, expect, it } from "vitest";
import { type Api, errorOf, type Json } from "../api";
import { aBot, aUser } from "../factories";
import { connected } from "../sockets";
import { theServer } from "../the-server";

/** A browser that is signed in: it sends the cookie, and reads JSON. */
async function aBrowser(): Promise<{ api: Api; cookie: string; email: string }> {
  const user = await aUser();
  const { api } = user;
  const cookie = `session_token=${user.cookie}`;
  return { api: api.with({ cookie, origin: theServer().url }), cookie, email: user.email };
}
const posted = async (api: Api, line: string, body?: unknown): Promise<Json> => {
  const { status, json } = await api.send(line, { body });
  expect([line, status, json.success ?? json.status]).toEqual([line, 200, json.success === undefined ? "ok" : true]);
  return json;
};

describe("the profile page", () => {
  const FIELDS = ["fullname", "email", "phone", "birthday", "gender"];
  const shown = async (api: Api) => (await api.send("GET /api/auth/me")).json.user;
  /** The page shows and saves a missing field as an empty text. */
  const formOf = (user: Json) => Object.fromEntries(FIELDS.map((name) => [name, user[name] || ""]));

  it("saves its whole form without losing a stored field", async () => {
    const { api, email } = await aBrowser();
    const stored = { phone: "+49 30 1234", birthday: "1990-12-31", gender: "female" };
    await posted(api, "POST /api/auth/update-profile", stored);
    const form = formOf(await shown(api));
    expect(form).toEqual({ fullname: "Test User", email, ...stored });
    await posted(api, "POST /api/auth/update-profile", { ...form, fullname: "Ada L." });
    expect(await shown(api)).toMatchObject({ fullname: "Ada L.", email, ...stored, role: "user" });
  });

  it("is answered 400 when nothing that it sends is known", async () => {
    const { api } = await aBrowser();
    for (const body of [{}, { nickname: "x" }]) {
      const { status, json } = await api.send("POST /api/auth/update-profile", { body });
      expect([status, errorOf(json).error]).toEqual([400, expect.stringMatching(/^No fields to update/)]);
    }
  });
});

describe("the bot pages", () => {
  it("list, create, show, operate and export bots with the session's cookie", async () => {
    const { api } = await aBrowser();
    const made = await posted(api, "POST /api/my-bots", { name: "Page bot", metadata: { platform: "zalo" } });
    const id = made.bot_id as string;
    const at = async (path: string) => {
      const { status, json } = await api.send(`GET ${path}`);
      expect([path, status]).toEqual([path, 200]);
      return json;
    };
    expect((await at("/api/my-bots")).bots).toMatchObject([{ id, name: "Page bot", metadata: { platform: "zalo" } }]);
    expect((await at(`/api/my-bots/${id}`)).bot).toMatchObject({ id, status: "offline" });
    expect((await at(`/api/my-bots/${id}/token`)).token).toBe(made.token);
    const renewed = await posted(api, `POST /api/my-bots/${id}/regenerate-token`);
    expect(renewed.token).not.toBe(made.token);
    expect((await api.send(`PUT /api/bot/${id}/settings`, { body: { prefix: "!" } })).json.settings).toEqual({
      prefix: "!",
    });
    expect((await at(`/api/bot/${id}/settings`)).settings).toEqual({ prefix: "!" });
    for (const act of ["restart", "stop"]) await posted(api, `POST /api/bot/${id}/${act}`);
    const { commands } = await at(`/api/bot/${id}/commands-history?limit=50`);
    expect(commands.map(({ type }: Json) => type)).toEqual(["stop", "restart"]);
    expect(await at(`/api/stats/bot/${id}`)).toMatchObject({
      total_commands: 2,
      command_types: { restart: 1, stop: 1 },
    });
    expect(await at("/api/stats/overview")).toMatchObject({ user_bots: 1 });
    for (const path of [`logs?bot_id=${id}&limit=1000`, `messages?bot_id=${id}&limit=1000`, `bot-data/${id}`])
      await at(`/api/export/${path}`);
  });
});

describe("the first manager page", () => {
  it("shows logs and chat messages, though it listens to new_log alone", async () => {
    const owner = await aUser();
    const bot = await aBot(owner);
    const page = await connected({ headers: { cookie: `session_token=${owner.cookie}`, origin: theServer().url } });
    const lines: Json[] = [];
    page.client.on("new_log", (line: Json) => lines.push(line));
    const params = { bot_id: bot.id };
    const said = {
      ...{ message: "hello", author_id: "7", author_name: "Bob", thread_id: "42", thread_type: "ThreadType.GROUP" },
      metadata: { mentions: [1] },
    };
    await bot.api.send("POST /api/bot/{bot_id}/messages", { params, body: said });
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body: { type: "info", message: "ready" } });
    await page.event("new_log", ({ message }) => message === "ready");
    expect(lines).toEqual([
      {
        ...{ type: "message", message: "hello", bot_id: bot.id, metadata: { mentions: [1] } },
        timestamp: expect.stringMatching(/Z$/),
      },
      expect.objectContaining({ type: "info", message: "ready", bot_id: bot.id }),
    ]);
    page.client.emit("send_message", {
      ...{ bot_id: bot.id, thread_id: "42", thread_type: "ThreadType.USER", message: "hi" },
    });
    const { command_id, status } = await page.event("message_sent");
    expect(status).toBe("queued");
    const { json } = await owner.api.send("GET /api/commands/{command_id}", { params: { command_id } });
    expect(json.command).toMatchObject({ type: "send_message", payload: { thread_type: "USER", message: "hi" } });
  });

  it("takes the last of its logs as the newest when it asks in ascending order", async () => {
    const owner = await aUser();
    const bot = await aBot(owner);
    const params = { bot_id: bot.id };
    const body = ["one", "two", "three"].map((message) => ({ message }));
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params, body });
    const { json } = await owner.api.send("GET /api/logs", { query: { bot_id: bot.id, order: "asc" } });
    expect(json.logs.map(({ message }: Json) => message)).toEqual(["one", "two", "three"]);
  });
});
