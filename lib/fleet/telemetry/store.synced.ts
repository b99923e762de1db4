/** Totals over the data that bots synced. */
import type { RawBuilder } from "kysely";
import { db, query, sql } from "@/lib/core/db";

/**
 * Expressions for the sums over all synced data, on `data`, the document in its column. The database adds them up,
 * because a document may have up to 4 MB. Of several fields that may contain a number, the first numeric one counts.
 * SQLite adds real numbers, because a sum of integers fails beyond 64 bits, and the driver refuses to read one beyond
 * 2^53.
 */
const SQLITE = {
  number: (path: string) =>
    `case when json_type(data, '$.metadata.${path}') in ('integer', 'real') then cast(json_extract(data, '$.metadata.${path}') as real) end`,
  larger: "max",
  groups: "case json_type(data, '$.groups') when 'array' then json_array_length(data, '$.groups') end",
  friends: "case json_type(data, '$.friends') when 'array' then json_array_length(data, '$.friends') else 0 end",
  members: `(select sum(cast(json_extract(value, '$.member_count') as real)) from json_each(data, '$.groups')
     where type = 'object' and json_type(value, '$.member_count') in ('integer', 'real'))`,
};
const POSTGRESQL = {
  number: (path: string) =>
    `case when jsonb_typeof(data #> '{metadata,${path}}') = 'number' then (data #>> '{metadata,${path}}')::numeric end`,
  larger: "greatest",
  groups: "case jsonb_typeof(data -> 'groups') when 'array' then jsonb_array_length(data -> 'groups') end",
  friends: "case jsonb_typeof(data -> 'friends') when 'array' then jsonb_array_length(data -> 'friends') else 0 end",
  members: `(select sum((g ->> 'member_count')::numeric)
     from jsonb_array_elements(case jsonb_typeof(data -> 'groups') when 'array' then data -> 'groups' else '[]' end) g
     where jsonb_typeof(g -> 'member_count') = 'number')`,
};

function syncedSums() {
  const on = db().provider === "sqlite" ? SQLITE : POSTGRESQL;
  const sum = (text: string): RawBuilder<number | null> => sql`sum(${sql.raw(text)})`;
  const first = (...values: string[]) => `${on.larger}(0, coalesce(${values.join(", ")}, 0))`;
  return {
    guilds: sum(first(on.number("guild_count"), on.number("guilds"), on.groups)),
    members: sum(first(on.number("member_count"), on.number("members"), on.members)),
    friends: sum(on.friends),
  };
}

/** Sums up groups, their members, and friends over the synced data of all bots. */
export async function syncedTotals(): Promise<{ guilds: number; members: number; friends: number }> {
  const data = db().provider === "sqlite" ? sql`data` : sql`data::jsonb`;
  const { guilds, members, friends } = syncedSums();
  const sums = await query()
    .selectFrom((eb) => eb.selectFrom("bot_data").select(data.as("data")).as("synced"))
    .select([guilds.as("guilds"), members.as("members"), friends.as("friends")])
    .executeTakeFirstOrThrow();
  const whole = (value: number | null) => Math.min(Number.MAX_SAFE_INTEGER, Math.round(value ?? 0));
  return { guilds: whole(sums.guilds), members: whole(sums.members), friends: whole(sums.friends) };
}
