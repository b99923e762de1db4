/** Removes a person's tracked players from a restored backup, because the account was deleted after the backup. */
import type { Queries } from "@/lib/core/db";

export async function erasePlayers(staged: Queries, userId: number): Promise<void> {
  await staged.deleteFrom("tracked_player").where("user_id", "=", userId).execute();
}
