/** The channels and roles of the guild, against a server that answers as Discord's does. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { BOT_TOKEN, Discord, GUILD } from "@/tests/standins/discord";
import { createGuild } from "./guild";

const STAFF = { kind: "user", user_id: 7, role: "moderator", scope: "read" } as UserActor;
let discord: Discord;
let at = 1_000_000;
function guildWith(change: { token?: string; guildId?: string } = {}) {
  const { guildId, ...config } = { apiUrl: discord.url, token: BOT_TOKEN, guildId: GUILD, ...change };
  return createGuild({ ...config, guildId: () => guildId }, () => at);
}

beforeAll(async () => {
  discord = await Discord.start();
});
afterAll(() => discord.close());

describe("channels", () => {
  it("come in Discord's order, each category before its own, with their kinds as words", async () => {
    expect(await guildWith().channels(STAFF)).toEqual([
      { id: "41771983423143938", name: "rules", category: null, type: "text" },
      { id: "41771983423143939", name: "Community", category: null, type: "category" },
      { id: "41771983423143941", name: "Lounge", category: "Community", type: "voice" },
      { id: "41771983423143940", name: "memes", category: "Community", type: "text" },
    ]);
  });

  it("are asked for once a minute", async () => {
    const guild = guildWith();
    const before = discord.calls.length;
    await Promise.all([guild.channels(STAFF), guild.channels(STAFF)]);
    await guild.channels(STAFF);
    expect(discord.calls.length).toBe(before + 1);
    at += 60_000;
    await guild.channels(STAFF);
    expect(discord.calls.length).toBe(before + 2);
  });
});

describe("roles", () => {
  it("come highest first, without @everyone", async () => {
    expect(await guildWith().roles(STAFF)).toEqual([
      { id: "41771983423143951", name: "Inventory Master", color: 0 },
      { id: "41771983423143950", name: "Lootling", color: 11_342_935 },
    ]);
  });

  it("are refused to people who are no staff", async () => {
    await expect(guildWith().roles({ ...STAFF, role: "user" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it.each([
    ["UNAVAILABLE naming DISCORD_TOKEN without one", { token: undefined }, "UNAVAILABLE", "DISCORD_TOKEN"],
    ["UNAVAILABLE naming DISCORD_GUILD_ID without one", { guildId: undefined }, "UNAVAILABLE", "DISCORD_GUILD_ID"],
    ["BAD_GATEWAY naming DISCORD_TOKEN when Discord refuses it", { token: "x" }, "BAD_GATEWAY", "DISCORD_TOKEN"],
    ["NOT_FOUND when the bot is in no such guild", { guildId: "12345" }, "NOT_FOUND", "DISCORD_GUILD_ID"],
  ] as const)("throw %s", async (_title, change, code, named) => {
    const refused = guildWith(change).roles(STAFF);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(named) });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(BOT_TOKEN) });
  });
});
