/** Socket.IO: who may connect, who hears what, and what bots are pushed. */
import { describe, expect, it } from "vitest";
import { Api } from "../api";
import { ada, bot, eve, params, quiet, renewBot } from "../events";
import { aBot, anApiKey, anUnclaimedBot, aUser, theAdmin } from "../factories";
import { connected, refusal, TRANSPORTS } from "../sockets";

describe("connecting", () => {
  it.each(TRANSPORTS)("is refused without a credential and with a wrong one (%s)", async (transport) => {
    expect(await refusal({ transport })).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await refusal({ transport, token: "nonsense" })).toMatchObject({ code: "UNAUTHORIZED" });
    expect(await refusal({ transport, headers: { cookie: "session_token=nonsense" } })).toMatchObject({
      code: "UNAUTHORIZED",
    });
  });

  it("works with a cookie, a header or a key, but not for an unclaimed bot", async () => {
    await connected({ headers: { cookie: `session_token=${ada.cookie}` } });
    await connected({ headers: { authorization: `Bearer ${ada.jwt}` } });
    await connected({ token: (await anApiKey(ada, "read")).secret });
    expect(await refusal({ token: (await anUnclaimedBot()).token })).toMatchObject({ code: "FORBIDDEN" });
  });

  it("is refused to a page of another site with a person's cookie", async () => {
    const headers = { cookie: `session_token=${ada.cookie}`, origin: "https://evil.example" };
    expect(await refusal({ headers })).toMatchObject({ code: "FORBIDDEN" });
  });

  it("ends when the credential ends", async () => {
    const one = await aUser();
    const key = await anApiKey(one, "read");
    const itsBot = await aBot(one);
    const sockets = await Promise.all([
      connected({ token: one.jwt }),
      connected({ token: key.secret }),
      connected({ token: itsBot.token }),
    ]);
    const cut = sockets.map(({ client }) => new Promise((resolve) => client.once("disconnect", resolve)));
    await one.api.send("POST /api/my-bots/{bot_id}/regenerate-token", { params: { bot_id: itsBot.id } });
    await one.api.send("DELETE /api/auth/api-keys/{key_id}", { params: { key_id: key.id } });
    await one.api.send("POST /api/auth/logout");
    await Promise.all(cut);
  });
});

describe("the audience", () => {
  it("is the owner and staff, never another user or bot; a bot hears only its own commands", async () => {
    await renewBot();
    const [moderator, admin] = await Promise.all([aUser("moderator"), theAdmin()]);
    const strangersBot = await aBot(eve);
    const [owner, staff, root, stranger, its, other] = await Promise.all(
      [ada.jwt, moderator.jwt, admin.jwt, eve.jwt, bot.token, strangersBot.token].map((token) => connected({ token })),
    );
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params: params(), body: { message: "secret" } });
    await ada.api.send("POST /api/bot/{bot_id}/send-command", { params: params(), body: { type: "secret" } });
    for (const one of [owner, staff, root]) {
      await one!.event("new_log", (log) => log.message === "secret");
      await one!.event("new_command", (command) => command.type === "secret");
    }
    await its!.event("new_command", (command) => command.type === "secret");
    await quiet();
    expect(JSON.stringify([stranger!.heard, other!.heard])).not.toContain("secret");
    expect(its!.names()).not.toContain("new_log");
  });

  it("a moderator may look by socket but not send", async () => {
    await renewBot();
    const { client, event } = await connected({ token: (await aUser("moderator")).jwt });
    client.emit("send_message", { bot_id: bot.id, thread_id: "1", thread_type: "USER", message: "x" });
    expect(await event("message_sent")).toMatchObject({ status: "error" });
  });

  it("a read-only key may not send", async () => {
    await renewBot();
    const { client, event } = await connected({ token: (await anApiKey(ada, "read")).secret });
    client.emit("send_message", { bot_id: bot.id, thread_id: "1", thread_type: "USER", message: "x" });
    expect(await event("message_sent")).toMatchObject({ status: "error" });
  });

  it("a watching page gets batches instead of single events, and none of another user's bot", async () => {
    await renewBot();
    const page = await connected({ token: ada.jwt });
    const answer = await page.client.timeout(150_000).emitWithAck("watch", { topics: ["logs"], bot_id: bot.id });
    expect(answer).toEqual({ status: "ok" });
    const strangersBot = await aBot(eve);
    expect(
      await page.client.timeout(150_000).emitWithAck("watch", { topics: ["logs"], bot_id: strangersBot.id }),
    ).toMatchObject({ code: "NOT_FOUND" });
    const body = Array.from({ length: 100 }, (_, index) => ({ message: `line ${index}` }));
    await bot.api.send("POST /api/bot/{bot_id}/logs", { params: params(), body });
    const batch = await page.event("batch", ({ events }) => events.length > 0);
    expect(batch.events[0]).toEqual(["new_log", expect.objectContaining({ message: "line 0", bot_id: bot.id })]);
    await quiet();
    expect(page.names()).not.toContain("new_log");
  });
});

describe("delivery to bots by socket", () => {
  it("pushes pending commands to a bot when it connects, oldest first", async () => {
    await renewBot();
    for (const type of ["one", "two", "three"])
      await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type } });
    const { event, heard } = await connected({ token: bot.token });
    await event("new_command", ({ type }) => type === "three");
    expect(heard.filter(([name]) => name === "new_command").map(([, { type }]) => type)).toEqual([
      "one",
      "two",
      "three",
    ]);
  });

  it("gives a bot of 001 that got new_command the same lease by its poll", async () => {
    await renewBot();
    const { event } = await connected({ token: bot.token });
    const { json } = await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "hint" } });
    await event("new_command");
    const polled = await bot.api.send("GET /api/bot/{bot_id}/commands", { params: params() });
    expect(polled.json.commands).toMatchObject([{ id: json.command.id, attempts: 1 }]);
  });

  it("sends new settings to a bot, and counts it as online while it is connected", async () => {
    await renewBot();
    const { event } = await connected({ token: bot.token });
    await ada.api.send("PUT /api/bot/{bot_id}/settings", { params: params(), body: { volume: 11 } });
    expect(await event("settings_update")).toEqual({ bot_id: bot.id, settings: { volume: 11 }, version: 1 });
    // Wait longer than the server under test waits for a heartbeat.
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    const { json } = await ada.api.send("GET /api/bot/{bot_id}/status", { params: params() });
    expect(json).toMatchObject({ status: "online", online: true });
  });
});

it("refuses a frame that is too large without affecting others", async () => {
  const page = await connected({ token: ada.jwt });
  const closed = new Promise((resolve) => page.client.once("disconnect", resolve));
  page.client.emit("send_message", { message: "x".repeat(5_000_000) });
  await closed;
  expect((await new Api().send("GET /api/health")).status).toBe(200);
});
