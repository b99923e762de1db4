/** Changes of address that wait for their link. Only hashes of the links' tokens are stored. */
import { lockName, type Queries, query, type Row, transaction } from "@/lib/core/db";
import { noteProved } from "@/lib/identity/accounts/sign-in/record";
import { isFreeAddress } from "@/lib/identity/accounts/store.changes";
import { findUser, lockUser } from "@/lib/identity/accounts/store.read";
import { toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";

type NewChange = Omit<Row<"email_change">, "ended_at">;
export type StoredChange = Pick<NewChange, "email" | "created_at" | "expires_at">;
/** A change that took place, with the address before it. */
type Moved = { user: UserRecord; before: UserRecord };

/** Ends the changes of a user that still wait. @returns whether there was one */
async function endChanges(trx: Queries, userId: number, at: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable("email_change")
    .set({ ended_at: at })
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where("expires_at", ">", at)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Stores a change in place of one that waits. @returns false when `max` were begun since `since`, or the user is gone */
const begin = (change: NewChange, limit: { max: number; since: number }): Promise<boolean> =>
  transaction(async (trx) => {
    if (!(await lockUser(trx, change.user_id))) return false;
    const { changes } = await trx
      .selectFrom("email_change")
      .select((eb) => eb.fn.countAll<number>().as("changes"))
      .where("user_id", "=", change.user_id)
      .where("created_at", ">", limit.since)
      .executeTakeFirstOrThrow();
    if (changes >= limit.max) return false;
    await endChanges(trx, change.user_id, change.created_at);
    await trx
      .insertInto("email_change")
      .values({ ...change, ended_at: null })
      .execute();
    return true;
  });

async function pending(userId: number, at: number): Promise<StoredChange | null> {
  const change = await query()
    .selectFrom("email_change")
    .select(["email", "created_at", "expires_at"])
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where("expires_at", ">", at)
    .executeTakeFirst();
  return change ?? null;
}

const cancel = (userId: number, at: number): Promise<boolean> => transaction((trx) => endChanges(trx, userId, at));

/**
 * Gives the account its new address, and ends links that were mailed to the old one. Of two simultaneous uses of a link,
 * one succeeds.
 *
 * @returns null when the link is unknown, used, cancelled or expired, "taken" when another account has the address
 */
const confirm = (tokenHash: string, at: number): Promise<Moved | "taken" | null> =>
  transaction(async (trx) => {
    const known = trx.selectFrom("email_change").select("user_id").where("token_hash", "=", tokenHash);
    const owner = await known.executeTakeFirst();
    if (!owner || !(await lockUser(trx, owner.user_id))) return null;
    const before = await findUser(owner.user_id, trx);
    if (!before?.is_active) return null;
    const change = await trx
      .updateTable("email_change")
      .set({ ended_at: at })
      .where("token_hash", "=", tokenHash)
      .where("ended_at", "is", null)
      .where("expires_at", ">", at)
      .returning("email")
      .executeTakeFirst();
    if (!change) return null;
    await lockName(trx, "accounts:names");
    if (!(await isFreeAddress(trx, change.email, { at, own: before.id }))) return "taken";
    const after = await moveTo(trx, before.id, change.email, at);
    for (const table of ["email_verification", "password_reset"] as const)
      await trx.deleteFrom(table).where("user_id", "=", before.id).execute();
    noteProved(after);
    return { user: after, before };
  });

/** Sets the address of an account, whose owner has just proved that it is theirs. */
export async function moveTo(trx: Queries, id: number, email: string, at: number): Promise<UserRecord> {
  const moved = await trx
    .updateTable("user")
    .set((eb) => ({ email, email_verified: at, version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .returning(USER)
    .executeTakeFirstOrThrow();
  return toRecord(moved);
}

async function sweep(at: number): Promise<void> {
  await query().deleteFrom("email_change").where("expires_at", "<=", at).execute();
}

export const createAddressStore = () => ({ begin, pending, cancel, confirm, sweep });

export type AddressStore = ReturnType<typeof createAddressStore>;
