/** Removes the notifications, devices and messages under way of a person from a restored backup: their account was deleted since. */
import type { Queries } from "@/lib/core/db";

export async function eraseNotifications(staged: Queries, userId: number): Promise<void> {
  for (const table of ["notification", "notification_preference", "push_device", "delivery"] as const)
    await staged.deleteFrom(table).where("user_id", "=", userId).execute();
}
