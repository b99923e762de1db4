/**
 * Removes old rows in slices, so that no other writer waits long. Every process may run it; each row is removed once.
 */
import { db } from "@/lib/core/db";

const SLICE = 2_000;
const DELIVERIES_MAX = 200_000;
const BROADCASTS_MAX = 500;

/** Removes rows that match, a slice at a time. */
async function prune(table: string, where: string, params: number[]): Promise<void> {
  for (;;) {
    const gone = await db().run(
      `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${table} WHERE ${where} LIMIT ${SLICE})`,
      params,
    );
    if (gone < SLICE) return;
  }
}

export function createRetentionStore() {
  return {
    /** Notifications made and deliveries finished before these instants (epoch ms), and what the counts do not allow. */
    async sweep(before: { notifications: number; deliveries: number }): Promise<void> {
      await prune("notification", "created_at < $1", [before.notifications]);
      await prune("delivery", "finished_at < $1", [before.deliveries]);
      for (const [table, max] of [
        ["delivery", DELIVERIES_MAX],
        ["broadcast", BROADCASTS_MAX],
      ] as const)
        await prune(
          table,
          `finished_at IS NOT NULL AND seq <= (SELECT seq FROM ${table} ORDER BY seq DESC LIMIT 1 OFFSET ${max})`,
          [],
        );
      // A process that died between the account's removal and its fact left these behind; inboxes end by age.
      for (const [table, column] of [
        ["push_device", "user_id"],
        ["notification_preference", "user_id"],
      ] as const)
        await db().run(`DELETE FROM ${table} WHERE ${column} NOT IN (SELECT id FROM "user")`);
    },
  };
}
