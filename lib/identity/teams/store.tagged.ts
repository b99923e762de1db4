/** Reads the bots that API keys reach by tags. Only tags that people set count (docs/decisions/030-tags.md). */
import type { Rights } from "@/lib/core/actor";
import { inList, query } from "@/lib/core/db";
import { reachedBots, type VisibleBots } from "@/lib/identity/access";
import { KEY_TAG_BOTS_MAX } from "@/lib/identity/accounts/credentials/contract.constants";
import { FIRST_TEAM } from "./contract.constants";
import { type BotTags, roleOfUser } from "./store.rights";

/** The bots of which keys of a person or a team can reach some; undefined for every bot, which keys of staff reach. */
async function reachOf(ownerId: number, rights: Rights): Promise<VisibleBots | undefined> {
  if (ownerId >= FIRST_TEAM) return { teams: [ownerId], bots: [] };
  const role = await roleOfUser(ownerId);
  return role === undefined || role === "user" ? reachedBots({ user_id: ownerId, rights }) : undefined;
}

export function createTaggedReader(tagged: BotTags) {
  const botsWith = async (reach: VisibleBots | undefined, tag: string, limit: number): Promise<Set<string>> => {
    const rows = await query()
      .selectFrom(tagged().as("b"))
      .select("b.bot_id")
      .where("b.key", "=", tag)
      .$if(reach !== undefined, (bots) =>
        bots.where((eb) =>
          eb.or([eb("b.team_id", "in", inList(reach!.teams)), eb("b.bot_id", "in", inList(reach!.bots))]),
        ),
      )
      .orderBy("b.bot_id")
      .limit(limit)
      .execute();
    return new Set(rows.map(({ bot_id }) => bot_id));
  };

  return {
    /** Returns the bots of each tag that keys of a person or a team reach, at most KEY_TAG_BOTS_MAX for a tag. */
    async read(ownerId: number, rights: Rights, tags: readonly string[]): Promise<Map<string, Set<string>>> {
      const reach = await reachOf(ownerId, rights);
      const found = tags.map(async (tag) => [tag, await botsWith(reach, tag, KEY_TAG_BOTS_MAX)] as const);
      return new Map(await Promise.all(found));
    },

    /** Returns a tag that is on more bots than keys of a person or a team may reach by it; undefined for none. */
    async crowded(ownerId: number, rights: Rights, tags: readonly string[]): Promise<string | undefined> {
      const reach = await reachOf(ownerId, rights);
      for (const tag of tags)
        if ((await botsWith(reach, tag, KEY_TAG_BOTS_MAX + 1)).size > KEY_TAG_BOTS_MAX) return tag;
      return undefined;
    },
  };
}
