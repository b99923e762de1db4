/** The limit of bots that a key reaches by one tag, checked when a person or a team makes the key. */
import { AppError } from "@/lib/core/errors";
import { KEY_TAG_BOTS_MAX } from "./contract.constants";

/** Returns a tag that is on more bots of a person or a team than a key may reach by it; undefined for none. */
export type CrowdedTag = (ownerId: number, tags: readonly string[]) => Promise<string | undefined>;

/** @throws AppError CONFLICT  more bots have one of the tags than a key may reach by it */
export async function refuseCrowdedTag(
  crowdedTag: CrowdedTag,
  ownerId: number,
  tags: readonly string[] | null,
): Promise<void> {
  const crowded = tags ? await crowdedTag(ownerId, tags) : undefined;
  if (crowded !== undefined)
    throw new AppError(
      "CONFLICT",
      `A key reaches at most ${KEY_TAG_BOTS_MAX} bots by one tag, and more have the tag "${crowded}": choose a rarer tag`,
      { field: "tags" },
    );
}
