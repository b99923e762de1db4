/** The bot table. Times are epoch milliseconds, JSON columns text (decision 001). */

import { iso, isoOrNull } from "@/lib/core/clock";
import { containing, db, ingest, type Param, takeTurn } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Bot, BotChange, BotListQuery } from "./contract";
import type { BotSort } from "./contract.constants";

export type BotRow = {
  id: string;
  owner_id: number | null;
  name: string;
  status: string;
  status_since: number;
  origin: Bot["origin"];
  metadata: string;
  settings: string;
  settings_version: number;
  version: number;
  token_hash: string;
  token_cipher: string;
  created_at: number;
  last_active: number | null;
  unclaimed_until: number | null;
  claim_code: string | null;
  joined_from: string | null;
  pending_commands: number;
  failed_commands: number;
  error_logs: number;
  parts_online: number | null;
  parts_of: number | null;
};
export type NewBot = Pick<
  BotRow,
  | "id"
  | "owner_id"
  | "name"
  | "status"
  | "origin"
  | "metadata"
  | "token_hash"
  | "token_cipher"
  | "created_at"
  | "unclaimed_until"
  | "claim_code"
  | "joined_from"
>;
/** `from`: change it only when it is this now. */
export type StatusChange = { id: string; status: string; at: number; from?: string };
type TokenOwner = Pick<BotRow, "id" | "owner_id" | "claim_code" | "unclaimed_until">;

/** Every column of a row; the type refuses a list that lacks one. */
const COLUMNS = Object.keys({
  id: 1,
  owner_id: 1,
  name: 1,
  status: 1,
  status_since: 1,
  origin: 1,
  metadata: 1,
  settings: 1,
  settings_version: 1,
  version: 1,
  token_hash: 1,
  token_cipher: 1,
  created_at: 1,
  last_active: 1,
  unclaimed_until: 1,
  claim_code: 1,
  joined_from: 1,
  pending_commands: 1,
  failed_commands: 1,
  error_logs: 1,
  parts_online: 1,
  parts_of: 1,
} satisfies Record<keyof BotRow, 1>).join(", ");

/** How a change of each field is stored, in the column of its name; the type refuses a list that lacks a field. */
const CHANGES: { [Field in keyof Required<BotChange>]: (value: NonNullable<BotChange[Field]>) => Param } = {
  name: (name) => name,
  metadata: (metadata) => JSON.stringify(metadata),
};
export const CHANGE_FIELDS = Object.keys(CHANGES) as (keyof BotChange)[];

/** A bot being deleted keeps its row, and so its id, until its logs and messages are gone; nobody sees it. */
const DELETING = "deleting";
const ALIVE = `status <> '${DELETING}'`;

/** A row as the wire shows it. */
export const toBot = (row: BotRow): Bot => ({
  id: row.id,
  name: row.name,
  status: row.status,
  status_since: iso(row.status_since),
  created_at: iso(row.created_at),
  last_active: isoOrNull(row.last_active),
  owner_id: row.owner_id,
  metadata: readJson(row.metadata),
  origin: row.origin,
  version: row.version,
  settings_version: row.settings_version,
  pending_commands: row.pending_commands,
  failed_commands: row.failed_commands,
  error_logs: row.error_logs,
  parts: row.parts_of === null ? null : { online: row.parts_online ?? 0, of: row.parts_of },
});

/** Sortable expressions; each ends in id, so that a cursor names exactly one place. */
const SORTS = {
  created_at: { key: "created_at", numeric: true, descending: false },
  name: { key: "lower(name)", numeric: false, descending: false },
  status: { key: "CASE WHEN status = 'offline' THEN 1 ELSE 0 END", numeric: true, descending: false },
  last_active: { key: "COALESCE(last_active, 0)", numeric: true, descending: true },
  pending: { key: "pending_commands", numeric: true, descending: true },
} as const satisfies Record<BotSort, { key: string; numeric: boolean; descending: boolean }>;

type Wanted = Pick<BotListQuery, "search" | "ids" | "status"> & { owner_id?: number };

/** The conditions of a list, without its place. */
function wanted(query: Wanted) {
  const params: Param[] = [];
  const bind = (value: Param) => `$${params.push(value)}`;
  const where = [ALIVE];
  if (query.owner_id !== undefined) where.push(`owner_id = ${bind(query.owner_id)}`);
  if (query.search) {
    const pattern = bind(containing(query.search.toLowerCase()));
    where.push(`(lower(name) LIKE ${pattern} ESCAPE '\\' OR lower(id) LIKE ${pattern} ESCAPE '\\')`);
  }
  if (query.ids) where.push(`id IN (${query.ids.map((id) => bind(id)).join(", ")})`);
  if (query.status) where.push(query.status === "offline" ? "status = 'offline'" : "status <> 'offline'");
  return { where, params, bind };
}

export function createBotStore() {
  const writeStatus = ingest.register<StatusChange, boolean>("bot.status", async (tx, jobs) => {
    const results: boolean[] = [];
    for (const { id, status, at, from } of jobs) {
      const changed = await tx.run(
        `UPDATE bot SET status = $2, status_since = $3, last_active = CASE WHEN $2 = 'offline' THEN last_active ELSE $3 END WHERE id = $1 AND status <> $2 AND status = COALESCE($4, status) AND ${ALIVE}`,
        [id, status, at, from ?? null],
      );
      if (changed > 0)
        await tx.run("INSERT INTO status_change (bot_id, status, at) VALUES ($1, $2, $3)", [id, status, at]);
      results.push(changed > 0);
    }
    return results;
  });

  const epochWrite = ingest.register<string, number>("bot.epoch", async (tx, ids) => {
    const epochs: number[] = [];
    for (const id of ids) {
      const [row] = await tx.all<{ epoch: number }>("UPDATE bot SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch", [
        id,
      ]);
      epochs.push(row?.epoch ?? 0);
    }
    return epochs;
  });

  async function one(where: string, params: Param[]): Promise<BotRow | undefined> {
    return (await db().all<BotRow>(`SELECT ${COLUMNS} FROM bot WHERE ${where} AND ${ALIVE}`, params))[0];
  }

  return {
    find: (id: string) => one("id = $1", [id]),
    /** At most 1000 at once. */
    async findMany(ids: string[]): Promise<BotRow[]> {
      const places = ids.map((_, at) => `$${at + 1}`).join(", ");
      return ids.length === 0
        ? []
        : db().all<BotRow>(`SELECT ${COLUMNS} FROM bot WHERE id IN (${places}) AND ${ALIVE}`, ids);
    },
    /** Finds a token's owner. Selects few columns: fetching them is most of the cost, and every connection asks. */
    async findByTokenHash(hash: string): Promise<TokenOwner | undefined> {
      const text = `SELECT id, owner_id, claim_code, unclaimed_until FROM bot WHERE token_hash = $1 AND ${ALIVE}`;
      return (await db().all<TokenOwner>(text, [hash]))[0];
    },

    /** True when the status was another one before. Recorded in the history the uptime bar is drawn from. */
    changeStatus: (change: StatusChange) => writeStatus(change),

    async list(
      query: BotListQuery & { owner_id?: number; after?: [string | number, string] },
    ): Promise<{ rows: BotRow[]; keys: (string | number)[] }> {
      const sort = SORTS[query.sort ?? "created_at"];
      const { where, params, bind } = wanted(query);
      if (query.after) {
        const [key, id] = query.after;
        where.push(`(${sort.key}, id) ${sort.descending ? "<" : ">"} (${bind(key)}, ${bind(id)})`);
      }
      const direction = sort.descending ? "DESC" : "ASC";
      const rows = await db().all<BotRow & { sort_key: string | number }>(
        `SELECT ${COLUMNS}, ${sort.key} AS sort_key FROM bot WHERE ${where.join(" AND ")} ORDER BY ${sort.key} ${direction}, id ${direction} LIMIT ${bind(query.limit + 1)}`,
        params,
      );
      return { rows, keys: rows.map((row) => row.sort_key) };
    },

    /** Counts the bots of a list over all its pages. */
    async count(query: Wanted): Promise<number> {
      const { where, params } = wanted(query);
      const text = `SELECT count(*) AS n FROM bot WHERE ${where.join(" AND ")}`;
      return Number((await db().all<{ n: number }>(text, params))[0]?.n ?? 0);
    },

    async countOwned(ownerId: number): Promise<number> {
      const [row] = await db().all<{ n: number }>("SELECT count(*) AS n FROM bot WHERE owner_id = $1", [ownerId]);
      return row?.n ?? 0;
    },

    /** Bots by owner's id; owners without one are left out. */
    async countByOwner(): Promise<Map<number, number>> {
      const rows = await db().all<{ owner_id: number; n: number }>(
        `SELECT owner_id, count(*) AS n FROM bot WHERE owner_id IS NOT NULL AND ${ALIVE} GROUP BY owner_id`,
      );
      return new Map(rows.map((row) => [row.owner_id, row.n]));
    },

    /** How many bots of that origin wait to be adopted. */
    async countUnclaimed(origin: Bot["origin"] = "registered"): Promise<number> {
      const [row] = await db().all<{ n: number }>(
        `SELECT count(*) AS n FROM bot WHERE owner_id IS NULL AND origin = $1 AND ${ALIVE}`,
        [origin],
      );
      return row?.n ?? 0;
    },

    /** Bots that wait to be adopted, the newest first. */
    unclaimed: () =>
      db().all<BotRow>(
        `SELECT ${COLUMNS} FROM bot WHERE claim_code IS NOT NULL AND ${ALIVE} ORDER BY created_at DESC, id LIMIT 1000`,
      ),
    /** Bots registered through document 004's open mode, oldest first. */
    openBots: () =>
      db().all<BotRow>(`SELECT ${COLUMNS} FROM bot WHERE origin = 'open' AND ${ALIVE} ORDER BY created_at, id`),
    findByClaimCode: (code: string) => one("claim_code = $1", [code]),

    /**
     * Gives a waiting bot, and what is stored of it, to a user. False when somebody was faster. One transaction over
     * the other rooms' tables, so that no row of the bot stays nobody's.
     */
    async adopt(id: string, ownerId: number): Promise<boolean> {
      return db().write(async (tx) => {
        const changed = await tx.run(
          `UPDATE bot SET owner_id = $2, claim_code = NULL, unclaimed_until = NULL WHERE id = $1 AND claim_code IS NOT NULL AND ${ALIVE}`,
          [id, ownerId],
        );
        if (changed === 0) return false;
        for (const table of ["command", "log", "message"])
          await tx.run(`UPDATE ${table} SET owner_id = $2 WHERE bot_id = $1 AND owner_id IS NULL`, [id, ownerId]);
        return true;
      });
    },

    /** The number of the bot's next instance. */
    nextEpoch: (id: string) => epochWrite(id),

    /** False when the id is taken. */
    async insert(bot: NewBot): Promise<boolean> {
      return db().write(async (tx) => {
        const inserted = await tx.run(
          `INSERT INTO bot (id, owner_id, name, status, status_since, origin, metadata, settings, settings_version, token_hash, token_cipher, created_at, last_active, unclaimed_until, claim_code, joined_from, epoch, total_commands, pending_commands, completed_commands, failed_commands, total_logs, error_logs, total_messages)
           VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', 0, $8, $9, $5, $10, $11, $12, $13, 0, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT (id) DO NOTHING`,
          [
            bot.id,
            bot.owner_id,
            bot.name,
            bot.status,
            bot.created_at,
            bot.origin,
            bot.metadata,
            bot.token_hash,
            bot.token_cipher,
            bot.status === "offline" ? null : bot.created_at,
            bot.unclaimed_until,
            bot.claim_code,
            bot.joined_from,
          ],
        );
        if (inserted > 0)
          await tx.run("INSERT INTO status_change (bot_id, status, at) VALUES ($1, $2, $3)", [
            bot.id,
            bot.status,
            bot.created_at,
          ]);
        return inserted > 0;
      });
    },

    /**
     * Changes what is given. A bot registers again at each of its starts: with what is stored already it stays at its version.
     *
     * @returns the new version; undefined when the bot is gone, or no longer at version `expected`
     */
    async update(id: string, change: BotChange, expected?: number): Promise<number | undefined> {
      const params: Param[] = [id, expected ?? null];
      const places = CHANGE_FIELDS.filter((field) => change[field] !== undefined).map((field) => {
        const write = CHANGES[field] as (value: unknown) => Param;
        return [field, `$${params.push(write(change[field]))}`] as const;
      });
      const isSame = places.map(([field, place]) => `${field} IS NOT DISTINCT FROM ${place}`).join(" AND ");
      const [row] = await db().write((tx) =>
        tx.all<{ version: number }>(
          `UPDATE bot SET ${places.map(([field, place]) => `${field} = ${place}, `).join("")}
           version = version + CASE WHEN ${isSame || "1 = 1"} THEN 0 ELSE 1 END
         WHERE id = $1 AND version = COALESCE(CAST($2 AS INTEGER), version) RETURNING version`,
          params,
        ),
      );
      return row?.version;
    },

    async setToken(id: string, hash: string, cipher: string): Promise<void> {
      await db().run("UPDATE bot SET token_hash = $2, token_cipher = $3 WHERE id = $1", [id, hash, cipher]);
    },

    /** @returns the new version; undefined when the bot is gone, or its settings are no longer at version `expected` */
    async putSettings(id: string, settings: string, expected?: number): Promise<number | undefined> {
      const [row] = await db().write((tx) =>
        tx.all<{ version: number }>(
          `UPDATE bot SET settings = $2, settings_version = settings_version + 1
         WHERE id = $1 AND settings_version = COALESCE(CAST($3 AS INTEGER), settings_version)
         RETURNING settings_version AS version`,
          [id, settings, expected ?? null],
        ),
      );
      return row?.version;
    },

    /** Writes down when bots were last heard of; many at once. */
    async touch(seen: [string, number][]): Promise<void> {
      for (let from = 0; from < seen.length; from += 1000) {
        const slice = JSON.stringify(seen.slice(from, from + 1000).map(([id, at]) => ({ id, at })));
        const text =
          db().provider === "sqlite"
            ? "UPDATE bot SET last_active = seen.at FROM (SELECT value->>'id' AS id, value->>'at' AS at FROM json_each($1)) AS seen WHERE bot.id = seen.id"
            : "UPDATE bot SET last_active = seen.at FROM json_to_recordset($1::json) AS seen(id text, at bigint) WHERE bot.id = seen.id";
        await db().write(async (tx) => {
          await takeTurn(tx);
          await tx.run(text, [slice]);
        });
      }
    },

    /** Bots shown as live that nobody heard of since `cutoff`. */
    stale: (cutoff: number) =>
      db().all<{ id: string }>(
        `SELECT id FROM bot WHERE status <> 'offline' AND ${ALIVE} AND COALESCE(last_active, status_since) < $1 LIMIT 1000`,
        [cutoff],
      ),

    expired: (at: number) =>
      db().all<{ id: string }>(`SELECT id FROM bot WHERE unclaimed_until < $1 AND ${ALIVE}`, [at]),
    ownedBy: (ownerId: number) =>
      db().all<{ id: string }>(`SELECT id FROM bot WHERE owner_id = $1 AND ${ALIVE}`, [ownerId]),
    deleting: () => db().all<{ id: string }>(`SELECT id FROM bot WHERE status = '${DELETING}'`),

    /** First step of a deletion: nobody sees the bot or can use its token any more. */
    async markDeleting(id: string): Promise<void> {
      await db().run(
        `UPDATE bot SET status = '${DELETING}', owner_id = NULL, unclaimed_until = NULL, claim_code = NULL, token_hash = $2, token_cipher = '' WHERE id = $1`,
        [id, `deleted:${id}`],
      );
    },

    /** Last step, after the other rooms removed what they hold of it. */
    async erase(id: string): Promise<void> {
      await db().write(async (tx) => {
        await tx.run("DELETE FROM status_change WHERE bot_id = $1", [id]);
        for (const table of ["bot_data", "bot_part", "bot_part_data"])
          await tx.run(`DELETE FROM ${table} WHERE bot_id = $1`, [id]);
        await tx.run("DELETE FROM bot WHERE id = $1", [id]);
      });
    },

    /** Status history from the last change before `from` on, oldest first. */
    async history(id: string, from: number): Promise<{ status: string; at: number }[]> {
      const before = await db().all<{ status: string; at: number }>(
        "SELECT status, at FROM status_change WHERE bot_id = $1 AND at < $2 ORDER BY seq DESC LIMIT 1",
        [id, from],
      );
      const since = await db().all<{ status: string; at: number }>(
        "SELECT status, at FROM status_change WHERE bot_id = $1 AND at >= $2 ORDER BY seq DESC LIMIT 5000",
        [id, from],
      );
      return [...before, ...since.reverse()];
    },

    /** Drops changes older than `before`, but each bot's last of them: it says what held at that time. */
    async pruneHistory(before: number): Promise<void> {
      await db().run(
        `DELETE FROM status_change WHERE at < $1 AND seq < (
           SELECT max(last.seq) FROM status_change AS last WHERE last.bot_id = status_change.bot_id AND last.at < $1)`,
        [before],
      );
    },
  };
}

export type BotStore = ReturnType<typeof createBotStore>;
