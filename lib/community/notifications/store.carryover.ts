/**
 * Removes a person's notifications, devices and queued messages from a restored backup, because the account was deleted
 * after the backup.
 */
import type { Queries } from "@/lib/core/db";

export async function eraseNotifications(staged: Queries, userId: number): Promise<void> {
  for (const table of ["notification", "notification_preference", "push_device", "delivery"] as const)
    await staged.deleteFrom(table).where("user_id", "=", userId).execute();
}
