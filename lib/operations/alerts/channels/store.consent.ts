/** Keeps channels from being used to spam others: limits test messages, and records that a mailbox's owner agreed. */
import { lockName, query, transaction } from "@/lib/core/db";

const HOUR_MS = 3_600_000;

/**
 * Counts a test message to a channel and its address.
 *
 * @returns when the next test may be sent, if either already had `max` within the hour; nothing is counted then
 */
const countTest = (channelId: string, addressHash: string, at: number, max: number): Promise<number | undefined> =>
  transaction(async (trx) => {
    await lockName(trx, `channel test:${addressHash}`);
    await trx
      .deleteFrom("alert_channel_test")
      .where("at", "<=", at - HOUR_MS)
      .execute();
    const test = { channel_id: channelId, address_hash: addressHash };
    for (const column of ["channel_id", "address_hash"] as const) {
      const last = await trx
        .selectFrom("alert_channel_test")
        .select("at")
        .where(column, "=", test[column])
        .orderBy("at", "desc")
        .limit(1)
        .offset(max - 1)
        .executeTakeFirst();
      if (last) return last.at + HOUR_MS;
    }
    await trx
      .insertInto("alert_channel_test")
      .values({ ...test, at })
      .execute();
    return undefined;
  });

/** Stores the token of the newest confirmation link, which makes older links invalid. */
async function setConfirmHash(id: string, hash: string): Promise<void> {
  await query()
    .updateTable("alert_channel")
    .set({ confirm_hash: hash })
    .where("id", "=", id)
    .where("confirmed_at", "is", null)
    .execute();
}

/** @returns false when no channel waits for this token */
async function confirm(hash: string, at: number): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("alert_channel")
    .set({ confirmed_at: at, confirm_hash: null })
    .where("confirm_hash", "=", hash)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export const createConsentStore = () => ({ countTest, setConfirmHash, confirm });

export type ConsentStore = ReturnType<typeof createConsentStore>;
