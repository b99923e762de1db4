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

/**
 * The time from which a command may be handed out: 0 at once, or the later of its start time and the end of its lease.
 * An index holds this expression, so the text must stay as in the migration flat_command_lists.
 */
const FREE_AT = "(CASE WHEN run_at > lease_expires_at THEN run_at ELSE COALESCE(lease_expires_at, run_at, 0) END)";
const queueOf = (bot: string) => `bot_id = ${bot} AND status = 'pending'`;
const USABLE = "(expires_at IS NULL OR expires_at > $2) AND attempts < max_attempts";
/** Never leased, and without a start time: the index has them in the order of the queue. */
const NEW = `${queueOf("$1")} AND ${FREE_AT} = 0 AND ${USABLE}`;
/** The lease has ended or the start time has come. */
const DUE_AGAIN = `${queueOf("$1")} AND ${FREE_AT} > 0 AND ${FREE_AT} <= $2 AND ${USABLE}`;
/** Selects whether `bot` has commands that may be handed out at $2. */
const anyOf = (bot: string) => `SELECT 1 FROM command WHERE ${queueOf(bot)} AND ${FREE_AT} <= $2 AND ${USABLE}`;
const ANY = anyOf("$1");
/**
 * The most commands whose lease ended or whose time came that are put in order for one poll: those whose time was first.
 * A bot that left more of them behind gets them in the order of these times, and a poll never sorts them all.
 */
const AGAIN_MAX = 500;

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

/** Selects the seqs of the next $3 free commands. Each select reads its own range of one index. */
function nextFree(held: string, lock: string): string {
  const first = `ORDER BY rank, seq LIMIT $3${lock}`;
  const again = `SELECT seq FROM command WHERE ${DUE_AGAIN}${held} ORDER BY ${FREE_AT} LIMIT ${AGAIN_MAX}`;
  const selects = [
    `SELECT rank, seq FROM command WHERE ${NEW}${held} ${first}`,
    // Repeat the condition: PostgreSQL checks it again when another transaction changed a row before the lock.
    `SELECT rank, seq FROM command WHERE seq IN (${again}) AND ${DUE_AGAIN} ${first}`,
  ].map((select, index) => `SELECT rank, seq FROM (${select}) AS free${index}`);
  return `SELECT seq FROM (${selects.join(" UNION ALL ")}) AS free ORDER BY rank, seq LIMIT $3`;
}

async function write(tx: Sql, jobs: Lease[]): Promise<Command[][]> {
  const results: Command[][] = [];
  const lock = tx.provider === "postgresql" ? " FOR UPDATE SKIP LOCKED" : "";
  for (const job of jobs) {
    const held = job.shards ? ofShards(tx, 6) : "";
    const rows = await tx.all<CommandRow>(
      `UPDATE command SET dispatched_at = $2, attempts = attempts + 1, lease_expires_at = $4, pushed_by = $5, due_at = ${DUE} WHERE seq IN (${nextFree(held, lock)}) RETURNING ${COLUMNS.join(", ")}`,
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
      const [free] = await db().all(`${ANY}${held} LIMIT 1`, [
        job.bot_id,
        job.at,
        ...(shards ? [JSON.stringify(shards)] : []),
      ]);
      return free ? leaseWrite(job) : [];
    },

    /** Returns those of the bots that have a free command, whichever of their programs it is for. */
    async waiting(botIds: string[], at: number): Promise<string[]> {
      const rows = await db().all<{ bot_id: string }>(
        `WITH b (bot_id) AS (${listed(db(), 1)}) SELECT bot_id FROM b WHERE EXISTS (${anyOf("b.bot_id")})`,
        [listText(botIds), at],
      );
      return rows.map((row) => row.bot_id);
    },
  };
}
