/** How long sessions last (settings: security). */
import type { Sections } from "@/lib/core/settings/contract";

export type SessionLimits = Pick<Sections["security"], "session_idle_hours" | "session_max_days">;

const HOUR_MS = 3_600_000;

/** When a session ends, unless it is used before its idle time is over. */
export const endOf = (
  { expires, signed_in_at, last_seen_at }: { expires: number; signed_in_at: number; last_seen_at: number },
  { session_idle_hours: idle, session_max_days: days }: SessionLimits,
): number =>
  Math.min(
    expires,
    signed_in_at + days * 24 * HOUR_MS,
    idle > 0 ? last_seen_at + idle * HOUR_MS : Number.POSITIVE_INFINITY,
  );
