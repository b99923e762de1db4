/** Removes a person's sessions and actions from a restored backup, because the account was deleted after the backup. */
import type { Queries } from "@/lib/core/db";

export async function eraseSessions(staged: Queries, userId: number): Promise<void> {
  for (const table of ["analytics_session", "analytics_user"] as const)
    await staged.deleteFrom(table).where("user_id", "=", userId).execute();
}
