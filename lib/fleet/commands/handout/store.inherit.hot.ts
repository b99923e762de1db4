/**
 * Finds and takes over commands that a process pushed which no longer runs. Written as SQL text for speed: the search runs
 * for every bot that connects (P6 in bench/).
 */
import { db, ingest, listed, listText, type Sql } from "@/lib/core/db";
import type { Command } from "@/lib/fleet/commands/contract";
import { COLUMNS, type CommandRow, toCommand } from "@/lib/fleet/commands/store.rows";

/** `from`: the processes that are gone; `to`: the process that takes over. `shards` as in a lease. */
type Inherit = {
  bot_id: string;
  from: string[];
  to: string;
  limit: number;
  at: number;
  until: number;
  shards?: readonly number[];
};

const PUSHED = "bot_id = $1 AND status = 'pending' AND lease_expires_at > $2";

/** The time at which the sweep checks the command; see store.hot.ts. Taking over is no further attempt. */
const DUE = "CASE WHEN attempts < max_attempts THEN expires_at WHEN expires_at < $3 THEN expires_at ELSE $3 END";

/**
 * A command with progress has certainly arrived, so its bot is left to finish it. The others get a whole lease: otherwise the
 * old one might end while the bot works, and the same socket would get the command twice.
 */
async function write(tx: Sql, jobs: Inherit[]): Promise<Command[][]> {
  const results: Command[][] = [];
  const lock = tx.provider === "postgresql" ? " FOR UPDATE SKIP LOCKED" : "";
  for (const { bot_id, from, to, limit, at, until, shards } of jobs) {
    const held = shards ? ` AND (shard IS NULL OR shard IN (${listed(tx, 7, "bigint")}))` : "";
    const rows = await tx.all<CommandRow>(
      `UPDATE command SET pushed_by = $4, lease_expires_at = $3, due_at = ${DUE} WHERE seq IN (SELECT seq FROM command WHERE ${PUSHED} AND pushed_by IN (${listed(tx, 5)}) AND progress IS NULL${held} ORDER BY rank, seq LIMIT $6${lock}) RETURNING ${COLUMNS.join(", ")}`,
      [bot_id, at, until, to, listText(from), limit, ...(shards ? [JSON.stringify(shards)] : [])],
    );
    results.push(rows.sort((a, b) => a.rank - b.rank || a.seq - b.seq).map(toCommand));
  }
  return results;
}

export const createInheritance = () => ({
  inherit: ingest.register<Inherit, Command[]>("command.inherit", write),
  /** Lists the other processes that pushed commands to the bot which are not settled. */
  async pushers(botId: string, self: string, at: number): Promise<string[]> {
    const rows = await db().all<{ pushed_by: string }>(
      `SELECT DISTINCT pushed_by FROM command WHERE ${PUSHED} AND pushed_by <> $3`,
      [botId, at, self],
    );
    return rows.map(({ pushed_by }) => pushed_by);
  },
});
