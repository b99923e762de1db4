/** The command table. Enqueue, lease and ack go through group commit; counters of the bot change in the same transaction. */
import { iso, isoOrNull } from "@/lib/clock";
import { placed } from "@/lib/cursors";
import { db, ingest, insertMany, type Param, type Sql } from "@/lib/db";
import { AppError } from "@/lib/errors";
import type { Command } from "./contract";

type CommandRow = {
  seq: number;
  id: string;
  bot_id: string;
  owner_id: number | null;
  type: string;
  payload: string;
  status: Command["status"];
  result: string | null;
  created_at: number;
  completed_at: number | null;
  dispatched_at: number | null;
  lease_expires_at: number | null;
  attempts: number;
  created_by: number | null;
  rank: number;
  run_at: number | null;
  expires_at: number | null;
  max_attempts: number;
  reason: Command["reason"];
  progress: number | null;
  progress_note: string | null;
  retry_of: string | null;
};

export type NewCommand = {
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
};
/**
 * `reason` is set when it is not the bot that settles it; `unleased` leaves it alone while the bot is at work. `known` is how
 * the command was when it was handed out: if it still is so, nothing has to be read back.
 */
export type Settle = {
  id: string;
  bot_id: string;
  status: "completed" | "failed";
  result: string;
  at: number;
  reason?: Command["reason"];
  unleased?: boolean;
  known?: Command;
};
export type Progress = {
  id: string;
  bot_id: string;
  progress: number | null;
  note: string | null;
  until: number | null;
};
/** A pending command the sweep must look at. */
export type Due = {
  id: string;
  bot_id: string;
  owner_id: number | null;
  verdict: "expired" | "dead" | "runnable" | "later";
};
/** `won`: this ack settled it; otherwise `command` is what stands. */
export type Settled = { won: boolean; command: Command };
export type Lease = { bot_id: string; limit: number; at: number; until: number };

const COLUMNS =
  "seq, id, bot_id, owner_id, type, payload, status, result, created_at, completed_at, dispatched_at, lease_expires_at, attempts, created_by, rank, run_at, expires_at, max_attempts, reason, progress, progress_note, retry_of";
const FREE =
  "bot_id = $1 AND status = 'pending' AND (lease_expires_at IS NULL OR lease_expires_at <= $2) AND (run_at IS NULL OR run_at <= $2) AND (expires_at IS NULL OR expires_at > $2) AND attempts < max_attempts";

/** Pending and due, whether the bot has it already or not ($1 the bot, $2 now). */
const VISIBLE =
  "bot_id = $1 AND status = 'pending' AND (run_at IS NULL OR run_at <= $2) AND (expires_at IS NULL OR expires_at > $2)";

/** Set with a lease ($4 is its end): the last attempt is looked at when its lease ends. */
const DUE = "CASE WHEN attempts + 1 < max_attempts THEN expires_at WHEN expires_at < $4 THEN expires_at ELSE $4 END";

const toCommand = (row: CommandRow): Command => ({
  id: row.id,
  bot_id: row.bot_id,
  type: row.type,
  payload: JSON.parse(row.payload),
  status: row.status,
  result: row.result === null ? null : JSON.parse(row.result),
  created_at: iso(row.created_at),
  completed_at: isoOrNull(row.completed_at),
  dispatched_at: isoOrNull(row.dispatched_at),
  attempts: row.attempts,
  lease_expires_at: isoOrNull(row.lease_expires_at),
  created_by: row.created_by,
  priority: 0 - row.rank,
  run_at: isoOrNull(row.run_at),
  expires_at: isoOrNull(row.expires_at),
  max_attempts: row.max_attempts,
  reason: row.reason,
  progress: row.progress,
  progress_note: row.progress_note,
  retry_of: row.retry_of,
});

/** How many jobs each bot has, sorted by id: two processes that update the same bots never wait in a ring. */
function perBot<J extends { bot_id: string }>(jobs: J[]): [string, J[]][] {
  const groups = new Map<string, J[]>();
  for (const job of jobs) {
    const group = groups.get(job.bot_id);
    if (group) group.push(job);
    else groups.set(job.bot_id, [job]);
  }
  return groups.size === 1 ? [...groups] : [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

const NEW_COLUMNS =
  "id text, bot_id text, owner_id int, type text, payload text, created_at bigint, created_by int, lease_expires_at bigint, dispatched_at bigint, attempts int, status text, rank int, run_at bigint, expires_at bigint, due_at bigint, max_attempts int, idempotency_key text, retry_of text";

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
      };
    }),
  );

/**
 * Settles a command that is as it was handed out, in one write that reads nothing: 22 columns of one row take the SQLite
 * driver longer than the write. Undefined when it is not so any more, or was not the bot's to settle.
 */
async function settleKnown(tx: Sql, { known, ...job }: Settle): Promise<Command | undefined> {
  if (!known || job.unleased || known.progress !== null || known.progress_note !== null) return undefined;
  // Whatever else may change before a command is settled changes with its attempts.
  const changed = await tx.run(
    "UPDATE command SET status = $3, result = $4, completed_at = $5, lease_expires_at = NULL, due_at = NULL, reason = $6 WHERE id = $1 AND bot_id = $2 AND status = 'pending' AND attempts = $7 AND progress IS NULL AND progress_note IS NULL",
    [job.id, job.bot_id, job.status, job.result, job.at, job.reason ?? null, known.attempts],
  );
  if (changed === 0) return undefined;
  return {
    ...known,
    status: job.status,
    result: JSON.parse(job.result),
    completed_at: iso(job.at),
    lease_expires_at: null,
    reason: job.reason ?? null,
  };
}

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

export function createCommandStore() {
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

  const settle = ingest.register<Settle, Settled>("command.settle", async (tx, jobs) => {
    const results: (Settled | Error)[] = [];
    const won: Settle[] = [];
    for (const job of jobs) {
      const settled = await settleKnown(tx, job);
      if (settled) {
        won.push(job);
        results.push({ won: true, command: settled });
        continue;
      }
      const [row] = await tx.all<CommandRow>(
        `UPDATE command SET status = $3, result = $4, completed_at = $5, lease_expires_at = NULL, due_at = NULL, reason = $6 WHERE id = $1 AND bot_id = $2 AND status = 'pending'${job.unleased ? " AND (lease_expires_at IS NULL OR lease_expires_at <= $5)" : ""} RETURNING ${COLUMNS}`,
        [job.id, job.bot_id, job.status, job.result, job.at, job.reason ?? null],
      );
      if (row) won.push(job);
      const standing = row ?? (await tx.all<CommandRow>(`SELECT ${COLUMNS} FROM command WHERE id = $1`, [job.id]))[0];
      if (!standing) results.push(new AppError("NOT_FOUND", `No command ${job.id}`));
      else if (standing.bot_id !== job.bot_id) results.push(new AppError("FORBIDDEN", "This command is another bot's"));
      else results.push({ won: Boolean(row), command: toCommand(standing) });
    }
    for (const [botId, mine] of perBot(won)) {
      const failed = mine.filter((job) => job.status === "failed").length;
      await tx.run(
        "UPDATE bot SET pending_commands = pending_commands - $2, completed_commands = completed_commands + $3, failed_commands = failed_commands + $4 WHERE id = $1",
        [botId, mine.length, mine.length - failed, failed],
      );
    }
    return results;
  });

  const leaseWrite = ingest.register<Lease, Command[]>("command.lease", async (tx, jobs) => {
    const results: Command[][] = [];
    const lock = tx.provider === "postgresql" ? " FOR UPDATE SKIP LOCKED" : "";
    for (const job of jobs) {
      const rows = await tx.all<CommandRow>(
        `UPDATE command SET dispatched_at = $2, attempts = attempts + 1, lease_expires_at = $4, due_at = ${DUE} WHERE seq IN (SELECT seq FROM command WHERE ${FREE} ORDER BY rank, seq LIMIT $3${lock}) RETURNING ${COLUMNS}`,
        [job.bot_id, job.at, job.limit, job.until],
      );
      results.push(rows.sort((a, b) => a.rank - b.rank || a.seq - b.seq).map(toCommand));
    }
    return results;
  });

  const progressWrite = ingest.register<Progress, Settled>("command.progress", async (tx, jobs) => {
    const results: (Settled | Error)[] = [];
    for (const job of jobs) {
      const [row] = await tx.all<CommandRow>(
        `UPDATE command SET progress = COALESCE($3, progress), progress_note = COALESCE($4, progress_note), lease_expires_at = COALESCE($5, lease_expires_at), due_at = CASE WHEN attempts >= max_attempts THEN COALESCE($5, due_at) ELSE due_at END WHERE id = $1 AND bot_id = $2 AND status = 'pending' RETURNING ${COLUMNS}`,
        [job.id, job.bot_id, job.progress, job.note, job.until],
      );
      const standing = row ?? (await tx.all<CommandRow>(`SELECT ${COLUMNS} FROM command WHERE id = $1`, [job.id]))[0];
      if (!standing) results.push(new AppError("NOT_FOUND", `No command ${job.id}`));
      else if (standing.bot_id !== job.bot_id) results.push(new AppError("FORBIDDEN", "This command is another bot's"));
      else results.push({ won: Boolean(row), command: toCommand(standing) });
    }
    return results;
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
    progress: (report: Progress) => progressWrite(report),

    /** Pending commands whose time has come for the sweep, and what is to be done with each. */
    async due(at: number): Promise<Due[]> {
      const rows = await db().all<CommandRow>(
        `SELECT ${COLUMNS} FROM command WHERE due_at <= $1 ORDER BY due_at LIMIT 500`,
        [at],
      );
      return rows.map((row) => {
        const leased = (row.lease_expires_at ?? 0) > at;
        const verdict = leased
          ? "later"
          : row.expires_at !== null && row.expires_at <= at
            ? "expired"
            : row.attempts >= row.max_attempts
              ? "dead"
              : "runnable";
        return { id: row.id, bot_id: row.bot_id, owner_id: row.owner_id, verdict };
      });
    },

    /** Sets when the sweep looks again: at the end of the lease, else at the expiry. */
    async postpone(id: string, at: number): Promise<void> {
      await db().run(
        "UPDATE command SET due_at = CASE WHEN lease_expires_at > $2 THEN lease_expires_at WHEN expires_at > $2 THEN expires_at END WHERE id = $1 AND status = 'pending'",
        [id, at],
      );
    },

    settle: (ack: Settle) => settle(ack),

    /** Leases the oldest free commands of a bot. An empty queue costs one indexed read and no write. */
    async lease(job: Lease): Promise<Command[]> {
      if (job.limit === 0) return [];
      const [free] = await db().all(`SELECT 1 FROM command WHERE ${FREE} LIMIT 1`, [job.bot_id, job.at]);
      return free ? leaseWrite(job) : [];
    },

    /** The oldest pending commands, leased or not, without leasing them. */
    async peek(botId: string, limit: number): Promise<Command[]> {
      const rows = await db().all<CommandRow>(
        `SELECT ${COLUMNS} FROM command WHERE bot_id = $1 AND status = 'pending' ORDER BY rank, seq LIMIT $2`,
        [botId, limit],
      );
      return rows.map(toCommand);
    },

    /**
     * What document 004's GET shows: every pending command whose time has come, leased or not, in the queue's order.
     * `counts`: this reading is the bot's own, and what it showed is what its `clear` completes. A row shown for the
     * first time counts as handed out; nothing is written when nothing is new.
     */
    async show(botId: string, at: number, limit: number, counts: boolean): Promise<Command[]> {
      const read = (sql: Sql) =>
        sql.all<CommandRow>(`SELECT ${COLUMNS} FROM command WHERE ${VISIBLE} ORDER BY rank, seq LIMIT $3`, [
          botId,
          at,
          limit,
        ]);
      const shownSeq = async (sql: Sql) =>
        (await sql.all<{ n: number | null }>("SELECT shown_seq AS n FROM bot WHERE id = $1", [botId]))[0]?.n ?? null;
      const last = (rows: CommandRow[]) => rows.reduce((most, row) => Math.max(most, row.seq), 0);
      const seen = await read(db());
      const news = seen.some((row) => row.dispatched_at === null);
      if (!counts || (!news && (await shownSeq(db())) === last(seen))) return seen.map(toCommand);
      return db().write(async (tx) => {
        const rows = await read(tx);
        for (const row of rows) {
          if (row.dispatched_at !== null) continue;
          row.dispatched_at = at;
          row.attempts += 1;
          await tx.run("UPDATE command SET dispatched_at = $2, attempts = attempts + 1 WHERE seq = $1", [row.seq, at]);
        }
        await tx.run("UPDATE bot SET shown_seq = $2 WHERE id = $1", [botId, last(rows)]);
        return rows.map(toCommand);
      });
    },

    /** Ids of the pending commands that 004's `clear` completes now, and forgets what was shown. */
    async takeShown(botId: string, at: number): Promise<string[]> {
      return db().write(async (tx) => {
        const [bot] = await tx.all<{ shown_seq: number | null }>("SELECT shown_seq FROM bot WHERE id = $1", [botId]);
        const shown = bot?.shown_seq ?? null;
        const rows = await tx.all<{ id: string }>(
          `SELECT id FROM command WHERE ${VISIBLE}${shown === null ? "" : " AND seq <= $3 AND dispatched_at IS NOT NULL"} ORDER BY seq`,
          shown === null ? [botId, at] : [botId, at, shown],
        );
        if (shown !== null) await tx.run("UPDATE bot SET shown_seq = NULL WHERE id = $1", [botId]);
        return rows.map((row) => row.id);
      });
    },

    async find(id: string): Promise<Command | undefined> {
      const [row] = await db().all<CommandRow>(`SELECT ${COLUMNS} FROM command WHERE id = $1`, [id]);
      return row && toCommand(row);
    },

    /** Newest first; one more than `limit` is read to know whether there is a next page. */
    async list(filter: {
      bot_id?: string;
      owner_id?: number;
      status?: string;
      reason?: string;
      type?: string;
      before?: number;
      limit: number;
    }): Promise<{ commands: Command[]; next: number | null }> {
      const params: Param[] = [];
      const where: string[] = [];
      const add = (text: string, value: Param) => where.push(text.replace("?", `$${params.push(value)}`));
      if (filter.bot_id !== undefined) add("bot_id = ?", filter.bot_id);
      if (filter.owner_id !== undefined) add("owner_id = ?", filter.owner_id);
      if (filter.status) add("status = ?", filter.status);
      if (filter.reason) add("reason = ?", filter.reason);
      if (filter.type) add("type = ?", filter.type);
      if (filter.before !== undefined) add("seq < ?", filter.before);
      const rows = await db().all<CommandRow>(
        `SELECT ${COLUMNS} FROM command ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""} ORDER BY seq DESC LIMIT $${params.push(filter.limit + 1)}`,
        params,
      );
      const shown = rows.slice(0, filter.limit);
      const commands = shown.map((row) => placed(toCommand(row), row.seq));
      return { commands, next: rows.length > filter.limit ? (shown.at(-1)?.seq ?? null) : null };
    },

    /** Removes up to `limit` commands of a bot being deleted; how many it removed. */
    purge: (botId: string, limit: number) =>
      db().run("DELETE FROM command WHERE seq IN (SELECT seq FROM command WHERE bot_id = $1 LIMIT $2)", [botId, limit]),
  };
}

export type CommandStore = ReturnType<typeof createCommandStore>;
