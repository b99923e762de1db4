/** Deletes bots: a bot disappears for everyone at once, and its stored data is deleted in the background. */

import type { Actor } from "@/lib/core/actor";
import { describeAct, performAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { keyOf } from "@/lib/core/contract.tag-keys";
import type { Presence } from "@/lib/fleet/bots/presence/presence";
import type { Access } from "@/lib/fleet/bots/service.access";
import type { BotStore } from "@/lib/fleet/bots/store";
import { type BotRow, toBot } from "@/lib/fleet/bots/store.rows";
import type { TagListeners } from "@/lib/fleet/bots/tags/listeners";

type Deps = {
  store: Pick<
    BotStore,
    "find" | "findMany" | "markDeleting" | "erase" | "ownedBy" | "expired" | "deleting" | "hidden" | "pruneHistory"
  >;
  presence: Pick<Presence, "forget">;
  access: Pick<Access, "readRow">;
  /** Drops the cached entries of the bot and its token. */
  forget: (botId: string) => void;
  /** Announces that the bot has lost its tags, which may give access to the next bot of its id. */
  tagsChanged: TagListeners["tagsChanged"];
  emit: Emit;
  now: Clock;
};
/** Removes the data that another room stores for a bot, a slice at a time. */
type Purge = (botId: string) => Promise<void>;

/**
 * The longest that a reply waits for a deletion, so that the id of a bot with few rows is free again by then. Lists leave the
 * bot's rows out from the first moment, and deleting many of them continues in the background.
 */
const PATIENCE_MS = 200;
/** The uptime bar shows 30 days, so older history can go. */
const HISTORY_MS = 31 * 86_400_000;

export function createRemoval({ store, presence, access, forget, tagsChanged, emit, now }: Deps) {
  const purges: Purge[] = [];
  const erasing = new Map<string, Promise<void>>();

  function finishErasing(botId: string): Promise<void> {
    const underway = erasing.get(botId);
    if (underway) return underway;
    const work = (async () => {
      for (const purge of purges) await purge(botId);
      await store.erase(botId);
    })().finally(() => erasing.delete(botId));
    erasing.set(botId, work);
    return work;
  }

  async function erase(row: BotRow): Promise<void> {
    describeAct({ target: { type: "bot", id: row.id, name: row.name }, before: { owner_id: row.owner_id } });
    await store.markDeleting(row.id);
    forget(row.id);
    presence.forget(row.id);
    const { tags } = toBot(row);
    if (tags.length > 0)
      await tagsChanged([{ bot_id: row.id, team_id: row.team_id, added: [], removed: tags.map(keyOf) }]);
    emit("bot.deleted", { bot: { ...toBot(row), status: "offline" } });
    const done = finishErasing(row.id);
    // If the deletion fails half-way, tidy() continues it.
    done.catch(() => {});
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())]);
  }

  async function eraseAll(ids: string[]): Promise<void> {
    for (const id of ids) {
      const row = await store.find(id);
      if (row) await performAct("deleteBot", () => erase(row));
    }
  }

  return {
    erase,
    /** Deletes a bot with all its stored data. */
    remove: async (actor: Actor, botId: string): Promise<void> => erase(await access.readRow(actor, botId, "owner")),
    /** Finds the bots of a team. */
    ownedBots: async (teamId: number): Promise<{ id: string; name: string }[]> =>
      (await store.findMany(await store.ownedBy(teamId))).map(({ id, name }) => ({ id, name })),
    /** Deletes every bot of a team. */
    removeAllOf: async (teamId: number): Promise<void> => eraseAll(await store.ownedBy(teamId)),
    /** Ids of the bots that are being deleted. Lists of other rooms leave out their rows. */
    deleting: (): Promise<string[]> => store.deleting(),
    /** `deleting`, and bots whose rows still name the team that they belonged to before. */
    hidden: (): Promise<string[]> => store.hidden(),
    /** Registers a function that removes another room's data of a deleted bot. */
    onPurge: (purge: Purge): void => void purges.push(purge),
    /**
     * Background work: deletes unclaimed bots whose time is over, continues interrupted deletions, and removes old
     * history.
     */
    async tidy(): Promise<void> {
      await eraseAll(await store.expired(now()));
      for (const id of await store.deleting()) await finishErasing(id);
      await store.pruneHistory(now() - HISTORY_MS);
    },
  };
}
