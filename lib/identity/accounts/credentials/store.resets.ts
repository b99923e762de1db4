/** Tokens of reset links. A token is stored as its hash. */
import { query, type Row, transaction } from "@/lib/core/db";
import { lockUser } from "@/lib/identity/accounts/store.read";
import { toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";

type NewReset = Omit<Row<"password_reset">, "used_at">;

/** @returns false when `max` reset links were made for the user since `since` */
const insertReset = (reset: NewReset, limit: { max: number; since: number }): Promise<boolean> =>
  transaction(async (trx) => {
    if (!(await lockUser(trx, reset.user_id))) return false;
    const { resets } = await trx
      .selectFrom("password_reset")
      .select((eb) => eb.fn.countAll<number>().as("resets"))
      .where("user_id", "=", reset.user_id)
      .where("created_at", ">", limit.since)
      .executeTakeFirstOrThrow();
    if (resets >= limit.max) return false;
    await trx.insertInto("password_reset").values(reset).execute();
    return true;
  });

/**
 * Returns the user whose password a reset token sets; null when the token is unknown, used or expired, or the user is
 * deactivated.
 */
async function resetOwner(tokenHash: string, at: number): Promise<UserRecord | null> {
  const row = await query()
    .selectFrom("password_reset")
    .innerJoin("user", "user.id", "password_reset.user_id")
    .select(USER.map((column) => `user.${column}` as const))
    .where("token_hash", "=", tokenHash)
    .where("used_at", "is", null)
    .where("expires_at", ">", at)
    .where("is_active", "=", 1)
    .executeTakeFirst();
  return row ? toRecord(row) : null;
}

/** Spends a reset token. Of two simultaneous uses, one gets the user's id and the other null. */
async function takeReset(tokenHash: string, at: number): Promise<number | null> {
  const taken = await query()
    .updateTable("password_reset")
    .set({ used_at: at })
    .where("token_hash", "=", tokenHash)
    .where("used_at", "is", null)
    .where("expires_at", ">", at)
    .where("user_id", "in", (eb) => eb.selectFrom("user").select("user.id").where("user.is_active", "=", 1))
    .returning("user_id")
    .executeTakeFirst();
  return taken?.user_id ?? null;
}

export const resetStore = { insertReset, resetOwner, takeReset };
