/** Deletes the schedules of deleted accounts, also from a backup that is being restored. */
import type { Queries } from "@/lib/core/db";

/** Deletes the schedules of a person whose account was deleted. */
export async function eraseSchedules(queries: Queries, userId: number): Promise<void> {
  await queries.deleteFrom("schedule").where("team_id", "=", userId).execute();
}
