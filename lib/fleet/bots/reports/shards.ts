/**
 * Status of bots that run as several programs. Each part reports for itself. The bot is online when every shard is
 * online, "degraded" while only some are, and otherwise has the last status that a part reported. Parts and their sum
 * are stored in the database, so any process may receive the report of any part.
 */
import type { Clock } from "@/lib/core/clock";
import { invalid } from "@/lib/core/errors";
import { HELD_MAX, type Part } from "@/lib/fleet/bots/contract.shards";
import type { Presence } from "@/lib/fleet/bots/presence/presence";
import { PARTS_MAX, type PartStore } from "./store.shards";

type Deps = {
  store: PartStore;
  presence: Pick<Presence, "report">;
  /** Called after the bot's status, or its number of online shards, changed. */
  changed: (botId: string) => Promise<void>;
  now: Clock;
  silentAfterMs: number;
};
type Sum = { online: number; of: number; isNew: boolean };

export function createParts({ store, presence, changed, now, silentAfterMs }: Deps) {
  async function apply(botId: string, { online, of, isNew }: Sum, word: string): Promise<boolean> {
    const status = online === of ? "online" : online > 0 ? "degraded" : word;
    const isChanged = (await presence.report(botId, status)) || isNew;
    if (isChanged) await changed(botId);
    return isChanged;
  }

  async function put(botId: string, part: Part, word?: string): Promise<boolean> {
    const sum = await store.put(botId, part, word, now());
    if (!sum) throw invalid("part", `a bot has at most ${PARTS_MAX} parts, which hold ${HELD_MAX} shards together`);
    return apply(botId, sum, word ?? "online");
  }

  return {
    /** Marks a part online unless it reported another status. @throws INVALID_INPUT too many parts */
    arrived: async (botId: string, part: Part): Promise<void> => void (await put(botId, part)),
    /** Records a part's report. Returns true when the bot's status changed. @throws INVALID_INPUT too many parts */
    report: put,
    list: store.list,
    /** Refreshes the parts that are live in this process, and marks silent parts offline. */
    async sweep(live: { bot_id: string; part: Part }[]): Promise<void> {
      if (live.length > 0) await store.touch(live, now());
      for (const { bot_id, sum } of await store.endSilent(now() - silentAfterMs)) await apply(bot_id, sum, "offline");
    },
  };
}
