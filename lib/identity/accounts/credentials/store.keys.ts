/** API keys. A key is stored as its hash. */
import { iso, isoOrNull } from "@/lib/core/clock";
import { type Queries, query, type Row, transaction } from "@/lib/core/db";
import { lockUser } from "@/lib/identity/accounts/store.read";
import { toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";
import type { ApiKeyRow, KeyScope } from "./contract";
import { noteEnded } from "./store.ended";

type KeyRow = Row<"api_key">;
type NewKey = Omit<KeyRow, "last_used_at" | "revoked_at" | "scope"> & { scope: KeyScope };
type KeyTimes = Pick<KeyRow, "expires_at" | "revoked_at" | "last_used_at">;
type FoundKey = { key: KeyTimes & { key_id: string; scope: KeyScope }; user: UserRecord };

const scopeOf = (text: string): KeyScope => (text === "admin" || text === "operate" ? text : "read");
const toKey = (row: Omit<KeyRow, "user_id" | "key_hash" | "revoked_at">): ApiKeyRow => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scope: scopeOf(row.scope),
  created_at: iso(row.created_at),
  expires_at: isoOrNull(row.expires_at),
  last_used_at: isoOrNull(row.last_used_at),
});

const ofUser = USER.map((column) => `user.${column}` as const);

async function keyByHash(hash: string): Promise<FoundKey | null> {
  const row = await query()
    .selectFrom("api_key")
    .innerJoin("user", "user.id", "api_key.user_id")
    .select(["api_key.id as key_id", "api_key.scope", "api_key.expires_at", "api_key.revoked_at"])
    .select(["api_key.last_used_at", ...ofUser])
    .where("api_key.key_hash", "=", hash)
    .executeTakeFirst();
  if (!row) return null;
  const { key_id, scope, expires_at, revoked_at, last_used_at, ...user } = row;
  return { key: { key_id, scope: scopeOf(scope), expires_at, revoked_at, last_used_at }, user: toRecord(user) };
}

const liveKeys = (userId: number, at: number, queries: Queries = query()) =>
  queries
    .selectFrom("api_key")
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", at)]));

/** The user's keys that work at `at`, newest first. */
async function listKeys(userId: number, at: number): Promise<ApiKeyRow[]> {
  const rows = await liveKeys(userId, at).selectAll().orderBy("created_at", "desc").execute();
  return rows.map(toKey);
}

/** @returns null when the user has `max` live keys already, or is gone */
const insertKey = (key: NewKey, max: number): Promise<ApiKeyRow | null> =>
  transaction(async (trx) => {
    if (!(await lockUser(trx, key.user_id))) return null;
    const { keys } = await liveKeys(key.user_id, key.created_at, trx)
      .select((eb) => eb.fn.countAll<number>().as("keys"))
      .executeTakeFirstOrThrow();
    if (keys >= max) return null;
    return toKey(await trx.insertInto("api_key").values(key).returningAll().executeTakeFirstOrThrow());
  });

/** @returns false when the user has no such live key */
const revokeKey = (userId: number, id: string, at: number): Promise<boolean> =>
  transaction(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable("api_key")
      .set({ revoked_at: at })
      .where("id", "=", id)
      .where("user_id", "=", userId)
      .where("revoked_at", "is", null)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await noteEnded(trx, at, "key", { id });
    return numUpdatedRows > 0n;
  });

async function touchKey(id: string, at: number): Promise<void> {
  await query().updateTable("api_key").set({ last_used_at: at }).where("id", "=", id).execute();
}

export const keyStore = { keyByHash, listKeys, insertKey, revokeKey, touchKey };
