/** Sent commands as records of who sent them, for the audit log. */
import { query } from "@/lib/core/db";
import { deletingBots } from "@/lib/fleet/bots";

export type SentFilter = { bot_id?: string; team_id?: number; user_id?: number };

const newest = ({ bot_id, team_id }: SentFilter, { before, limit }: { before: number; limit: number }) =>
  query()
    .selectFrom("command")
    .select(["seq", "id", "bot_id", "owner_id", "type", "created_at", "created_by", "origin"])
    .$if(bot_id !== undefined, (rows) => rows.where("bot_id", "=", bot_id!))
    .$if(team_id !== undefined, (rows) => rows.where("owner_id", "=", team_id!))
    .where("bot_id", "not in", deletingBots())
    .where("seq", "<", before)
    .orderBy("seq", "desc")
    .limit(limit);

/**
 * The newest commands before `before`, a seq. Those of a person are found among the bots of the personal team by the index
 * of owners, and among other bots by a partial index: one of all senders would cost every command that is sent.
 */
export async function newestSent(filter: SentFilter, range: { before: number; limit: number }) {
  const { user_id } = filter;
  if (user_id === undefined) return newest(filter, range).execute();
  const sent = newest(filter, range).where("created_by", "=", user_id);
  const own = await sent.where("owner_id", "=", user_id).execute();
  const others = await sent.whereRef("created_by", "<>", "owner_id").execute();
  return [...own, ...others].sort((a, b) => b.seq - a.seq).slice(0, range.limit);
}
