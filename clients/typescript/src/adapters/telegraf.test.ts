/** The real Telegraf library, pointed at a stand-in of Telegram's Bot API, managed by the real server. */
import { Telegraf } from "telegraf";
import { afterEach, expect, it } from "vitest";
import { eventually } from "@/tests/eventually";
import { aManagedBot } from "@/tests/managed";
import { TAKEN, telegram, update } from "@/tests/standins/telegram";
import { manageTelegraf } from "./telegraf";

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

it("one call makes a Telegraf bot manageable", async () => {
  const { muster, run, status, ...mine } = await aManagedBot();
  const platform = await telegram();
  const bot = new Telegraf("7:token", { telegram: { apiRoot: platform.url } });
  manageTelegraf(bot, muster, { messages: true, metricsMs: 100 });
  ends.push(() => muster.stop(500));
  bot.on("message", async (context) => {
    platform.limited = true;
    await context.reply("Hi");
  });
  bot.catch(() => {});
  const ended = bot.launch();

  platform.updates.push(update("Hello there"));
  await eventually(async () =>
    expect(await mine.messages()).toMatchObject([
      { message: "Hello there", author_id: "42", author_name: "eve", thread_id: "-100", thread_type: "GROUP" },
    ]),
  );
  // The answer of the bot's own handler was delayed: its error becomes a log, and the delay a number.
  await eventually(async () =>
    expect(await mine.logs()).toMatchObject([{ type: "error", message: expect.stringContaining("Too Many Requests") }]),
  );
  await eventually(async () => expect(await mine.metric("rate_limit_wait_s")).toEqual([7]));
  await eventually(async () => expect(await mine.data()).toContain("The group"));
  await eventually(async () => expect(await mine.instances()).toMatchObject([{ version: "1.4.0 (Telegraf)" }]));

  expect(await run("send_message", { thread_id: "42", message: "Hi" })).toMatchObject({ result: { message_id: 99 } });
  expect(platform.sent).toMatchObject([{ chat_id: "42", text: "Hi" }]);
  expect(await run("restart")).toMatchObject({ status: "completed", result: { restarted: true } });
  await ended;
  const polls = platform.polls;
  await eventually(() => expect(platform.polls).toBeGreaterThan(polls + 1));
  expect(await run("stop")).toMatchObject({ status: "completed", result: { stopped: true } });
  await eventually(async () => expect(await status()).toBe("offline"));
});

it("reports that another program takes the updates, with Telegram's message", async () => {
  const { muster, status, logs } = await aManagedBot();
  const platform = await telegram();
  platform.doubled = true;
  const bot = new Telegraf("7:token", { telegram: { apiRoot: platform.url } });
  manageTelegraf(bot, muster);
  ends.push(() => muster.stop(500));
  await expect(bot.launch()).rejects.toThrow("409");
  await eventually(async () => {
    expect(await status()).toBe("conflict");
    expect(JSON.stringify(await logs())).toContain(TAKEN);
  });
});
