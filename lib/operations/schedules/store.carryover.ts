/** Keeps schedules of deleted accounts from coming back with a restored backup. */
import type { Queries } from "@/lib/core/db";

/** Deletes the schedules of a person whose account was deleted. */
export async function eraseSchedules(staged: Queries, userId: number): Promise<void> {
  await staged.deleteFrom("schedule").where("team_id", "=", userId).execute();
}
