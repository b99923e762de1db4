/** Calls of Discord's API with the bot's token. DISCORD_API_URL puts another server in the place of discord.com. */
import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { outbound } from "@/lib/core/outbound/index";
import { retryAfter } from "@/lib/core/outbound/retry-after";
import { askJson } from "@/lib/core/outbound/upstream";

const TIMEOUT_MS = 10_000;
const BUSY_S = 30;

export type GuildConfig = {
  apiUrl: string;
  token?: string;
  /** Returns undefined while no guild is set or found. */
  guildId: () => string | undefined;
};

/** Discord's answers to a change that say why it was not made. */
function refusalOf(status: number, wait: unknown): AppError {
  if (status === 404) return new AppError("NOT_FOUND", "Discord does not know this channel, role or member");
  if (status === 429)
    return new AppError(
      ...(["UNAVAILABLE", "Discord asks this server to slow down", undefined] as const),
      Math.ceil((retryAfter(wait as string | undefined, Date.now()) ?? BUSY_S * 1000) / 1000),
    );
  const hint = status === 401 ? ": check DISCORD_TOKEN" : status === 403 ? ": the bot lacks the permission" : "";
  return new AppError("BAD_GATEWAY", `Discord refused this (${status})${hint}`);
}

export function createGuildCalls({ apiUrl, token, guildId }: GuildConfig) {
  /** @throws UNAVAILABLE while no bot token or server is set */
  function demandSettings(): { guild: string; headers: Record<string, string> } {
    const id = guildId();
    const missing = [!token && "DISCORD_TOKEN", !id && "DISCORD_GUILD_ID"].filter(Boolean).join(" and ");
    if (missing) throw new AppError("UNAVAILABLE", `This server has no access to Discord's API: set ${missing}`);
    return { guild: `${apiUrl}/v10/guilds/${id}`, headers: { authorization: `Bot ${token}` } };
  }

  return {
    isSet: (): boolean => Boolean(token && guildId()),

    /** Reads from below the guild. @throws UNAVAILABLE, NOT_FOUND, BAD_GATEWAY, GATEWAY_TIMEOUT */
    async ask<S extends z.ZodType>(path: string, shape: S): Promise<z.output<S>> {
      const { guild, headers } = demandSettings();
      return askJson(`${guild}/${path}`, shape, {
        ...{ name: "Discord", headers, timeoutMs: TIMEOUT_MS, credential: "DISCORD_TOKEN" },
        missing: "Discord does not know this server or member: check DISCORD_GUILD_ID, and that the bot has joined",
      });
    },

    /** Changes something, once: Discord would post a repeated message twice. @returns the body of the answer @throws as `ask` */
    async change(method: "PUT" | "DELETE" | "POST", path: string, body?: unknown): Promise<string> {
      const { guild, headers } = demandSettings();
      const {
        status,
        headers: answered,
        body: text,
      } = await outbound(path.startsWith("channels/") ? `${apiUrl}/v10/${path}` : `${guild}/${path}`, {
        method,
        headers: { ...headers, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...{ timeoutMs: TIMEOUT_MS, redirects: 0, trusted: true },
      });
      if (status < 200 || status >= 300) throw refusalOf(status, answered["retry-after"]);
      return text.toString("utf8");
    },
  };
}
