/**
 * Finds the guild of the configured role ids while DISCORD_GUILD_ID is not set. Document 003's environment names the roles and
 * the bot's token, and no guild. Ids of roles are unique in Discord, so that at most one of the bot's guilds has them.
 */
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { askJson } from "@/lib/core/outbound/upstream";

const TIMEOUT_MS = 5_000;
/** Discord's own limit for one answer. A bot of more guilds needs the setting. */
const GUILDS_MAX = 200;

const Snowflake = z.string().regex(/^\d{1,20}$/);
const Guilds = z.array(z.object({ id: Snowflake, name: z.string() })).max(GUILDS_MAX);
const Roles = z.array(z.object({ id: Snowflake }));

type Wanted = {
  apiUrl: string;
  token: string;
  /** The ids that the guild must have. */
  roles: readonly string[];
};
type Found = { id: string; name: string };

/** @returns undefined when none of the bot's guilds has all of the roles @throws AppError when Discord cannot be asked */
export async function findGuild({ apiUrl, token, roles }: Wanted, signal: AbortSignal): Promise<Found | undefined> {
  const ask = <S extends z.ZodType>(path: string, shape: S) =>
    askJson(`${apiUrl}/v10/${path}`, shape, {
      ...{ name: "Discord", headers: { authorization: `Bot ${token}` }, timeoutMs: TIMEOUT_MS },
      ...{ credential: "DISCORD_TOKEN", missing: "Discord does not know this server" },
    });
  for (const guild of await ask("users/@me/guilds", Guilds)) {
    if (signal.aborted) return undefined;
    const its = await ask(`guilds/${guild.id}/roles`, Roles).catch((error: unknown) => {
      // The bot has left the guild meanwhile.
      if (error instanceof AppError && error.code === "NOT_FOUND") return [];
      throw error;
    });
    const ids = new Set(its.map(({ id }) => id));
    if (roles.every((id) => ids.has(id))) return guild;
  }
  return undefined;
}
