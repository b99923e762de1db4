/** API keys. A key's secret is stored as its hash. */

import { describeAct } from "@/lib/core/acts";
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Area } from "@/lib/core/contract.areas";
import { type Queries, query, type Row, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { lockUser } from "@/lib/identity/accounts/store.read";
import { toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";
import type { ApiKeyRow, KeyScope } from "./contract.keys";
import { noteEnded } from "./store.ended";

type KeyRow = Row<"api_key">;
type Unset = "last_used_at" | "last_used_ip" | "revoked_at" | "rotated_at" | "previous_hash" | "previous_until";
/** The rights that the key's owner chose. */
export type KeyChoice = {
  scope: KeyScope;
  scopes: readonly Area[] | null;
  bots: readonly string[] | null;
  tags: readonly string[] | null;
  ip_ranges: readonly string[] | null;
};
type Limits = "scope" | "areas" | "bots" | "tags" | "ip_ranges";
type NewKey = Omit<KeyRow, Unset | Limits> & KeyChoice;
type KeyTimes = Pick<KeyRow, "expires_at" | "revoked_at" | "last_used_at">;
type FoundKey = { key: KeyTimes & KeyChoice & { key_id: string }; user: UserRecord };

const scopeOf = (text: string): KeyScope => (text === "admin" || text === "operate" ? text : "read");
const listed = (text: string | null) => text?.split(" ") ?? null;
const choiceOf = ({ scope, areas, bots, tags, ip_ranges }: Pick<KeyRow, Limits>): KeyChoice => ({
  scope: scopeOf(scope),
  scopes: listed(areas) as Area[] | null,
  bots: bots === null ? null : readJson<string[]>(bots),
  tags: tags === null ? null : readJson<string[]>(tags),
  ip_ranges: listed(ip_ranges),
});
const toKey = (row: Omit<KeyRow, "user_id" | "key_hash" | "revoked_at">): ApiKeyRow => {
  const { scope, scopes, bots, tags, ip_ranges } = choiceOf(row);
  return {
    ...{ id: row.id, name: row.name, prefix: row.prefix, scope },
    ...{ scopes: scopes && [...scopes], bots: bots && [...bots], tags: tags && [...tags] },
    ip_ranges: ip_ranges && [...ip_ranges],
    created_at: iso(row.created_at),
    expires_at: isoOrNull(row.expires_at),
    last_used_at: isoOrNull(row.last_used_at),
    last_used_ip: row.last_used_ip,
    rotated_at: isoOrNull(row.rotated_at),
    old_secret_until: isoOrNull(row.previous_until),
  };
};

const ofUser = USER.map((column) => `user.${column}` as const);

async function findKey(by: "key_hash" | "previous_hash", hash: string): Promise<FoundKey | null> {
  const row = await query()
    .selectFrom("api_key")
    .innerJoin("user", "user.id", "api_key.user_id")
    .select(["api_key.id as key_id", "api_key.expires_at", "api_key.revoked_at", "api_key.last_used_at"])
    .select(["api_key.scope", "api_key.areas", "api_key.bots", "api_key.tags", "api_key.ip_ranges"])
    .select("api_key.previous_until")
    .select(ofUser)
    .where(`api_key.${by}`, "=", hash)
    .executeTakeFirst();
  if (!row) return null;
  const { key_id, expires_at, revoked_at, last_used_at, previous_until, ...rest } = row;
  const { scope, areas, bots, tags, ip_ranges, ...user } = rest;
  const end = by === "key_hash" ? expires_at : Math.min(previous_until ?? 0, expires_at ?? Number.POSITIVE_INFINITY);
  const key = {
    key_id,
    expires_at: end,
    revoked_at,
    last_used_at,
    ...choiceOf({ scope, areas, bots, tags, ip_ranges }),
  };
  return { key, user: toRecord(user) };
}

/** Finds a key by its secret, or by the secret before its rotation, which expires when the overlap ends. */
const keyByHash = async (hash: string): Promise<FoundKey | null> =>
  (await findKey("key_hash", hash)) ?? (await findKey("previous_hash", hash));

const liveKeys = (userId: number, at: number, queries: Queries = query()) =>
  queries
    .selectFrom("api_key")
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", at)]));

/** Counts the user's keys that work at `at`. */
async function countKeys(userId: number, at: number, queries?: Queries): Promise<number> {
  const { keys } = await liveKeys(userId, at, queries)
    .select((eb) => eb.fn.countAll<number>().as("keys"))
    .executeTakeFirstOrThrow();
  return Number(keys);
}

/** The user's keys that work at `at`, newest first. */
async function listKeys(userId: number, at: number): Promise<ApiKeyRow[]> {
  const rows = await liveKeys(userId, at).selectAll().orderBy("created_at", "desc").execute();
  return rows.map((row) => toKey({ ...row, previous_until: stillOpen(row.previous_until, at) }));
}

const stillOpen = (until: number | null, at: number) => (until !== null && until > at ? until : null);

/** @returns null when the user has `max` live keys already, or is gone */
const insertKey = ({ scopes, bots, tags, ip_ranges, ...key }: NewKey, max: number): Promise<ApiKeyRow | null> =>
  transaction(async (trx) => {
    if (!(await lockUser(trx, key.user_id))) return null;
    if ((await countKeys(key.user_id, key.created_at, trx)) >= max) return null;
    const limits = {
      areas: scopes?.join(" ") ?? null,
      bots: bots && JSON.stringify(bots),
      tags: tags && JSON.stringify(tags),
      ip_ranges: ip_ranges?.join(" ") ?? null,
    };
    const row = await trx
      .insertInto("api_key")
      .values({ ...key, ...limits })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toKey(row);
  });

type Rotation = { id: string; user_id: number; key_hash: string; prefix: string; at: number; until: number | null };

/**
 * Gives a live key another secret; the one before works until `until`.
 *
 * @returns the key, and whether an old secret stopped working with it; null when the user has no such live key
 */
const rotateKey = ({
  id,
  user_id,
  at,
  until,
  ...secret
}: Rotation): Promise<{ key: ApiKeyRow; ended: boolean } | null> =>
  transaction(async (trx) => {
    if (!(await lockUser(trx, user_id))) return null;
    const before = await liveKeys(user_id, at, trx).selectAll().where("id", "=", id).executeTakeFirst();
    if (!before) return null;
    const old_secret_until = until === null ? null : iso(until);
    describeAct({ target: { type: "api_key", id, name: before.name }, after: { old_secret_until } });
    const previous = { previous_hash: until === null ? null : before.key_hash, previous_until: until };
    const row = await trx
      .updateTable("api_key")
      .set({ ...secret, ...previous, rotated_at: at })
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { key: toKey(row), ended: until === null || stillOpen(before.previous_until, at) !== null };
  });

/** @returns false when the user has no such live key */
const revokeKey = (userId: number, id: string, at: number): Promise<boolean> =>
  transaction(async (trx) => {
    const revoked = await trx
      .updateTable("api_key")
      .set({ revoked_at: at })
      .where("id", "=", id)
      .where("user_id", "=", userId)
      .where("revoked_at", "is", null)
      .returning(["name", "scope"])
      .executeTakeFirst();
    if (!revoked) return false;
    describeAct({ target: { type: "api_key", id, name: revoked.name }, before: { scope: revoked.scope } });
    await noteEnded(trx, at, "key", { id });
    return true;
  });

async function touchKey(id: string, at: number, ip: string | null): Promise<void> {
  await query().updateTable("api_key").set({ last_used_at: at, last_used_ip: ip }).where("id", "=", id).execute();
}

export const keyStore = { keyByHash, listKeys, countKeys, insertKey, rotateKey, revokeKey, touchKey };
