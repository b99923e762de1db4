/** The status of bots over time. */
import { query } from "@/lib/core/db";
import { botsOf } from "@/lib/fleet/bots/joins";

const CHANGES_MAX = 5000;
const STALE_MAX = 1000;

export function createHistoryStore() {
  return {
    /** Ids of bots shown as live whose last heartbeat is before `cutoff` (epoch ms). */
    async stale(cutoff: number): Promise<string[]> {
      const bots = await botsOf()
        .select("id")
        .where("status", "<>", "offline")
        .where((eb) => eb(eb.fn.coalesce("last_active", "status_since"), "<", cutoff))
        .limit(STALE_MAX)
        .execute();
      return bots.map(({ id }) => id);
    },

    /** The last change before `from` (epoch ms) and all later ones, oldest first. */
    async history(id: string, from: number): Promise<{ status: string; at: number }[]> {
      const changes = query()
        .selectFrom("status_change")
        .select(["status", "at"])
        .where("bot_id", "=", id)
        .orderBy("seq", "desc");
      const before = await changes.where("at", "<", from).limit(1).execute();
      const since = await changes.where("at", ">=", from).limit(CHANGES_MAX).execute();
      return [...before, ...since.reverse()];
    },

    /**
     * Deletes changes from before `before` (epoch ms), except each bot's last one: it tells the status at that time.
     */
    async pruneHistory(before: number): Promise<void> {
      await query()
        .deleteFrom("status_change")
        .where("at", "<", before)
        .where("seq", "<", (eb) =>
          eb
            .selectFrom("status_change as last")
            .select(({ fn }) => fn.max("last.seq").as("seq"))
            .whereRef("last.bot_id", "=", "status_change.bot_id")
            .where("last.at", "<", before),
        )
        .execute();
    },
  };
}
