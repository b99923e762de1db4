/** Removes what a person left in the community from a restored backup, because the account was deleted after the backup. */
import type { Queries } from "@/lib/core/db";

export async function eraseSocial(staged: Queries, userId: number): Promise<void> {
  for (const table of [
    "post_like",
    "social_post",
    "meme_vote",
    "social_meme",
    "experience",
    "level_up",
    "app_error",
  ] as const)
    await staged.deleteFrom(table).where("user_id", "=", userId).execute();
}
