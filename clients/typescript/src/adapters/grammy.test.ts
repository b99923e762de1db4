/** The real grammY library, pointed at a stand-in of Telegram's Bot API, managed by the real server. */
import { Bot } from "grammy";
import { afterEach, expect, it } from "vitest";
import { eventually } from "@/tests/eventually";
import { aManagedBot } from "@/tests/managed";
import { TAKEN, telegram, update } from "@/tests/standins/telegram";
import { manageGrammy } from "./grammy";

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

it("one call makes a grammY bot manageable", async () => {
  const { muster, run, status, ...mine } = await aManagedBot();
  const platform = await telegram();
  const bot = new Bot("7:token", { client: { apiRoot: platform.url } });
  manageGrammy(bot, muster, { messages: true, metricsMs: 100 });
  ends.push(
    () => muster.stop(500),
    () => bot.stop(),
  );
  const seen: string[] = [];
  bot.on("message:text", (context) => {
    seen.push(context.message.text);
    throw new Error("no fuel");
  });
  bot.catch(() => {});
  void bot.start();

  platform.updates.push(update("Hello there"));
  await eventually(async () =>
    expect(await mine.messages()).toMatchObject([
      { message: "Hello there", author_id: "42", author_name: "eve", thread_id: "-100", thread_type: "GROUP" },
    ]),
  );
  // The bot's own handlers still receive the message, and their errors become logs.
  expect(seen).toEqual(["Hello there"]);
  await eventually(async () => expect(await mine.logs()).toMatchObject([{ type: "error", message: "no fuel" }]));
  await eventually(async () => expect(await mine.data()).toContain("The group"));
  await eventually(async () => expect(await mine.instances()).toMatchObject([{ version: "1.4.0 (grammY)" }]));

  expect(await run("send_message", { thread_id: "42", message: "Hi" })).toMatchObject({ result: { message_id: 99 } });
  expect(platform.sent).toMatchObject([{ chat_id: "42", text: "Hi" }]);
  platform.limited = true;
  expect(await run("send_message", { thread_id: "42", message: "Hi" })).toMatchObject({ status: "failed" });
  await eventually(async () => expect(await mine.metric("rate_limit_wait_s")).toEqual([7]));

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

it("reports that another program takes the updates, and records no message unless it is asked to", async () => {
  const { muster, status, logs, messages } = await aManagedBot();
  const platform = await telegram();
  const bot = new Bot("7:token", { client: { apiRoot: platform.url } });
  manageGrammy(bot, muster);
  ends.push(() => muster.stop(500));
  const seen = new Promise((resolve) => bot.on("message", resolve));
  platform.updates.push(update("Hello there"));
  const started = bot.start().catch((error: Error) => error.message);
  await seen;
  platform.doubled = true;
  expect(await started).toContain("409");
  await eventually(async () => {
    expect(await status()).toBe("conflict");
    expect(JSON.stringify(await logs())).toContain(TAKEN);
  });
  expect(await messages()).toEqual([]);
});
