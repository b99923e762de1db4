/** Adapters of the Python client for Telegram's asynchronous libraries, by the interfaces that these document. */
import { expect, it } from "vitest";
import { eventually } from "../eventually";
import { aManagedBot } from "../managed";
import { runPython } from "../python";

it.each([
  ["python-telegram-bot", "telegram_bot.py", "No error handlers are registered"],
  ["aiogram", "aiogram_bot.py", "Cause exception while process update"],
])("one call makes a bot with the interface of %s manageable", async (library, file, error) => {
  const { bot, run, status, ...mine } = await aManagedBot();
  const python = runPython([`tests/standins/python/${file}`], bot);
  await eventually(async () =>
    expect(await mine.messages(), python.output()).toMatchObject([
      { message: "Hello there", author_id: "42", author_name: "eve", thread_id: "-100", thread_type: "GROUP" },
    ]),
  );
  await eventually(async () => expect(await mine.data()).toContain("The group"));
  await eventually(async () => expect(await status()).toBe("online"));
  await eventually(async () =>
    expect(await mine.instances()).toMatchObject([{ version: expect.stringContaining(`1.4.0 (${library}`) }]),
  );
  await eventually(async () => expect(await mine.logs()).toMatchObject([{ type: "error", message: error }]));
  await eventually(async () => expect(await mine.metric("rate_limit_wait_s")).toEqual([7]));
  expect(await run("send_message", { thread_id: "42", message: "Hi" })).toMatchObject({ result: { message_id: 99 } });
  await eventually(() => expect(python.output()).toContain("sent 42 Hi"));
  expect(await run("stop")).toMatchObject({ status: "completed", result: { stopped: true } });
  expect(await python.ended, python.output()).toEqual([0, null]);
  await eventually(async () => expect(await status()).toBe("offline"));
});
