/** Deletes the schedules of deleted accounts, also from a backup that is being restored. */
import type { Queries } from "@/lib/core/db";
import { ownedRows } from "@/lib/identity/teams";

/** Deletes the schedules of a person whose account was deleted. */
export const eraseSchedules = (queries: Queries, userId: number): Promise<void> =>
  ownedRows("schedule").erase(queries, userId);
