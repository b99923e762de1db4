/** The real grammY library, pointed at a stand-in of Telegram's Bot API, managed by the real server. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Bot } from "grammy";
import { afterEach, expect, it } from "vitest";
import { eventually } from "@/tests/eventually";
import { theServer } from "@/tests/the-server";
import { aBot, aUser } from "../../../../tests/factories";
import { MusterBot } from "../index";
import { manageGrammy } from "./grammy";

const TAKEN = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

/** Answers getMe, getUpdates and sendMessage as Telegram does. `down` makes it answer 502. */
async function telegram() {
  const world = {
    updates: [] as object[],
    sent: [] as Record<string, unknown>[],
    polls: 0,
    down: false,
    doubled: false,
    url: "",
  };
  const server = createServer(async (req, res) => {
    let text = "";
    for await (const chunk of req) text += chunk;
    const body = text ? JSON.parse(text) : {};
    const answer = (result: unknown, status = 200) => {
      res.writeHead(status, { "content-type": "application/json" });
      res.end(
        JSON.stringify(
          status === 200 ? { ok: true, result } : { ok: false, error_code: status, description: "Bad Gateway" },
        ),
      );
    };
    const method = req.url!.split("/").at(-1);
    if (world.down) return answer(null, 502);
    if (world.doubled && req.url!.endsWith("/getUpdates")) {
      res.writeHead(409, { "content-type": "application/json" });
      return res.end(JSON.stringify({ ok: false, error_code: 409, description: TAKEN }));
    }
    if (method === "getMe")
      return answer({ id: 7, is_bot: true, first_name: "Bot", username: "the_bot", can_join_groups: true });
    if (method === "sendMessage") {
      world.sent.push(body);
      return answer({
        message_id: 99,
        date: 1,
        chat: { id: Number(body.chat_id), type: "private", first_name: "A" },
        text: body.text,
      });
    }
    if (method !== "getUpdates") return answer(true);
    world.polls++;
    const updates = world.updates.splice(0);
    setTimeout(() => answer(updates), updates.length > 0 ? 0 : 100);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return world;
}

it("three lines of code make a grammY bot manageable", async () => {
  const ada = await aUser();
  const mine = await aBot(ada);
  const platform = await telegram();
  const bot = new Bot("7:token", { client: { apiRoot: platform.url } });
  const muster = new MusterBot({ url: theServer().url, botId: mine.id, token: mine.token, onProblem: () => {} });
  manageGrammy(bot, muster);
  ends.push(
    () => muster.stop(500),
    () => bot.stop(),
  );
  const seen: string[] = [];
  bot.on("message:text", (context) => void seen.push(context.message.text));
  void bot.start();

  platform.updates.push({
    update_id: 1,
    message: {
      message_id: 5,
      date: 1,
      from: { id: 42, is_bot: false, first_name: "Eve", username: "eve" },
      chat: { id: -100, type: "supergroup", title: "The group" },
      text: "Hello there",
    },
  });
  const query = { bot_id: mine.id };
  await eventually(async () =>
    expect((await ada.api.send("GET /api/messages", { query })).json.messages).toMatchObject([
      { message: "Hello there", author_id: "42", author_name: "eve", thread_id: "-100", thread_type: "GROUP" },
    ]),
  );
  // The bot's own handlers still receive the message.
  expect(seen).toEqual(["Hello there"]);
  const params = { bot_id: mine.id };
  await eventually(async () =>
    expect((await ada.api.send("GET /api/bot/{bot_id}/data", { params })).text).toContain("The group"),
  );

  const run = async (type: string, payload: object = {}) => {
    const { json } = await ada.api.send("POST /api/commands", { body: { bot_id: mine.id, type, payload } });
    return eventually(async () => {
      const one = await ada.api.send("GET /api/commands/{command_id}", { params: { command_id: json.command.id } });
      expect(one.json.command.status).not.toBe("pending");
      return one.json.command;
    });
  };
  expect(await run("send_message", { thread_id: "42", message: "Hi" })).toMatchObject({ result: { message_id: 99 } });
  expect(platform.sent).toMatchObject([{ chat_id: "42", text: "Hi" }]);

  const status = async () => (await ada.api.send("GET /api/bot/{bot_id}/info", { params })).json.bot.status;
  platform.down = true;
  await eventually(async () => expect(await status()).toBe("disconnected"));
  expect(await run("send_message", { thread_id: "42", message: "Hi" })).toMatchObject({ status: "failed" });
  platform.down = false;
  await eventually(async () => expect(await status()).toBe("online"));

  expect(await run("restart")).toMatchObject({ status: "completed", result: { restarted: true } });
  const polls = platform.polls;
  await eventually(() => expect(platform.polls).toBeGreaterThan(polls + 1));
  expect(await run("stop")).toMatchObject({ status: "completed", result: { stopped: true } });
  await eventually(async () => expect(await status()).toBe("offline"));
  expect(bot.isRunning()).toBe(false);
});

it("reports that another program takes the updates, with Telegram's message", async () => {
  const ada = await aUser();
  const mine = await aBot(ada);
  const platform = await telegram();
  platform.doubled = true;
  const bot = new Bot("7:token", { client: { apiRoot: platform.url } });
  const muster = new MusterBot({ url: theServer().url, botId: mine.id, token: mine.token, onProblem: () => {} });
  manageGrammy(bot, muster);
  ends.push(() => muster.stop(500));
  await expect(bot.start()).rejects.toThrow("409");
  const params = { bot_id: mine.id };
  await eventually(async () => {
    expect((await ada.api.send("GET /api/bot/{bot_id}/info", { params })).json.bot.status).toBe("conflict");
    expect((await ada.api.send("GET /api/logs", { query: { bot_id: mine.id } })).text).toContain(TAKEN);
  });
});
