/** Sent commands as records of who sent them, for the audit log. */
import { query } from "@/lib/core/db";
import { deletingBots } from "@/lib/fleet/bots";
import type { SentFilter } from "@/lib/identity/audit";

/** Rows may be stored a little out of the order of their times: each process writes by itself. */
const DISORDER_MS = 1_000;

const seqFrom = (seq: number) =>
  query().selectFrom("command").select(["seq", "created_at"]).where("seq", ">=", seq).orderBy("seq").limit(1);

/**
 * Finds the seq of the first command that is not older than a time, by halving: there is no index of times, because it would
 * cost every command that is sent.
 */
async function seqAt(time: number): Promise<number> {
  const last = await query().selectFrom("command").select("seq").orderBy("seq", "desc").limit(1).executeTakeFirst();
  let [low, high] = [0, (last?.seq ?? 0) + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await seqFrom(middle).executeTakeFirst();
    if (row && row.created_at < time) low = row.seq + 1;
    else high = middle;
  }
  return low;
}

type Range = { from: number; before: number; limit: number };

const newest = ({ bot_id, team_id, id, since, until }: SentFilter, { from, before, limit }: Range) =>
  query()
    .selectFrom("command")
    .select(["seq", "id", "bot_id", "owner_id", "type", "created_at", "created_by", "origin"])
    .$if(bot_id !== undefined, (rows) => rows.where("bot_id", "=", bot_id!))
    .$if(team_id !== undefined, (rows) => rows.where("owner_id", "=", team_id!))
    .$if(id !== undefined, (rows) => rows.where("id", "=", id!))
    .$if(since !== undefined, (rows) => rows.where("created_at", ">=", since!))
    .$if(until !== undefined, (rows) => rows.where("created_at", "<=", until!))
    .$if(from > 0, (rows) => rows.where("seq", ">=", from))
    .where("bot_id", "not in", deletingBots())
    .where("seq", "<", before)
    .orderBy("seq", "desc")
    .limit(limit);

/**
 * The newest commands before `before`, a seq. Those of a person are found among the bots of the personal team by the index
 * of owners, and among other bots by a partial index: one of all senders would cost every command that is sent.
 */
export async function newestSent(filter: SentFilter, { before, limit }: { before: number; limit: number }) {
  const { user_id, since, until } = filter;
  const from = since === undefined ? 0 : await seqAt(since - DISORDER_MS);
  const end = until === undefined ? before : Math.min(before, await seqAt(until + DISORDER_MS));
  const range = { from, before: end, limit };
  if (user_id === undefined) return newest(filter, range).execute();
  const sent = newest(filter, range).where("created_by", "=", user_id);
  const own = await sent.where("owner_id", "=", user_id).execute();
  const others = await sent.whereRef("created_by", "<>", "owner_id").execute();
  return [...own, ...others].sort((a, b) => b.seq - a.seq).slice(0, range.limit);
}
