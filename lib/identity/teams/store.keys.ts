/** Service keys of teams. A key's secret is stored as its hash. */
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Area } from "@/lib/core/contract.areas";
import { lockRows, type Queries, query, type Row, readPage, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Cursor, Page } from "@/lib/core/pages";
import { noteEnded, userNames } from "@/lib/identity/accounts";
import type { TeamKey } from "./contract.keys";

type Stored = Row<"team_key">;
export type TeamKeyRow = Stored & { created_by_name: string | null };
type Unset = "last_used_at" | "last_used_ip" | "rotated_at" | "previous_hash" | "previous_until";
type Limits = {
  scopes: readonly Area[];
  bots: readonly string[] | null;
  tags: readonly string[] | null;
  ip_ranges: readonly string[] | null;
};
type StoredLimits = Pick<Stored, "areas" | "bots" | "tags" | "ip_ranges">;
type NewTeamKey = Omit<Stored, Unset | keyof StoredLimits> & Limits;
/** A key that was found by a secret, with its team and its limits. `expires` is when that secret stops. */
type FoundKey = Limits &
  Pick<Stored, "id" | "name" | "team_id" | "created_at" | "last_used_at"> & {
    team_name: string;
    expires: number | null;
  };
type Rotation = Pick<Stored, "id" | "team_id" | "key_hash" | "prefix"> & { at: number; until: number | null };

const limitsOf = ({ areas, bots, tags, ip_ranges }: StoredLimits): Limits => ({
  scopes: areas.split(" ") as Area[],
  bots: bots === null ? null : readJson<string[]>(bots),
  tags: tags === null ? null : readJson<string[]>(tags),
  ip_ranges: ip_ranges?.split(" ") ?? null,
});

export function toTeamKey(row: TeamKeyRow, at: number): TeamKey {
  const { scopes, bots, tags, ip_ranges } = limitsOf(row);
  const { previous_until: until } = row;
  return {
    ...{ id: row.id, team_id: row.team_id, name: row.name, prefix: row.prefix },
    ...{ scopes: [...scopes] as TeamKey["scopes"], bots: bots && [...bots], tags: tags && [...tags] },
    ip_ranges: ip_ranges && [...ip_ranges],
    created_by_name: row.created_by_name,
    created_at: iso(row.created_at),
    expires_at: isoOrNull(row.expires_at),
    last_used_at: isoOrNull(row.last_used_at),
    last_used_ip: row.last_used_ip,
    rotated_at: isoOrNull(row.rotated_at),
    old_secret_until: isoOrNull(until !== null && until > at ? until : null),
  };
}

const liveKeys = (teamId: number, at: number, queries: Queries = query()) =>
  queries
    .selectFrom("team_key as k")
    .leftJoin(userNames(queries).as("by"), "by.id", "k.created_by")
    .selectAll("k")
    .select("by.username as created_by_name")
    .where("k.team_id", "=", teamId)
    .where((eb) => eb.or([eb("k.expires_at", "is", null), eb("k.expires_at", ">", at)]))
    .$castTo<TeamKeyRow>();

async function countLive(teamId: number, at: number, queries?: Queries): Promise<number> {
  const { keys } = await liveKeys(teamId, at, queries)
    .clearSelect()
    .select((eb) => eb.fn.countAll<number>().as("keys"))
    .executeTakeFirstOrThrow();
  return Number(keys);
}

const lockTeam = (trx: Queries, teamId: number) =>
  lockRows(trx.selectFrom("team").select("id").where("id", "=", teamId)).executeTakeFirst();

async function findKey(by: "key_hash" | "previous_hash", hash: string): Promise<FoundKey | undefined> {
  const row = await query()
    .selectFrom("team_key as k")
    .innerJoin("team as t", "t.id", "k.team_id")
    .select(["k.id", "k.name", "k.team_id", "k.created_at", "k.last_used_at", "k.expires_at", "k.previous_until"])
    .select(["k.areas", "k.bots", "k.tags", "k.ip_ranges", "t.name as team_name"])
    .where(`k.${by}`, "=", hash)
    .executeTakeFirst();
  if (!row) return undefined;
  const { areas, bots, tags, ip_ranges, expires_at, previous_until, ...key } = row;
  const ends = by === "key_hash" ? [expires_at] : [expires_at, previous_until ?? 0];
  const known = ends.filter((end) => end !== null);
  return {
    ...key,
    ...limitsOf({ areas, bots, tags, ip_ranges }),
    expires: known.length > 0 ? Math.min(...known) : null,
  };
}

/** @returns undefined when there is no such team, null when it has `max` live keys already */
const insert = (
  { scopes, bots, tags, ip_ranges, ...key }: NewTeamKey,
  max: number,
): Promise<TeamKeyRow | null | undefined> =>
  transaction(async (trx) => {
    if (!(await lockTeam(trx, key.team_id))) return undefined;
    if ((await countLive(key.team_id, key.created_at, trx)) >= max) return null;
    await trx
      .insertInto("team_key")
      .values({
        ...{ ...key, areas: scopes.join(" "), bots: bots && JSON.stringify(bots) },
        ...{ tags: tags && JSON.stringify(tags), ip_ranges: ip_ranges?.join(" ") ?? null },
      })
      .execute();
    return liveKeys(key.team_id, key.created_at, trx).where("k.id", "=", key.id).executeTakeFirstOrThrow();
  });

/**
 * Gives a live key another secret; the one before works until `until`.
 *
 * @returns the key, and whether an old secret stopped working with it; undefined when the team has no such live key
 */
const rotate = ({
  id,
  team_id,
  at,
  until,
  ...secret
}: Rotation): Promise<{ key: TeamKeyRow; ended: boolean } | undefined> =>
  transaction(async (trx) => {
    if (!(await lockTeam(trx, team_id))) return undefined;
    const before = await liveKeys(team_id, at, trx).where("k.id", "=", id).executeTakeFirst();
    if (!before) return undefined;
    const change = {
      ...{ ...secret, rotated_at: at },
      ...{ previous_hash: until === null ? null : before.key_hash, previous_until: until },
    };
    await trx.updateTable("team_key").set(change).where("id", "=", id).execute();
    const overlapped = before.previous_until !== null && before.previous_until > at;
    return { key: { ...before, ...change }, ended: until === null || overlapped };
  });

/** Ends a key, which a restored backup does not bring back. @returns its team; undefined when there is no such key */
const end = (id: string, at: number, teamId?: number): Promise<number | undefined> =>
  transaction(async (trx) => {
    const ended = await trx
      .deleteFrom("team_key")
      .where("id", "=", id)
      .$if(teamId !== undefined, (key) => key.where("team_id", "=", teamId!))
      .returning("team_id")
      .executeTakeFirst();
    if (ended) await noteEnded(trx, at, "team_key", { id });
    return ended?.team_id;
  });

export const createTeamKeyStore = () => ({
  ...{ insert, rotate },
  count: (teamId: number, at: number): Promise<number> => countLive(teamId, at),

  /** Finds a key by its secret, or by the secret before its rotation, which expires when the overlap ends. */
  byHash: async (hash: string): Promise<FoundKey | undefined> =>
    (await findKey("key_hash", hash)) ?? (await findKey("previous_hash", hash)),

  /** A page of the team's keys that work at `at`, newest first. */
  page: (teamId: number, at: number, range: { after?: Cursor; limit: number }): Promise<Page<TeamKeyRow>> =>
    readPage(liveKeys(teamId, at), { by: ["k.created_at", "k.id"], direction: "desc" }, range),

  find: (teamId: number, id: string, at: number): Promise<TeamKeyRow | undefined> =>
    liveKeys(teamId, at).where("k.id", "=", id).executeTakeFirst(),

  /** Keys that a person created and that work at `at`, newest first, with the names of their teams. */
  createdBy: (userId: number, at: number, limit: number) =>
    query()
      .selectFrom("team_key as k")
      .innerJoin("team as t", "t.id", "k.team_id")
      .select(["k.id", "k.team_id", "k.name", "t.name as team_name"])
      .where("k.created_by", "=", userId)
      .where((eb) => eb.or([eb("k.expires_at", "is", null), eb("k.expires_at", ">", at)]))
      .orderBy("k.created_at", "desc")
      .limit(limit)
      .execute(),

  /** Ends a key of the team. @returns false when the team has no such key */
  revoke: async (teamId: number, id: string, at: number): Promise<boolean> => (await end(id, at, teamId)) !== undefined,
  end: (id: string, at: number): Promise<number | undefined> => end(id, at),

  touch: async (id: string, at: number, ip: string | null): Promise<void> =>
    void (await query()
      .updateTable("team_key")
      .set({ last_used_at: at, last_used_ip: ip })
      .where("id", "=", id)
      .execute()),

  /** Removes keys that expired before `at` (epoch ms). */
  sweep: async (at: number): Promise<void> =>
    void (await query().deleteFrom("team_key").where("expires_at", "<", at).execute()),
});

export type TeamKeyStore = ReturnType<typeof createTeamKeyStore>;
