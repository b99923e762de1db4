/** The Discord server (guild) that this server belongs to: DISCORD_GUILD_ID, or the one that was found by its roles. */
import { env } from "@/lib/core/env";

/** In the memory of one process, because each process looks for the guild. */
let found: string | undefined;

/** Returns undefined while none is set or found. */
export const guildId = (): string | undefined => env.DISCORD_GUILD_ID ?? found;

export function rememberGuild(id: string): void {
  found = id;
}
