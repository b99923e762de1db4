/** Writing down new commands. */
import { ingest, insertMany, type Sql } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import type { Command } from "./contract";
import { COLUMNS, type CommandRow, perBot, toCommand } from "./store.rows";

type NewCommand = {
  id: string;
  bot_id: string;
  owner_id: number | null;
  type: string;
  payload: string;
  created_at: number;
  created_by: number | null;
  /** Set when it is handed to a connected bot in the same breath. */
  lease_expires_at: number | null;
  rank: number;
  run_at: number | null;
  expires_at: number | null;
  max_attempts: number;
  idempotency_key: string | null;
  retry_of: string | null;
  shard: number | null;
};

const NEW_COLUMNS =
  "id text, bot_id text, owner_id int, type text, payload text, created_at bigint, created_by int, lease_expires_at bigint, dispatched_at bigint, attempts int, status text, rank int, run_at bigint, expires_at bigint, due_at bigint, max_attempts int, idempotency_key text, retry_of text, shard int";

/** When the sweep must look at a new command: its start, its expiry, or the end of its only lease, whichever is first. */
function dueOf(row: NewCommand): number | null {
  const times = [row.run_at, row.expires_at, row.max_attempts === 1 ? row.lease_expires_at : null];
  const set = times.filter((time) => time !== null);
  return set.length > 0 ? Math.min(...set) : null;
}

const insertAll = (tx: Sql, rows: NewCommand[]) =>
  insertMany(
    tx,
    "command",
    NEW_COLUMNS,
    rows.map((row) => {
      const leased = row.lease_expires_at !== null;
      // Written out: spreading `row` takes V8 longer than binding all of it.
      return {
        id: row.id,
        bot_id: row.bot_id,
        owner_id: row.owner_id,
        type: row.type,
        payload: row.payload,
        created_at: row.created_at,
        created_by: row.created_by,
        lease_expires_at: row.lease_expires_at,
        dispatched_at: leased ? row.created_at : null,
        attempts: leased ? 1 : 0,
        status: "pending",
        rank: row.rank,
        run_at: row.run_at,
        expires_at: row.expires_at,
        due_at: dueOf(row),
        max_attempts: row.max_attempts,
        idempotency_key: row.idempotency_key,
        retry_of: row.retry_of,
        shard: row.shard,
      };
    }),
  );

/** Commands already queued under the keys of these jobs, by bot and key. */
async function known(tx: Sql, jobs: NewCommand[]): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const { bot_id, idempotency_key } of jobs) {
    if (idempotency_key === null) continue;
    const [row] = await tx.all<CommandRow>(
      `SELECT ${COLUMNS} FROM command WHERE bot_id = $1 AND idempotency_key = $2`,
      [bot_id, idempotency_key],
    );
    if (row) found.set(`${bot_id}\n${idempotency_key}`, toCommand(row));
  }
  return found;
}

export function createEnqueue() {
  /** Queued: null. Already queued under the same key: that command. */
  const enqueue = ingest.register<NewCommand, Command | null>("command.enqueue", async (tx, jobs) => {
    const before = jobs.some((job) => job.idempotency_key !== null) ? await known(tx, jobs) : undefined;
    const results: (Command | Error | null)[] = [];
    const rows: NewCommand[] = [];
    const keys = new Set<string>();
    for (const job of jobs) {
      const key = job.idempotency_key === null ? undefined : `${job.bot_id}\n${job.idempotency_key}`;
      const standing = key === undefined ? undefined : before?.get(key);
      // Twice in one flush: the later one is written alone, and finds the first.
      if (key !== undefined && keys.has(key)) results.push(new Error("again"));
      else if (standing) results.push(standing);
      else {
        if (key !== undefined) keys.add(key);
        rows.push(job);
        results.push(null);
      }
    }
    const gone = new Set<string>();
    for (const [botId, mine] of perBot(rows)) {
      const changed = await tx.run(
        "UPDATE bot SET total_commands = total_commands + $2, pending_commands = pending_commands + $2 WHERE id = $1 AND status <> 'deleting'",
        [botId, mine.length],
      );
      if (changed === 0) gone.add(botId);
    }
    const written = gone.size > 0 ? rows.filter((job) => !gone.has(job.bot_id)) : rows;
    if (written.length > 0) await insertAll(tx, written);
    return jobs.map((job, index) =>
      results[index] === null && gone.has(job.bot_id)
        ? new AppError("NOT_FOUND", `No bot ${job.bot_id}`)
        : (results[index] as Command | Error | null),
    );
  });

  return {
    /** Null when it was queued; the standing command when its idempotency key was used before. */
    async enqueue(command: NewCommand): Promise<Command | null> {
      try {
        return await enqueue(command);
      } catch (error) {
        if (command.idempotency_key !== null && !(error instanceof AppError)) return enqueue(command);
        throw error;
      }
    },
  };
}
