/** The real discord.js, pointed at a stand-in of Discord's REST API and gateway, managed by the real server. */
import { Client, GatewayIntentBits, version } from "discord.js";
import { afterEach, expect, it } from "vitest";
import { eventually } from "@/tests/eventually";
import { aManagedBot } from "@/tests/managed";
import { discordPlatform, message } from "@/tests/standins/discord-platform";
import { manageDiscord } from "./discord";

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});
const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent];

it("one call makes a discord.js bot manageable", async () => {
  const { muster, run, ...mine } = await aManagedBot();
  const platform = await discordPlatform();
  const client = new Client({ intents, rest: { api: platform.api } });
  manageDiscord(client, muster, { messages: true, metricsMs: 100 });
  ends.push(
    () => muster.stop(500),
    () => client.destroy(),
  );
  await client.login("token");

  await eventually(async () => expect(await mine.data()).toContain("The guild"));
  await eventually(async () =>
    expect(await mine.instances()).toMatchObject([{ version: `1.4.0 (discord.js ${version})` }]),
  );
  platform.push("MESSAGE_CREATE", message("Hello there"));
  await eventually(async () =>
    expect(await mine.messages()).toMatchObject([
      { message: "Hello there", author_id: "42", author_name: "eve", thread_id: "300", thread_type: "GROUP" },
    ]),
  );
  client.emit("warn", "low fuel");
  client.emit("error", new Error("no fuel"));
  await eventually(async () =>
    expect(await mine.logs()).toMatchObject([
      { type: "error", message: "no fuel" },
      { type: "warning", message: "low fuel" },
    ]),
  );
  expect(await run("send_message", { thread_id: "300", message: "Hi" })).toMatchObject({
    result: { message_id: "901" },
  });
  expect(platform.sent).toMatchObject([{ content: "Hi" }]);
  expect(await run("send_message", { thread_id: "301", message: "Hi" })).toMatchObject({ status: "failed" });
  await eventually(async () => expect(await mine.metric("rate_limit_remaining")).toEqual([4]));
  expect(await run("restart")).toMatchObject({ status: "completed", result: { restarted: true } });
  await eventually(() => expect(platform.identified).toBe(2));
  expect(await run("stop")).toMatchObject({ status: "completed", result: { stopped: true } });
  expect(client.token).toBeNull();
});

it("records no message, and no log, unless it is asked to", async () => {
  const { muster, run, messages, logs } = await aManagedBot();
  const platform = await discordPlatform();
  const client = new Client({ intents, rest: { api: platform.api } });
  manageDiscord(client, muster, { logs: false });
  ends.push(
    () => muster.stop(500),
    () => client.destroy(),
  );
  const seen = new Promise((resolve) => client.once("messageCreate", resolve));
  client.once("clientReady", () => platform.push("MESSAGE_CREATE", message("Hello there")));
  await client.login("token");
  await seen;
  client.emit("error", new Error("no fuel"));
  // Logs and messages are delivered before a bot stops.
  await run("send_message", { thread_id: "300", message: "Hi" });
  await muster.stop();
  expect([await messages(), await logs()]).toEqual([[], []]);
});

it("a program with some of the shards declares them", async () => {
  const { muster, instances } = await aManagedBot();
  const client = new Client({ intents: [], shards: [0, 1], shardCount: 4 });
  manageDiscord(client, muster);
  ends.push(() => muster.stop(500));
  await eventually(async () => expect(await instances()).toMatchObject([{ part: { shards: [0, 1], of: 4 } }]));
});
