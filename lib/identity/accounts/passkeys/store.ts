/** Passkeys, and the challenges that were answered. */
import { type Queries, query, type Row, transaction } from "@/lib/core/db";
import { hasFactor, writeCodes } from "@/lib/identity/accounts/second-factor/store";
import { lockUser } from "@/lib/identity/accounts/store.read";
import { toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";

export type StoredPasskey = Row<"passkey">;

const ofUser = USER.map((column) => `user.${column}` as const);

/** The user's passkeys, newest first. */
const list = (userId: number, queries: Queries = query()): Promise<StoredPasskey[]> =>
  queries
    .selectFrom("passkey")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .execute();

/** Returns a passkey and its owner. */
async function byCredential(credentialId: string): Promise<{ passkey: StoredPasskey; user: UserRecord } | null> {
  const passkey = await query()
    .selectFrom("passkey")
    .selectAll()
    .where("credential_id", "=", credentialId)
    .executeTakeFirst();
  if (!passkey) return null;
  const user = await query().selectFrom("user").select(ofUser).where("id", "=", passkey.user_id).executeTakeFirst();
  return user ? { passkey, user: toRecord(user) } : null;
}

/**
 * Stores a passkey, and the recovery codes if it is the user's first second factor.
 *
 * @returns "first" or "added"; "full" with `max` passkeys or for a user who is gone, "known" for a key that is stored already
 */
const add = (passkey: StoredPasskey, codes: string[], max: number): Promise<"first" | "added" | "full" | "known"> =>
  transaction(async (trx) => {
    const { user_id } = passkey;
    if (!(await lockUser(trx, user_id))) return "full";
    if ((await list(user_id, trx)).length >= max) return "full";
    const isFirst = !(await hasFactor(user_id, trx));
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto("passkey")
      .values(passkey)
      .onConflict((known) => known.doNothing())
      .executeTakeFirst();
    if ((numInsertedOrUpdatedRows ?? 0n) === 0n) return "known";
    if (isFirst) await writeCodes(trx, user_id, codes);
    return isFirst ? "first" : "added";
  });

const rename = (userId: number, id: string, name: string): Promise<StoredPasskey | undefined> =>
  query()
    .updateTable("passkey")
    .set({ name })
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .returningAll()
    .executeTakeFirst();

/** Removes a passkey, and the recovery codes with the user's last second factor. @returns its name, or why it stays */
const remove = (
  userId: number,
  id: string,
  acceptsPasswords: boolean,
): Promise<{ name: string } | "none" | "only-way"> =>
  transaction(async (trx) => {
    await lockUser(trx, userId);
    const passkeys = await list(userId, trx);
    const passkey = passkeys.find((one) => one.id === id);
    if (!passkey) return "none";
    if (passkeys.length === 1 && !(await hasOtherWay(trx, userId, acceptsPasswords))) return "only-way";
    await trx.deleteFrom("passkey").where("id", "=", id).execute();
    if (!(await hasFactor(userId, trx))) await writeCodes(trx, userId, []);
    return { name: passkey.name };
  });

/** Returns whether the user can sign in without a passkey. */
async function hasOtherWay(trx: Queries, userId: number, acceptsPasswords: boolean): Promise<boolean> {
  const password = trx.selectFrom("user").select("id").where("id", "=", userId).where("password_hash", "is not", null);
  const linked = trx.selectFrom("account").select("id").where("user_id", "=", userId).limit(1);
  if (acceptsPasswords && (await password.executeTakeFirst())) return true;
  return (await linked.executeTakeFirst()) !== undefined;
}

/**
 * Notes a use. An authenticator that counts must count up, which also decides between two uses at once.
 *
 * @returns false when the passkey was removed, or a use with this count or a later one was noted already
 */
async function use(id: string, seen: { counter: number; is_synced: number }, at: number): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("passkey")
    .set({ ...seen, last_used_at: at })
    .where("id", "=", id)
    .$if(seen.counter > 0, (all) => all.where("counter", "<", seen.counter))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** @returns false when the challenge was spent already */
async function spend(hash: string, expires: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await query()
    .insertInto("spent_challenge")
    .values({ hash, expires })
    .onConflict((spent) => spent.doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

async function sweep(at: number): Promise<void> {
  await query().deleteFrom("spent_challenge").where("expires", "<=", at).execute();
}

export const createPasskeyStore = () => ({
  ...{ list: (userId: number) => list(userId), byCredential, add, rename, remove, use, spend, sweep },
});

export type PasskeyStore = ReturnType<typeof createPasskeyStore>;
