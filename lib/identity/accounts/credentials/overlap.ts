/** How long the old secret of a rotated key goes on. */
import { invalid } from "@/lib/core/errors";
import { OVERLAP_DAYS_MAX } from "./contract.constants";

const DAY_MS = 86_400_000;

/**
 * The end of the old secret in epoch ms; null when it stops at once.
 *
 * @param until as clients send it
 * @throws AppError INVALID_INPUT  it has passed, or is too far away
 */
export function overlapEnd(until: string | undefined, at: number): number | null {
  const end = until === undefined ? null : Date.parse(until);
  if (end !== null && (end <= at || end > at + OVERLAP_DAYS_MAX * DAY_MS))
    throw invalid("old_secret_until", `must be a time within the next ${OVERLAP_DAYS_MAX} days`);
  return end;
}
