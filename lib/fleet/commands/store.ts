/** The command table. What is written often goes through group commit; counters of the bot change in the same transaction. */
import { placed } from "@/lib/core/cursors";
import { db, ingest, listed, type Param, type Sql } from "@/lib/core/db";
import type { Command } from "./contract";
import { createEnqueue } from "./store.enqueue";
import { createOutcomeWrites } from "./store.outcomes";
import { COLUMNS, type CommandRow, toCommand } from "./store.rows";
import { createShown } from "./store.shown";

/** A pending command the sweep must look at. */
type Due = {
  id: string;
  bot_id: string;
  owner_id: number | null;
  verdict: "expired" | "dead" | "runnable" | "later";
};
/** `shards`: those the bot's program holds; undefined: all of them. */
type Lease = { bot_id: string; limit: number; at: number; until: number; shards?: readonly number[] };

const FREE =
  "bot_id = $1 AND status = 'pending' AND (lease_expires_at IS NULL OR lease_expires_at <= $2) AND (run_at IS NULL OR run_at <= $2) AND (expires_at IS NULL OR expires_at > $2) AND attempts < max_attempts";

/** Condition for a program that holds the shards in parameter `at`: commands for them, and those for any program. */
const ofShards = (sql: Pick<Sql, "provider">, at: number) =>
  ` AND (shard IS NULL OR shard IN (${listed(sql, at, "bigint")}))`;

/** Set with a lease ($4 is its end): the last attempt is looked at when its lease ends. */
const DUE = "CASE WHEN attempts + 1 < max_attempts THEN expires_at WHEN expires_at < $4 THEN expires_at ELSE $4 END";

export function createCommandStore() {
  const leaseWrite = ingest.register<Lease, Command[]>("command.lease", async (tx, jobs) => {
    const results: Command[][] = [];
    const lock = tx.provider === "postgresql" ? " FOR UPDATE SKIP LOCKED" : "";
    for (const job of jobs) {
      const held = job.shards ? ofShards(tx, 5) : "";
      const rows = await tx.all<CommandRow>(
        `UPDATE command SET dispatched_at = $2, attempts = attempts + 1, lease_expires_at = $4, due_at = ${DUE} WHERE seq IN (SELECT seq FROM command WHERE ${FREE}${held} ORDER BY rank, seq LIMIT $3${lock}) RETURNING ${COLUMNS}`,
        [job.bot_id, job.at, job.limit, job.until, ...(job.shards ? [JSON.stringify(job.shards)] : [])],
      );
      results.push(rows.sort((a, b) => a.rank - b.rank || a.seq - b.seq).map(toCommand));
    }
    return results;
  });

  /** Sets when the sweep looks again: at the end of the lease, else at the expiry. */
  const postpone = ingest.register<{ id: string; at: number }, void>("command.postpone", async (tx, jobs) => {
    for (const { id, at } of jobs)
      await tx.run(
        "UPDATE command SET due_at = CASE WHEN lease_expires_at > $2 THEN lease_expires_at WHEN expires_at > $2 THEN expires_at END WHERE id = $1 AND status = 'pending'",
        [id, at],
      );
    return jobs.map(() => undefined);
  });

  return {
    ...createEnqueue(),
    ...createOutcomeWrites(),
    ...createShown(),
    postpone,

    /** Pending commands whose time has come for the sweep, and what is to be done with each. */
    async due(at: number): Promise<Due[]> {
      const rows = await db().all<
        Pick<CommandRow, "id" | "bot_id" | "owner_id" | "lease_expires_at" | "expires_at" | "attempts" | "max_attempts">
      >(
        `SELECT id, bot_id, owner_id, lease_expires_at, expires_at, attempts, max_attempts FROM command
         WHERE due_at <= $1 ORDER BY due_at LIMIT 500`,
        [at],
      );
      return rows.map(({ id, bot_id, owner_id, ...row }) => {
        const lease = row.lease_expires_at;
        const verdict =
          lease !== null && lease > at
            ? "later"
            : row.expires_at !== null && row.expires_at <= at
              ? "expired"
              : row.attempts < row.max_attempts
                ? "runnable"
                : // Document 004 shows without a lease: nothing has ended.
                  lease === null
                  ? "later"
                  : "dead";
        return { id, bot_id, owner_id, verdict };
      });
    },

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

    /** The oldest pending commands, leased or not, without leasing them. */
    async peek(botId: string, limit: number): Promise<Command[]> {
      const rows = await db().all<CommandRow>(
        `SELECT ${COLUMNS} FROM command WHERE bot_id = $1 AND status = 'pending' ORDER BY rank, seq LIMIT $2`,
        [botId, limit],
      );
      return rows.map(toCommand);
    },

    async find(id: string): Promise<Command | undefined> {
      const [row] = await db().all<CommandRow>(`SELECT ${COLUMNS} FROM command WHERE id = $1`, [id]);
      return row && toCommand(row);
    },

    /** Newest first unless `order` says otherwise; one more than `limit` is read to know whether there is a next page. */
    async list(filter: {
      bot_id?: string;
      owner_id?: number;
      status?: string;
      reason?: string;
      type?: string;
      order?: "asc" | "desc";
      /** The seq after which, in this order, the page begins. */
      beyond?: number;
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
      const isOldestFirst = filter.order === "asc";
      if (filter.beyond !== undefined) add(isOldestFirst ? "seq > ?" : "seq < ?", filter.beyond);
      const rows = await db().all<CommandRow>(
        `SELECT ${COLUMNS} FROM command ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""} ORDER BY seq ${isOldestFirst ? "ASC" : "DESC"} LIMIT $${params.push(filter.limit + 1)}`,
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
