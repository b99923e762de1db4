/** The real discord.py, pointed at a stand-in of Discord's REST API and gateway, managed by the real server. */
import { expect, it } from "vitest";
import { eventually } from "../eventually";
import { aManagedBot } from "../managed";
import { runPython } from "../python";
import { discordPlatform, message } from "../standins/discord-platform";

it("one call makes a bot of discord.py manageable", async () => {
  const { bot, run, status, ...mine } = await aManagedBot();
  const platform = await discordPlatform();
  const python = runPython(["tests/standins/python/discord_bot.py"], bot, {
    ...{ DISCORD_API: platform.api, PYTHON: process.env.DISCORD_PYTHON! },
  });
  await eventually(async () => expect(await mine.data(), python.output()).toContain("The guild"));
  await eventually(async () => expect(await status()).toBe("online"));
  await eventually(async () =>
    expect(await mine.instances()).toMatchObject([{ version: expect.stringContaining("1.4.0 (discord.py") }]),
  );
  platform.push("MESSAGE_CREATE", message("Hello there"));
  await eventually(async () =>
    expect(await mine.messages(), python.output()).toMatchObject([
      { message: "Hello there", author_id: "42", author_name: "eve", thread_id: "300", thread_type: "GROUP" },
    ]),
  );
  // The bot's own handler still receives the message, and its error becomes a log.
  await eventually(async () => expect(JSON.stringify(await mine.logs())).toContain("no fuel"));
  expect(await run("send_message", { thread_id: "300", message: "Hi" }), python.output()).toMatchObject({
    result: { message_id: "901" },
  });
  expect(platform.sent).toMatchObject([{ content: "Hi" }]);
  expect(await run("send_message", { thread_id: "301", message: "Hi" })).toMatchObject({ status: "failed" });
  await eventually(async () => expect(await mine.metric("rate_limit_remaining")).toEqual([4]));
  expect(await run("stop")).toMatchObject({ status: "completed", result: { stopped: true } });
  expect(await python.ended, python.output()).toEqual([0, null]);
  await eventually(async () => expect(await status()).toBe("offline"));
});
