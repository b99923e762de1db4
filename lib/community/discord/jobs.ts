/** Looks for the guild of the configured roles, while none is set. */
import { guildId, rememberGuild } from "@/lib/core/guild";
import { jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { findGuild } from "./guild.find";

const SEARCH_MS = 5 * 60_000;

type Settings = { apiUrl: string; token?: string; roles: readonly string[] };

/** Each process looks for itself, because each asks Discord itself. The search ends with the first guild that is found. */
export function createGuildSearch({ apiUrl, token, roles }: Settings): { start(): void; stop(): void | Promise<void> } {
  if (guildId() || !token || roles.length === 0) return { start() {}, stop() {} };
  let isWarned = false;
  const warnOnce = (detail: object, text: string) => {
    if (!isWarned) logger.warn(detail, `${text}: set DISCORD_GUILD_ID. Sign-in by Discord stays off until then`);
    isWarned = true;
  };
  return jobs.every({
    ...{ name: "discord.guild", interval: SEARCH_MS, first: 0 },
    async run({ signal }) {
      if (guildId()) return;
      try {
        const found = await findGuild({ apiUrl, token, roles }, signal);
        if (found) {
          rememberGuild(found.id);
          const { id, name } = found;
          logger.info({ guild: name }, `Using the Discord server of the configured roles: set DISCORD_GUILD_ID=${id}`);
        } else if (!signal.aborted) warnOnce({}, "No server of the Discord bot has the configured roles");
      } catch (error) {
        warnOnce({ err: (error as Error).message }, "The Discord server of the configured roles could not be found");
      }
    },
  });
}
