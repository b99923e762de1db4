/**
 * Stores logs and messages in group commits (lib/core/db/ingest.ts). Written as SQL text for speed, because P3 and P4
 * (bench/) measure it.
 */

import { ingest, insertMany, type Sql } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { type Counter, createCounterRaise } from "@/lib/fleet/bots";
import { level } from "./search/tokenize";
import { noteSteps } from "./store.steps";
import type { LogRow, MessageRow, Table } from "./store.types";

type Given = "seq" | "bot_id" | "owner_id" | "at";
type New<Row> = Omit<Row, Given>;
export type NewLog = New<LogRow>;

type Job<Row> = { bot_id: string; at: number; rows: New<Row>[] };
/** The sequence numbers of a job's stored rows, in the order in which the rows were sent. */
type Stored = { team_id: number | null; seqs: number[] };

const LOG_COLUMNS =
  "seq bigint, bot_id text, owner_id int, type text, message text, metadata text, at bigint, event_at bigint";
const MESSAGE_COLUMNS =
  "seq bigint, id text, bot_id text, owner_id int, message text, author_id text, author_name text, thread_id text, thread_type text, metadata text, at bigint, event_at bigint";

/**
 * Takes the next `count` values of a table's seq. They are given out under the lock that every flush holds, so that
 * their order is the order of commits: once a reader has seen a seq, no smaller one appears later. The search mark and
 * `since` rely on this.
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

type Target<Row, C extends Counter> = {
  table: Table;
  columns: string;
  /** Raises the counters of the bots, and returns their teams. */
  raise: ReturnType<typeof createCounterRaise<C>>;
  /** Adds a bot's rows to its counts. */
  count: (rows: New<Row>[], counts: Record<C, number>) => void;
  none: () => Record<C, number>;
  /** Builds the whole row field by field: spreading an object here costs V8 a tenth of the time of storing a log. */
  whole: (row: New<Row>, given: Pick<LogRow, Given>) => Row & object;
};

/** Stores all jobs of one flush with one insert. A job whose bot is gone is refused; the others are stored. */
async function writeAll<Row, C extends Counter>(
  tx: Sql,
  jobs: Job<Row>[],
  { table, columns, raise, count, none, whole }: Target<Row, C>,
): Promise<(Stored | Error)[]> {
  const bots = new Map<string, { id: string } & Record<C, number>>();
  for (const { bot_id, rows } of jobs) {
    const counts = bots.get(bot_id) ?? { id: bot_id, ...none() };
    bots.set(bot_id, counts);
    count(rows, counts);
  }
  const owners = await raise(tx, [...bots.values()]);
  const needed = jobs.reduce((sum, job) => sum + (owners.has(job.bot_id) ? job.rows.length : 0), 0);
  const seqs = await claim(tx, table, needed);
  let next = 0;
  const rows: object[] = [];
  const groups: { at: number; seq: number }[] = [];
  const results = jobs.map((job): Stored | Error => {
    const owner_id = owners.get(job.bot_id);
    if (owner_id === undefined) return new AppError("NOT_FOUND", `No bot ${cutText(job.bot_id, 64, "")}`);
    const claimed = seqs.slice(next, next + job.rows.length);
    next += claimed.length;
    if (claimed.length > 0) groups.push({ at: job.at, seq: claimed[0]! });
    for (let index = 0; index < claimed.length; index++)
      rows.push(whole(job.rows[index]!, { seq: claimed[index]!, bot_id: job.bot_id, owner_id, at: job.at }));
    return { team_id: owner_id, seqs: claimed };
  });
  await noteSteps(tx, table, groups);
  if (rows.length > 0) await insertMany(tx, table, columns, rows);
  return results;
}

const LOG_COUNTERS = ["total_logs", "error_logs", "warning_logs", "critical_logs"] as const;

const LOGS: Target<LogRow, (typeof LOG_COUNTERS)[number]> = {
  table: "log",
  columns: LOG_COLUMNS,
  raise: createCounterRaise(LOG_COUNTERS),
  none: () => ({ total_logs: 0, error_logs: 0, warning_logs: 0, critical_logs: 0 }),
  count(rows, counts) {
    counts.total_logs += rows.length;
    for (const { type } of rows) {
      const name = level(type);
      if (name === "error" || name === "warning" || name === "critical") counts[`${name}_logs`]++;
    }
  },
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
};

const MESSAGES: Target<MessageRow, "total_messages"> = {
  table: "message",
  columns: MESSAGE_COLUMNS,
  raise: createCounterRaise(["total_messages"]),
  none: () => ({ total_messages: 0 }),
  count: (rows, counts) => {
    counts.total_messages += rows.length;
  },
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
};

/** Both resolve after the commit. @throws AppError NOT_FOUND the bot is gone; UNAVAILABLE nothing was stored */
export function createIngestStore() {
  const addLogs = ingest.register<Job<LogRow>, Stored>("telemetry.logs", (tx, jobs) => writeAll(tx, jobs, LOGS), {
    isMass: true,
  });
  const addMessages = ingest.register<Job<MessageRow>, Stored>(
    "telemetry.messages",
    (tx, jobs) => writeAll(tx, jobs, MESSAGES),
    { isMass: true },
  );
  return {
    addLogs: (job: Job<LogRow>) => addLogs(job, job.rows.length),
    addMessages: (job: Job<MessageRow>) => addMessages(job, job.rows.length),
  };
}

export type IngestStore = ReturnType<typeof createIngestStore>;
