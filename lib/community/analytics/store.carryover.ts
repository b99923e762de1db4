/** Removes the sessions and actions of a person from a restored backup: their account was deleted since. */
import type { Queries } from "@/lib/core/db";

export async function eraseSessions(staged: Queries, userId: number): Promise<void> {
  for (const table of ["analytics_session", "analytics_user"] as const)
    await staged.deleteFrom(table).where("user_id", "=", userId).execute();
}
