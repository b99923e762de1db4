/** Links that prove an email address, and accounts that wait for one. Only hashes of the links' tokens are stored. */
import { query, type Row, transaction } from "@/lib/core/db";
import { noteTried } from "@/lib/identity/accounts/sign-in/record";
import { insertUser } from "@/lib/identity/accounts/store.changes";
import { lockUser } from "@/lib/identity/accounts/store.read";
import { Taken, toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";

type NewVerification = Row<"email_verification">;
export type NewPending = Row<"pending_account">;

/** @returns false when `max` links were made for the user since `since` */
const insert = (link: NewVerification, limit: { max: number; since: number }): Promise<boolean> =>
  transaction(async (trx) => {
    if (!(await lockUser(trx, link.user_id))) return false;
    const { links } = await trx
      .selectFrom("email_verification")
      .select((eb) => eb.fn.countAll<number>().as("links"))
      .where("user_id", "=", link.user_id)
      .where("created_at", ">", limit.since)
      .executeTakeFirstOrThrow();
    if (links >= limit.max) return false;
    await trx.insertInto("email_verification").values(link).execute();
    return true;
  });

async function insertPending(pending: NewPending): Promise<void> {
  await query().insertInto("pending_account").values(pending).execute();
}

/**
 * Spends a link; of two simultaneous uses, only one succeeds. The address is verified only if it is still the
 * account's.
 *
 * @returns null when the link is unknown, used, expired, or of another address
 */
const spend = (tokenHash: string, at: number): Promise<UserRecord | null> =>
  transaction(async (trx) => {
    const known = trx.selectFrom("email_verification").select("user_id").where("token_hash", "=", tokenHash);
    const owner = await known.executeTakeFirst();
    // Lock the user first, as everywhere: deleting the account locks it before its links, and another order could
    // deadlock.
    if (!owner || !(await lockUser(trx, owner.user_id))) return null;
    const link = await trx
      .deleteFrom("email_verification")
      .where("token_hash", "=", tokenHash)
      .where("expires_at", ">", at)
      .returning(["user_id", "email"])
      .executeTakeFirst();
    if (!link) return null;
    const user = await trx
      .updateTable("user")
      .set({ email_verified: at })
      .where("id", "=", link.user_id)
      .where("email", "=", link.email)
      .returning(USER)
      .executeTakeFirst();
    if (!user) return null;
    await trx.deleteFrom("email_verification").where("user_id", "=", user.id).execute();
    const verified = toRecord(user);
    noteTried(verified);
    return verified;
  });

/**
 * Makes the account that waited for this link.
 *
 * @returns null when the link is unknown, used or expired, or the address has an account by now
 * @throws Taken when somebody else has the username by now
 */
const spendPending = (tokenHash: string, at: number): Promise<UserRecord | null> =>
  transaction(async (trx) => {
    const pending = await trx
      .deleteFrom("pending_account")
      .where("token_hash", "=", tokenHash)
      .where("expires_at", ">", at)
      .returning(["username", "email", "fullname", "password_hash"])
      .executeTakeFirst();
    if (!pending) return null;
    try {
      const user = await insertUser(trx, { ...pending, role: "user", created_at: at, email_verified: at });
      await trx.deleteFrom("pending_account").where("email", "=", pending.email).execute();
      return user;
    } catch (error) {
      if (error instanceof Taken && error.field === "email") return null;
      throw error;
    }
  });

async function sweep(at: number): Promise<void> {
  for (const table of ["email_verification", "pending_account"] as const)
    await query().deleteFrom(table).where("expires_at", "<=", at).execute();
}

export const createVerificationStore = () => ({ insert, insertPending, spend, spendPending, sweep });

export type VerificationStore = ReturnType<typeof createVerificationStore>;
