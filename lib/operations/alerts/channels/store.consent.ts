/** Keeps channels from being used to spam others: limits test messages, and records that a mailbox's owner agreed. */
import { db } from "@/lib/core/db";

const HOUR_MS = 3_600_000;

export function createConsentStore() {
  return {
    /**
     * Counts a test message to a channel and its address.
     *
     * @returns when the next one may be sent, if either had `max` within the hour; nothing is counted then
     */
    async countTest(channelId: string, addressHash: string, at: number, max: number): Promise<number | undefined> {
      return db().write(async (tx) => {
        if (tx.provider === "postgresql")
          await tx.all("SELECT pg_advisory_xact_lock(hashtext($1))", [`channel test:${addressHash}`]);
        await tx.run("DELETE FROM alert_channel_test WHERE at <= $1", [at - HOUR_MS]);
        for (const [column, value] of [
          ["channel_id", channelId],
          ["address_hash", addressHash],
        ] as const) {
          const rows = await tx.all<{ at: number }>(
            `SELECT at FROM alert_channel_test WHERE ${column} = $1 ORDER BY at DESC LIMIT 1 OFFSET ${max - 1}`,
            [value],
          );
          if (rows[0]) return rows[0].at + HOUR_MS;
        }
        await tx.run("INSERT INTO alert_channel_test (channel_id, address_hash, at) VALUES ($1, $2, $3)", [
          ...[channelId, addressHash, at],
        ]);
        return undefined;
      });
    },

    /** Remembers the token of the newest confirmation link; older ones are of no use any more. */
    async setConfirmHash(id: string, hash: string): Promise<void> {
      await db().run("UPDATE alert_channel SET confirm_hash = $2 WHERE id = $1 AND confirmed_at IS NULL", [id, hash]);
    },

    /** @returns false when no channel waits for this token */
    async confirm(hash: string, at: number): Promise<boolean> {
      const sql = "UPDATE alert_channel SET confirmed_at = $2, confirm_hash = NULL WHERE confirm_hash = $1";
      return (await db().run(sql, [hash, at])) > 0;
    },
  };
}

export type ConsentStore = ReturnType<typeof createConsentStore>;
