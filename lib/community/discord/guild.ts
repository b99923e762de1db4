/** The Discord server, asked with the bot's token. Answers are cached, because forms ask for them again and again. */
import { z } from "zod";
import { type Actor, asStaff } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { createCache } from "@/lib/core/outbound/cached";
import { CHANNEL_TYPES, type GuildChannel, type GuildRole } from "./contract.guild";
import { createGuildCalls, type GuildConfig } from "./guild.ask";

const KEPT_MS = 60_000;
/** The longest message that Discord takes. */
const POST_MAX = 2_000;
/** Discord has at most 500 channels and 250 roles in a server, but announces such limits loosely. */
const ROWS_MAX = 2_000;

const Snowflake = z.string().regex(/^\d{1,20}$/);
const Channels = z
  .array(
    z.object({
      id: Snowflake,
      name: z.string().nullish(),
      type: z.number().int(),
      position: z.number().int().default(0),
      parent_id: Snowflake.nullish(),
    }),
  )
  .max(ROWS_MAX);
const Roles = z
  .array(
    z.object({
      id: Snowflake,
      name: z.string(),
      color: z.number().int().default(0),
      position: z.number().int().default(0),
    }),
  )
  .max(ROWS_MAX);

const Member = z.object({ roles: z.array(Snowflake), joined_at: z.string().nullish() });

const Posted = z.object({ id: Snowflake });
function parsed(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** Categories stand where their channels begin, as Discord's own list has them. */
function channelsOf(found: z.output<typeof Channels>): GuildChannel[] {
  const categories = new Map(found.filter(({ type }) => type === 4).map((one) => [one.id, one]));
  const placeOf = ({ id, parent_id, position, type }: (typeof found)[number]) => {
    const category = type === 4 ? categories.get(id) : categories.get(parent_id ?? "");
    return [category?.position ?? -1, type === 4 ? -1 : position] as const;
  };
  return [...found]
    .sort((a, b) => placeOf(a)[0] - placeOf(b)[0] || placeOf(a)[1] - placeOf(b)[1])
    .map(({ id, name, type, parent_id }) => ({
      ...{ id, name: name ?? "", category: categories.get(parent_id ?? "")?.name ?? null },
      type: CHANNEL_TYPES[type] ?? "unknown",
    }));
}

const rolesOf = (found: z.output<typeof Roles>, guildId: string): GuildRole[] =>
  found
    .filter(({ id }) => id !== guildId)
    .sort((a, b) => b.position - a.position)
    .map(({ id, name, color }) => ({ id, name, color }));

export function createGuild(config: GuildConfig, now: Clock) {
  const { ask, change, isSet } = createGuildCalls(config);
  const kept = { ttlMs: () => KEPT_MS, now };
  const channels = createCache({
    ...{ name: "discord.channels", ...kept },
    load: async () => channelsOf(await ask("channels", Channels)),
  });
  const roles = createCache({
    ...{ name: "discord.roles", ...kept },
    load: async () => rolesOf(await ask("roles", Roles), config.guildId()!),
  });
  const members = createCache({
    ...{ name: "discord.members", ...kept },
    load: async (id) => ask(`members/${id}`, Member),
  });
  return {
    /** The channels of the server, for staff. @throws what `ask` throws, unless an older answer can stand in */
    async channels(actor: Actor): Promise<GuildChannel[]> {
      asStaff(actor);
      return (await channels.get("")).value;
    },

    /** The roles of the server, for staff. @throws as `channels` */
    async roles(actor: Actor): Promise<GuildRole[]> {
      asStaff(actor);
      return (await roles.get("")).value;
    },

    /** A member's roles, and since when; undefined where Discord cannot say. Other rooms call it, so it checks no caller. */
    async member(discordId: string): Promise<{ roles: string[]; joined_at: string | null } | undefined> {
      if (!isSet()) return undefined;
      const found = await members.get(discordId).catch(() => undefined);
      return found && { roles: found.value.roles, joined_at: timeOf(found.value.joined_at) };
    },

    /** Gives a member a role, or takes it. Other rooms call it, so it checks no caller. @throws as `ask` */
    async setRole(discordId: string, roleId: string, isGiven: boolean): Promise<void> {
      await change(isGiven ? "PUT" : "DELETE", `members/${discordId}/roles/${roleId}`);
      await members.get(discordId, { fresh: true }).catch(() => undefined);
    },

    /**
     * Posts a message that mentions nobody but `mentioned`. Other rooms call it, so it checks no caller.
     *
     * @returns the message's id
     * @throws as `ask`
     */
    async post(
      channelId: string,
      text: string,
      mentioned: { users?: string[]; roles?: string[] } = {},
    ): Promise<string> {
      const answer = await change("POST", `channels/${channelId}/messages`, {
        content: cutText(text, POST_MAX),
        allowed_mentions: { parse: [], ...mentioned },
      });
      const posted = Posted.safeParse(parsed(answer));
      if (!posted.success) throw new AppError("BAD_GATEWAY", "Discord answered something else than it documents");
      return posted.data.id;
    },
  };
}

/** Discord writes times with an offset and microseconds. */
const timeOf = (text: string | null | undefined): string | null => {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};
