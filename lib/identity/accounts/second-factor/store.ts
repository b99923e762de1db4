/** Authenticator secrets, sealed with the server's key, and hashes of recovery codes. */
import { type Queries, query, type Row, transaction } from "@/lib/core/db";
import { lockUser } from "@/lib/identity/accounts/store.read";

type StoredFactor = Omit<Row<"second_factor">, "user_id">;

async function find(userId: number): Promise<StoredFactor | null> {
  const row = await query()
    .selectFrom("second_factor")
    .select(["secret", "last_step", "created_at", "confirmed_at"])
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Stores a secret that is not confirmed yet, in place of an earlier one.
 *
 * @returns false when the user has a confirmed one, or is gone
 */
const begin = (userId: number, secret: string, at: number): Promise<boolean> =>
  transaction(async (trx) => {
    if (!(await lockUser(trx, userId))) return false;
    await trx.deleteFrom("second_factor").where("user_id", "=", userId).where("confirmed_at", "is", null).execute();
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto("second_factor")
      .values({ user_id: userId, secret, last_step: 0, created_at: at, confirmed_at: null })
      .onConflict((known) => known.doNothing())
      .executeTakeFirst();
    return (numInsertedOrUpdatedRows ?? 0n) > 0n;
  });

/** Returns whether the user has an authenticator app or a passkey. */
export async function hasFactor(userId: number, trx: Queries): Promise<boolean> {
  const app = trx
    .selectFrom("second_factor")
    .select("user_id")
    .where("user_id", "=", userId)
    .where("confirmed_at", "is not", null);
  const passkey = trx.selectFrom("passkey").select("user_id").where("user_id", "=", userId).limit(1);
  return Boolean((await app.executeTakeFirst()) ?? (await passkey.executeTakeFirst()));
}

async function countPasskeys(userId: number): Promise<number> {
  const { passkeys } = await query()
    .selectFrom("passkey")
    .select((eb) => eb.fn.countAll<number>().as("passkeys"))
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return passkeys;
}

/** Replaces the recovery codes of a user, by none if `hashes` is empty. */
export async function writeCodes(trx: Queries, userId: number, hashes: string[]): Promise<void> {
  await trx.deleteFrom("recovery_code").where("user_id", "=", userId).execute();
  if (hashes.length === 0) return;
  await trx
    .insertInto("recovery_code")
    .values(hashes.map((code_hash) => ({ user_id: userId, code_hash })))
    .execute();
}

/**
 * Turns the factor on and stores its recovery codes.
 *
 * @param step  the time step of the code that was entered
 * @returns false when the secret was replaced, confirmed or removed meanwhile
 */
const confirm = (userId: number, secret: string, step: number, hashes: string[], at: number): Promise<boolean> =>
  transaction(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable("second_factor")
      .set({ confirmed_at: at, last_step: step })
      .where("user_id", "=", userId)
      .where("secret", "=", secret)
      .where("confirmed_at", "is", null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await writeCodes(trx, userId, hashes);
    return true;
  });

/** Marks the code of a time step as used. @returns false when it, or a later one, was used already */
async function spendStep(userId: number, step: number): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("second_factor")
    .set({ last_step: step })
    .where("user_id", "=", userId)
    .where("last_step", "<", step)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Spends a recovery code. @returns false when it is not one of the user's, or was used already */
async function spendCode(userId: number, hash: string): Promise<boolean> {
  const { numDeletedRows } = await query()
    .deleteFrom("recovery_code")
    .where("user_id", "=", userId)
    .where("code_hash", "=", hash)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

async function countCodes(userId: number): Promise<number> {
  const { codes } = await query()
    .selectFrom("recovery_code")
    .select((eb) => eb.fn.countAll<number>().as("codes"))
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return codes;
}

/** @returns false when the user has no second factor */
const replaceCodes = (userId: number, hashes: string[]): Promise<boolean> =>
  transaction(async (trx) => {
    await lockUser(trx, userId);
    if (!(await hasFactor(userId, trx))) return false;
    await writeCodes(trx, userId, hashes);
    return true;
  });

/** Removes the authenticator app, and the recovery codes unless passkeys are left. @returns false when there is none */
const remove = (userId: number): Promise<boolean> =>
  transaction(async (trx) => {
    await lockUser(trx, userId);
    const removed = await trx
      .deleteFrom("second_factor")
      .where("user_id", "=", userId)
      .where("confirmed_at", "is not", null)
      .executeTakeFirst();
    if (removed.numDeletedRows === 0n) return false;
    if (!(await hasFactor(userId, trx))) await writeCodes(trx, userId, []);
    return true;
  });

/** Removes every second factor and ends the user's sessions. @returns false when there is none */
const reset = (userId: number): Promise<boolean> =>
  transaction(async (trx) => {
    await lockUser(trx, userId);
    if (!(await hasFactor(userId, trx))) return false;
    for (const table of ["second_factor", "passkey", "recovery_code", "session"] as const)
      await trx.deleteFrom(table).where("user_id", "=", userId).execute();
    return true;
  });

export const createSecondFactorStore = () => ({
  ...{ find, begin, confirm, spendStep, spendCode, countCodes, countPasskeys, replaceCodes, remove, reset },
});

export type SecondFactorStore = ReturnType<typeof createSecondFactorStore>;
