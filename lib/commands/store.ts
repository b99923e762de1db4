/** The command table. Enqueue, lease and ack go through group commit; counters of the bot change in the same transaction. */
import { iso, isoOrNull } from "@/lib/clock";
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
};
export type Settle = { id: string; bot_id: string; status: "completed" | "failed"; result: string; at: number };
/** `won`: this ack settled it; otherwise `command` is what stands. */
export type Settled = { won: boolean; command: Command };
export type Lease = { bot_id: string; limit: number; at: number; until: number };

const COLUMNS =
  "seq, id, bot_id, owner_id, type, payload, status, result, created_at, completed_at, dispatched_at, lease_expires_at, attempts, created_by";
const FREE = "bot_id = $1 AND status = 'pending' AND (lease_expires_at IS NULL OR lease_expires_at <= $2)";

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
  "id text, bot_id text, owner_id int, type text, payload text, created_at bigint, created_by int, lease_expires_at bigint, dispatched_at bigint, attempts int, status text";

const insertAll = (tx: Sql, rows: NewCommand[]) =>
  insertMany(
    tx,
    "command",
    NEW_COLUMNS,
    rows.map((row) => {
      const leased = row.lease_expires_at !== null;
      return { ...row, dispatched_at: leased ? row.created_at : null, attempts: leased ? 1 : 0, status: "pending" };
    }),
  );

export function createCommandStore() {
  const enqueue = ingest.register<NewCommand, true>("command.enqueue", async (tx, jobs) => {
    const gone = new Set<string>();
    for (const [botId, mine] of perBot(jobs)) {
      const changed = await tx.run(
        "UPDATE bot SET total_commands = total_commands + $2, pending_commands = pending_commands + $2 WHERE id = $1 AND status <> 'deleting'",
        [botId, mine.length],
      );
      if (changed === 0) gone.add(botId);
    }
    const rows = gone.size > 0 ? jobs.filter((job) => !gone.has(job.bot_id)) : jobs;
    if (rows.length > 0) await insertAll(tx, rows);
    return jobs.map((job) => (gone.has(job.bot_id) ? new AppError("NOT_FOUND", `No bot ${job.bot_id}`) : true));
  });

  const settle = ingest.register<Settle, Settled>("command.settle", async (tx, jobs) => {
    const results: (Settled | Error)[] = [];
    const won: (Settle & { bot_id: string })[] = [];
    for (const job of jobs) {
      const [row] = await tx.all<CommandRow>(
        `UPDATE command SET status = $3, result = $4, completed_at = $5, lease_expires_at = NULL WHERE id = $1 AND bot_id = $2 AND status = 'pending' RETURNING ${COLUMNS}`,
        [job.id, job.bot_id, job.status, job.result, job.at],
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
        `UPDATE command SET dispatched_at = $2, attempts = attempts + 1, lease_expires_at = $4 WHERE seq IN (SELECT seq FROM command WHERE ${FREE} ORDER BY seq LIMIT $3${lock}) RETURNING ${COLUMNS}`,
        [job.bot_id, job.at, job.limit, job.until],
      );
      results.push(rows.sort((a, b) => a.seq - b.seq).map(toCommand));
    }
    return results;
  });

  return {
    enqueue: (command: NewCommand) => enqueue(command),
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
        `SELECT ${COLUMNS} FROM command WHERE bot_id = $1 AND status = 'pending' ORDER BY seq LIMIT $2`,
        [botId, limit],
      );
      return rows.map(toCommand);
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
      if (filter.type) add("type = ?", filter.type);
      if (filter.before !== undefined) add("seq < ?", filter.before);
      const rows = await db().all<CommandRow>(
        `SELECT ${COLUMNS} FROM command ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""} ORDER BY seq DESC LIMIT $${params.push(filter.limit + 1)}`,
        params,
      );
      const shown = rows.slice(0, filter.limit);
      return { commands: shown.map(toCommand), next: rows.length > filter.limit ? (shown.at(-1)?.seq ?? null) : null };
    },

    /** Removes up to `limit` commands of a bot being deleted; how many it removed. */
    purge: (botId: string, limit: number) =>
      db().run("DELETE FROM command WHERE seq IN (SELECT seq FROM command WHERE bot_id = $1 LIMIT $2)", [botId, limit]),
  };
}

export type CommandStore = ReturnType<typeof createCommandStore>;
