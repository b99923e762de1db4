/** Removes the players that a person tracks from a restored backup: their account was deleted since. */
import type { Queries } from "@/lib/core/db";

export async function erasePlayers(staged: Queries, userId: number): Promise<void> {
  await staged.deleteFrom("tracked_player").where("user_id", "=", userId).execute();
}
