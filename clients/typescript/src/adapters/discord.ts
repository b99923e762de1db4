/**
 * Makes a discord.js bot manageable: status, guilds, logs, rate limits, messages if wanted, and the commands send_message,
 * restart and stop.
 */
import { type Client, version } from "discord.js";
import type { MusterBot } from "../bot.js";
import { createReports, type ManageOptions } from "../managed.js";

/**
 * Call it before `client.login()`; it starts and stops the Muster side itself.
 *
 * Status is "online" while every shard of this program is connected and "disconnected" while one is not. A program that
 * runs some of the bot's shards (under a ShardingManager, for example) declares its shards, so that the programs with
 * the other shards may run beside it. With `messages`, messages are recorded with their text if the client's intents
 * include message content. Guilds are synced at the start and when the bot joins or leaves one.
 */
export function manageDiscord(client: Client, muster: MusterBot, options: ManageOptions = {}): void {
  const reports = createReports(muster, options);
  const report = (word: string) => reports.status(word);
  const sync = () =>
    reports.sync({
      groups: client.guilds.cache.map((guild) => ({ id: guild.id, name: guild.name, members: guild.memberCount })),
    });
  muster.setLibrary(`discord.js ${version}`);
  let token: string | null = null;
  /** Shards of this program without a connection. The bot is online again only when all of them are back. */
  const down = new Set<number>();
  const lost = (shard: number) => {
    down.add(shard);
    report("disconnected");
  };
  const back = (shard: number) => {
    down.delete(shard);
    if (down.size === 0) report("online");
  };
  const { shards, shardCount = 1 } = client.options;
  const own = typeof shards === "number" ? [shards] : shards;
  if (Array.isArray(own) && own.length < shardCount) muster.setPart({ shards: [...own], of: shardCount });

  client.on("clientReady", () => {
    token = client.token;
    if (down.size === 0) report("online");
    sync();
  });
  client.on("shardReady", back);
  client.on("shardResume", back);
  client.on("shardReconnecting", lost);
  client.on("shardDisconnect", (_, shard) => lost(shard));
  client.on("guildCreate", sync);
  client.on("guildDelete", sync);
  client.rest.on("rateLimited", ({ timeToReset }) => reports.limited(timeToReset / 1000));
  client.rest.on("response", (_, { status, headers }) => {
    const remaining = headers.get("x-ratelimit-remaining");
    if (remaining !== null) reports.remaining(Number(remaining));
    if (status === 429) reports.limited(Number(headers.get("retry-after")) || 0);
  });
  // Without a listener for "error" the program would end at the first one.
  client.on("error", (error) => options.logs !== false && muster.log("error", error.message, { stack: error.stack }));
  if (options.logs !== false) client.on("warn", (text) => muster.log("warning", text));
  if (options.messages)
    client.on("messageCreate", (message) =>
      muster.message({
        message: message.content || "(no text)",
        author_id: message.author.id,
        author_name: message.author.username,
        thread_id: message.channelId,
        thread_type: message.guildId ? "GROUP" : "USER",
        timestamp: message.createdTimestamp,
        metadata: { message_id: message.id, guild_id: message.guildId },
      }),
    );

  muster
    .onCommand("send_message", async ({ payload }) => {
      const channel = await client.channels.fetch(String(payload.thread_id));
      if (!channel?.isSendable()) throw new Error(`${payload.thread_id} is no channel that takes messages`);
      return { message_id: (await channel.send(String(payload.message))).id };
    })
    .onCommand("restart", async () => {
      if (!token) throw new Error("The bot has not been ready yet");
      await client.destroy();
      await client.login(token);
      return { restarted: true };
    })
    .onCommand("stop", async () => {
      await client.destroy();
      void muster.stop();
      return { stopped: true };
    })
    .start();
}
