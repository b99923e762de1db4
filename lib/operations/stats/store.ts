/** Counts, read from the counters kept on the bots' rows: nothing here counts rows of a high-rate table. */
import { db } from "@/lib/core/db";

const NUMBERS = [
  "total_commands",
  "pending_commands",
  "completed_commands",
  "failed_commands",
  "total_logs",
  "error_logs",
  "total_messages",
] as const;
export type Counters = Record<(typeof NUMBERS)[number], number>;

/** A number a bot synced, from the first of these that is one. */
const numberOf = (pg: boolean, ...paths: string[]) =>
  paths.map((path) =>
    pg
      ? `CASE WHEN jsonb_typeof(d #> '{metadata,${path}}') = 'number' THEN (d #>> '{metadata,${path}}')::numeric END`
      : `CASE WHEN json_type(data, '$.metadata.${path}') IN ('integer', 'real') THEN json_extract(data, '$.metadata.${path}') END`,
  );
/** Sums the synced data of all bots in the database, because a document may have 4 MB. */
const SYNCED = {
  sqlite: `SELECT
      SUM(MAX(0, COALESCE(${numberOf(false, "guild_count", "guilds").join(", ")},
        CASE json_type(data, '$.groups') WHEN 'array' THEN json_array_length(data, '$.groups') END, 0))) AS guilds,
      SUM(MAX(0, COALESCE(${numberOf(false, "member_count", "members").join(", ")},
        (SELECT SUM(json_extract(value, '$.member_count')) FROM json_each(data, '$.groups')
         WHERE type = 'object' AND json_type(value, '$.member_count') IN ('integer', 'real')), 0))) AS members,
      SUM(CASE json_type(data, '$.friends') WHEN 'array' THEN json_array_length(data, '$.friends') ELSE 0 END) AS friends
    FROM bot_data`,
  postgresql: `SELECT
      SUM(GREATEST(0, COALESCE(${numberOf(true, "guild_count", "guilds").join(", ")},
        CASE jsonb_typeof(d -> 'groups') WHEN 'array' THEN jsonb_array_length(d -> 'groups') END, 0))) AS guilds,
      SUM(GREATEST(0, COALESCE(${numberOf(true, "member_count", "members").join(", ")},
        (SELECT SUM((g ->> 'member_count')::numeric)
         FROM jsonb_array_elements(CASE jsonb_typeof(d -> 'groups') WHEN 'array' THEN d -> 'groups' ELSE '[]' END) g
         WHERE jsonb_typeof(g -> 'member_count') = 'number'), 0))) AS members,
      SUM(CASE jsonb_typeof(d -> 'friends') WHEN 'array' THEN jsonb_array_length(d -> 'friends') ELSE 0 END) AS friends
    FROM (SELECT data::jsonb AS d FROM bot_data) AS synced`,
};

const sums = NUMBERS.map((name) => `COALESCE(SUM(${name}), 0) AS ${name}`).join(", ");

export function createStatsStore() {
  return {
    /** Sums over the bots of an owner, or over all. */
    async overview(ownerId?: number): Promise<Counters & { bots: number; online: number }> {
      const [row] = await db().all<Counters & { bots: number; online: number }>(
        `SELECT count(*) AS bots, COALESCE(SUM(CASE WHEN status = 'offline' THEN 0 ELSE 1 END), 0) AS online, ${sums}
         FROM bot WHERE status <> 'deleting'${ownerId === undefined ? "" : " AND owner_id = $1"}`,
        ownerId === undefined ? [] : [ownerId],
      );
      return row!;
    },

    async countUsers(): Promise<number> {
      return (await db().all<{ n: number }>('SELECT count(*) AS n FROM "user"'))[0]!.n;
    },

    async countOwned(ownerId: number): Promise<number> {
      const [row] = await db().all<{ n: number }>(
        "SELECT count(*) AS n FROM bot WHERE owner_id = $1 AND status <> 'deleting'",
        [ownerId],
      );
      return row!.n;
    },

    async bot(id: string): Promise<Counters | undefined> {
      return (await db().all<Counters>(`SELECT ${NUMBERS.join(", ")} FROM bot WHERE id = $1`, [id]))[0];
    },

    /** Groups, their members and friends over what all bots synced. */
    async synced(): Promise<{ guilds: number; members: number; friends: number }> {
      const [row] = await db().all<Record<"guilds" | "members" | "friends", number | null>>(SYNCED[db().provider]);
      const whole = (value: number | null | undefined) => Math.min(Number.MAX_SAFE_INTEGER, Math.round(value ?? 0));
      return { guilds: whole(row?.guilds), members: whole(row?.members), friends: whole(row?.friends) };
    },

    /** Since when the bot that is online the longest has been so (epoch ms). */
    async onlineSince(): Promise<number | null> {
      const [row] = await db().all<{ since: number | null }>(
        "SELECT MIN(status_since) AS since FROM bot WHERE status NOT IN ('offline', 'deleting')",
      );
      return row?.since ?? null;
    },

    /** Tickets ever opened, and those that are not closed. */
    async tickets(): Promise<{ total: number; open: number }> {
      const [row] = await db().all<{ total: number; open: number }>(
        "SELECT count(*) AS total, COALESCE(SUM(CASE WHEN status = 'closed' THEN 0 ELSE 1 END), 0) AS open FROM ticket",
      );
      return row!;
    },

    /** How often each command type was sent to a bot, the most used first. */
    async commandTypes(id: string): Promise<Record<string, number>> {
      const rows = await db().all<{ type: string; n: number }>(
        "SELECT type, count(*) AS n FROM command WHERE bot_id = $1 GROUP BY type ORDER BY n DESC, type LIMIT 500",
        [id],
      );
      return Object.fromEntries(rows.map((row) => [row.type, row.n]));
    },
  };
}

export type StatsStore = ReturnType<typeof createStatsStore>;
