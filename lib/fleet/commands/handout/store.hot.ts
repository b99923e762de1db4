/**
 * Leases commands to their bots. Written as SQL text for speed: this runs for every poll and every bot that connects
 * (P1, P2, P5 in bench/).
 */
import { db, ingest, listed, listText, type Sql } from "@/lib/core/db";
import type { Command } from "@/lib/fleet/commands/contract";
import { COLUMNS, type CommandRow, toCommand } from "@/lib/fleet/commands/store.rows";

/** `by`: the process that pushes the commands, null for a poll. `shards`: those of the bot's program; undefined means all. */
type Lease = {
  bot_id: string;
  limit: number;
  at: number;
  until: number;
  by: string | null;
  shards?: readonly number[];
};

/** Matches the commands of `bot` that may be handed out at $2. */
const freeOf = (bot: string) =>
  `bot_id = ${bot} AND status = 'pending' AND (lease_expires_at IS NULL OR lease_expires_at <= $2) AND (run_at IS NULL OR run_at <= $2) AND (expires_at IS NULL OR expires_at > $2) AND attempts < max_attempts`;
const FREE = freeOf("$1");

/**
 * Condition for a program that holds the shards in parameter `at`: commands for these shards, and commands for any
 * program.
 */
const ofShards = (sql: Pick<Sql, "provider">, at: number) =>
  ` AND (shard IS NULL OR shard IN (${listed(sql, at, "bigint")}))`;

/**
 * The time at which the sweep checks a leased command ($4 is the end of the lease): the end of its last lease, or its
 * expiry if that is earlier. Earlier leases need no check.
 */
const DUE = "CASE WHEN attempts + 1 < max_attempts THEN expires_at WHEN expires_at < $4 THEN expires_at ELSE $4 END";

async function write(tx: Sql, jobs: Lease[]): Promise<Command[][]> {
  const results: Command[][] = [];
  const lock = tx.provider === "postgresql" ? " FOR UPDATE SKIP LOCKED" : "";
  for (const job of jobs) {
    const held = job.shards ? ofShards(tx, 6) : "";
    const rows = await tx.all<CommandRow>(
      `UPDATE command SET dispatched_at = $2, attempts = attempts + 1, lease_expires_at = $4, pushed_by = $5, due_at = ${DUE} WHERE seq IN (SELECT seq FROM command WHERE ${FREE}${held} ORDER BY rank, seq LIMIT $3${lock}) RETURNING ${COLUMNS.join(", ")}`,
      [job.bot_id, job.at, job.limit, job.until, job.by, ...(job.shards ? [JSON.stringify(job.shards)] : [])],
    );
    results.push(rows.sort((a, b) => a.rank - b.rank || a.seq - b.seq).map(toCommand));
  }
  return results;
}

export function createLeases() {
  const leaseWrite = ingest.register<Lease, Command[]>("command.lease", write);
  return {
    /** Leases the oldest free commands of a bot. An empty queue costs one indexed read and no write. */
    async lease(job: Lease): Promise<Command[]> {
      if (job.limit === 0) return [];
      const { shards } = job;
      const held = shards ? ofShards(db(), 3) : "";
      const [free] = await db().all(`SELECT 1 FROM command WHERE ${FREE}${held} LIMIT 1`, [
        job.bot_id,
        job.at,
        ...(shards ? [JSON.stringify(shards)] : []),
      ]);
      return free ? leaseWrite(job) : [];
    },

    /** Returns those of the bots that have a free command, whichever of their programs it is for. */
    async waiting(botIds: string[], at: number): Promise<string[]> {
      const rows = await db().all<{ bot_id: string }>(
        `WITH b (bot_id) AS (${listed(db(), 1)}) SELECT bot_id FROM b WHERE EXISTS (SELECT 1 FROM command WHERE ${freeOf("b.bot_id")})`,
        [listText(botIds), at],
      );
      return rows.map((row) => row.bot_id);
    },
  };
}
