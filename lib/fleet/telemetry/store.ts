/** Writes of the log and message tables and of what bots sync. Hot rows go through group commit (lib/core/db/ingest). */

import { db, ingest, insertMany, type Sql } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { level } from "./search/tokenize";

/** JSON columns are text; `at` is epoch milliseconds. */
export type LogRow = {
  seq: number;
  bot_id: string;
  owner_id: number | null;
  type: string;
  message: string;
  metadata: string | null;
  /** Time of receipt; grows with seq. */
  at: number;
  /** When it happened by the bot's clock; null: at the time of receipt. */
  event_at: number | null;
};
export type MessageRow = {
  seq: number;
  id: string;
  bot_id: string;
  owner_id: number | null;
  message: string;
  author_id: string;
  author_name: string;
  thread_id: string;
  thread_type: "GROUP" | "USER";
  metadata: string | null;
  /** Time of receipt; grows with seq. */
  at: number;
  /** When it happened by the bot's clock; null: at the time of receipt. */
  event_at: number | null;
};
type Given = "seq" | "bot_id" | "owner_id" | "at";
type New<Row> = Omit<Row, Given>;
export type NewLog = New<LogRow>;

type Job<Row> = { bot_id: string; at: number; rows: New<Row>[] };
/** Where a job's rows were stored: `seqs` in the order they were sent. */
type Stored = { owner_id: number | null; seqs: number[] };

const LOG_COLUMNS =
  "seq bigint, bot_id text, owner_id int, type text, message text, metadata text, at bigint, event_at bigint";
const MESSAGE_COLUMNS =
  "seq bigint, id text, bot_id text, owner_id int, message text, author_id text, author_name text, thread_id text, thread_type text, metadata text, at bigint, event_at bigint";

/** `name type, …` as a table read from the JSON array in $1. */
const fromJson = (tx: Sql, columns: string) =>
  tx.provider === "sqlite"
    ? `(SELECT ${columns.replace(/(\w+) \w+/g, "value->>'$1' AS $1")} FROM json_each($1)) AS x`
    : `json_to_recordset($1::json) AS x(${columns})`;

/**
 * The next `count` values of a table's seq. Given out under the lock every flush holds, so their order is the order of
 * commits: a reader that has seen one never finds a smaller one appear later (the search mark and `since` rest on it).
 */
async function claim(tx: Sql, table: string, count: number): Promise<number[]> {
  if (tx.provider === "postgresql") {
    const rows = await tx.all<{ seq: number }>(
      "SELECT nextval(pg_get_serial_sequence($1, 'seq')) AS seq FROM generate_series(1, $2::int)",
      [table, count],
    );
    return rows.map((row) => row.seq);
  }
  const [row] = await tx.all<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = $1", [table]);
  const from = (row?.seq ?? 0) + 1;
  return Array.from({ length: count }, (_, index) => from + index);
}

/** Rows, and how many of them have each level that is counted. */
type Count = { id: string; n: number; error: number; warning: number; critical: number };

/** Raises the bots' counters and tells their owners; bots that are gone are not among them. */
async function raise(tx: Sql, set: string, counts: Iterable<Count>): Promise<Map<string, number | null>> {
  const rows = await tx.all<{ id: string; owner_id: number | null }>(
    `UPDATE bot SET ${set} FROM ${fromJson(tx, "id text, n int, error int, warning int, critical int")} WHERE bot.id = x.id AND bot.status <> 'deleting' RETURNING bot.id, bot.owner_id`,
    [JSON.stringify([...counts])],
  );
  return new Map(rows.map((row) => [row.id, row.owner_id]));
}

/** Stores all jobs of one flush with one insert. A job whose bot is gone is refused alone. */
async function writeAll<Row>(
  tx: Sql,
  jobs: Job<Row>[],
  table: {
    name: string;
    columns: string;
    counters: string;
    level?: (row: New<Row>) => string;
    /** The whole row, written out: V8 takes a tenth of all that a log costs to add fields behind a spread. */
    whole: (row: New<Row>, given: Pick<LogRow, Given>) => Row & object;
  },
): Promise<(Stored | Error)[]> {
  const counts = new Map<string, Count>();
  for (const job of jobs) {
    const count = counts.get(job.bot_id) ?? { id: job.bot_id, n: 0, error: 0, warning: 0, critical: 0 };
    count.n += job.rows.length;
    if (table.level)
      for (const row of job.rows) {
        const found = table.level(row);
        if (found === "error" || found === "warning" || found === "critical") count[found]++;
      }
    counts.set(job.bot_id, count);
  }
  const owners = await raise(tx, table.counters, counts.values());
  const alive = jobs.filter((job) => owners.has(job.bot_id));
  const seqs = await claim(
    tx,
    table.name,
    alive.reduce((sum, job) => sum + job.rows.length, 0),
  );
  let next = 0;
  const rows: object[] = [];
  const results = jobs.map((job): Stored | Error => {
    const owner_id = owners.get(job.bot_id);
    if (owner_id === undefined) return new AppError("NOT_FOUND", `No bot ${cutText(job.bot_id, 64, "")}`);
    const mine = seqs.slice(next, next + job.rows.length);
    next += mine.length;
    for (let index = 0; index < mine.length; index++)
      rows.push(table.whole(job.rows[index]!, { seq: mine[index]!, bot_id: job.bot_id, owner_id, at: job.at }));
    return { owner_id, seqs: mine };
  });
  if (rows.length > 0) await insertMany(tx, table.name, table.columns, rows);
  return results;
}

export function createTelemetryStore() {
  const addLogs = ingest.register<Job<LogRow>, Stored>("telemetry.logs", (tx, jobs) =>
    writeAll(tx, jobs, {
      name: "log",
      columns: LOG_COLUMNS,
      counters:
        "total_logs = total_logs + x.n, error_logs = error_logs + x.error, warning_logs = warning_logs + x.warning, critical_logs = critical_logs + x.critical",
      level: (row) => level(row.type),
      whole: ({ type, message, metadata, event_at }, { seq, bot_id, owner_id, at }) => ({
        seq,
        bot_id,
        owner_id,
        type,
        message,
        metadata,
        at,
        event_at,
      }),
    }),
  );
  const addMessages = ingest.register<Job<MessageRow>, Stored>("telemetry.messages", (tx, jobs) =>
    writeAll(tx, jobs, {
      name: "message",
      columns: MESSAGE_COLUMNS,
      counters: "total_messages = total_messages + x.n",
      whole: (row, { seq, bot_id, owner_id, at }) => ({
        seq,
        id: row.id,
        bot_id,
        owner_id,
        message: row.message,
        author_id: row.author_id,
        author_name: row.author_name,
        thread_id: row.thread_id,
        thread_type: row.thread_type,
        metadata: row.metadata,
        at,
        event_at: row.event_at,
      }),
    }),
  );

  return {
    /** Resolves after the commit. @throws AppError NOT_FOUND the bot is gone; UNAVAILABLE nothing was stored */
    addLogs: (job: Job<LogRow>) => addLogs(job, job.rows.length),
    addMessages: (job: Job<MessageRow>) => addMessages(job, job.rows.length),

    /** Replaces the sent fields of what the bot synced before; the whole of it, or null when the bot is gone. */
    sync: (botId: string, at: number, change: Record<string, unknown>) =>
      db().write(async (tx): Promise<{ owner_id: number | null; data: Record<string, unknown> } | null> => {
        const lock = tx.provider === "postgresql" ? " FOR UPDATE" : "";
        const [row] = await tx.all<{ owner_id: number | null }>(
          `SELECT owner_id FROM bot WHERE id = $1 AND status <> 'deleting'${lock}`,
          [botId],
        );
        if (!row) return null;
        const [before] = await tx.all<{ data: string }>("SELECT data FROM bot_data WHERE bot_id = $1", [botId]);
        const data = { ...(before ? readJson<Record<string, unknown>>(before.data) : {}), ...change };
        await tx.run(
          "INSERT INTO bot_data (bot_id, data, updated_at) VALUES ($1, $2, $3) ON CONFLICT (bot_id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at",
          [botId, JSON.stringify(data), at],
        );
        return { owner_id: row.owner_id, data };
      }),

    /** Returns the bot's last synced data; null when it never synced. */
    async data(botId: string): Promise<{ data: Record<string, unknown>; at: number } | null> {
      const [row] = await db().all<{ data: string; at: number }>(
        "SELECT data, updated_at AS at FROM bot_data WHERE bot_id = $1",
        [botId],
      );
      return row ? { data: readJson(row.data), at: row.at } : null;
    },
  };
}

export type TelemetryStore = ReturnType<typeof createTelemetryStore>;
