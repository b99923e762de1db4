/** Pages of the console name their person, because the browser's cookie may belong to another person by then. */
import { expect, it } from "vitest";
import { BUILD_HEADER, PAGE_USER_HEADER } from "@/lib/core/page-headers";
import { errorOf } from "../api";
import { aBot, anApiKey, aUser } from "../factories";
import { connected, socket } from "../sockets";

it("refuses a page of another person with 409 that names who is signed in now", async () => {
  const [ada, grace] = await Promise.all([aUser(), aUser()]);
  const headers = { [PAGE_USER_HEADER]: String(ada.id) };
  for (const call of ["GET /api/bots", "POST /api/my-bots"] as const) {
    const answer = await grace.api.send(
      call,
      call.startsWith("POST") ? { headers, body: { name: "Typed by Ada" } } : { headers },
    );
    expect(answer.status).toBe(409);
    expect(errorOf(answer.json)).toMatchObject({ code: "SESSION_CHANGED" });
    expect(answer.json.details).toEqual({ user_id: grace.id, username: grace.username });
  }
  expect((await grace.api.send("GET /api/my-bots")).json.bots).toEqual([]);
  const own = await grace.api.send("GET /api/bots", { headers: { [PAGE_USER_HEADER]: String(grace.id) } });
  expect(own.status).toBe(200);
  expect(own.headers.has(BUILD_HEADER)).toBe(true);
});

it("does not affect clients that are not pages", async () => {
  const [ada, grace] = await Promise.all([aUser(), aUser()]);
  const plain = await grace.api.send("GET /api/bots");
  expect(plain.status).toBe(200);
  expect(plain.headers.has(BUILD_HEADER)).toBe(false);
  const key = await anApiKey(grace, "read");
  expect((await key.api.send("GET /api/bots", { headers: { [PAGE_USER_HEADER]: String(ada.id) } })).status).toBe(200);
  const bot = await aBot(grace);
  await connected({ token: bot.token });
});

it("refuses a page's socket in the same way", async () => {
  const [ada, grace] = await Promise.all([aUser(), aUser()]);
  const headers = { cookie: `session_token=${grace.cookie}` };
  const { client } = socket({ headers, auth: { page_user: String(ada.id) } });
  const error = new Promise<{ data?: unknown }>((resolve) => client.once("connect_error", resolve));
  expect((await error).data).toMatchObject({ code: "SESSION_CHANGED" });
  const { event } = await connected({ headers, auth: { page_user: String(grace.id) } });
  await event("build");
});

it("counts every bot of the list, not only those of the page", async () => {
  const ada = await aUser();
  await Promise.all(["One", "Two", "Three"].map((name) => aBot(ada, { name })));
  const first = await ada.api.send("GET /api/bots", { query: { limit: "2" } });
  expect(first.json).toMatchObject({ count: 3 });
  const last = await ada.api.send("GET /api/bots", { query: { limit: "2", cursor: first.json.next_cursor } });
  expect(last.json).toMatchObject({ count: 3, next_cursor: null });
  const found = await ada.api.send("GET /api/bots", { query: { limit: "1", search: "t" } });
  expect(found.json.bots).toHaveLength(1);
  expect(found.json.count).toBeGreaterThanOrEqual(2);
});

it("shows the sender of a command to callers who may know it", async () => {
  const [ada, admin] = await Promise.all([aUser(), aUser("admin")]);
  const bot = await aBot(ada);
  for (const { api } of [ada, admin])
    await api.send("POST /api/bot/{bot_id}/send-command", { params: { bot_id: bot.id }, body: { type: "ping" } });
  const senders = async (api: typeof ada.api) => {
    const { json } = await api.send("GET /api/commands", { query: { bot_id: bot.id } });
    return (json.commands as { created_by_name?: string }[]).map((command) => command.created_by_name);
  };
  expect(await senders(admin.api)).toEqual([admin.username, ada.username]);
  expect(await senders(ada.api)).toEqual([admin.username, ada.username]);
  // A guest of the bot sees no other names.
  const guest = await aUser();
  const grant = { user_id: guest.id, role: "operator" };
  await ada.api.send("POST /api/my-bots/{bot_id}/grants", { params: { bot_id: bot.id }, body: grant });
  expect(await senders(guest.api)).toEqual([undefined, undefined]);
  await guest.api.send("POST /api/bot/{bot_id}/send-command", { params: { bot_id: bot.id }, body: { type: "ping" } });
  expect(await senders(guest.api)).toEqual([guest.username, undefined, undefined]);
  expect(await senders(ada.api)).toEqual([guest.username, admin.username, ada.username]);
});

it("lists the logs of several bots, and bots by their ids", async () => {
  const [ada, eve] = await Promise.all([aUser(), aUser()]);
  const bots = await Promise.all(["One", "Two", "Three"].map((name) => aBot(ada, { name })));
  for (const bot of bots)
    await bot.api.send("POST /api/bot/{bot_id}/logs", {
      params: { bot_id: bot.id },
      body: { message: `of ${bot.id}` },
    });
  const ids = [bots[0]!.id, bots[2]!.id];
  for (const query of [{ bot_ids: ids.join() }, { bot_ids: ids.join(), search: "of" }] as Record<string, string>[]) {
    const { json } = await ada.api.send("GET /api/logs", { query });
    expect((json.logs as { bot_id: string }[]).map((log) => log.bot_id).sort()).toEqual([...ids].sort());
  }
  await eve.api.refused("GET /api/logs", "NOT_FOUND", { query: { bot_ids: ids.join() } });
  await ada.api.refused("GET /api/logs", "INVALID_INPUT", { query: { bot_ids: "," } });
  const named = await ada.api.send("GET /api/bots", { query: { ids: ids.join() } });
  expect((named.json.bots as { id: string }[]).map((bot) => bot.id).sort()).toEqual([...ids].sort());
  expect((await eve.api.send("GET /api/bots", { query: { ids: ids.join() } })).json.bots).toEqual([]);
});
