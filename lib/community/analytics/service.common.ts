/** Rules that services of analytics share. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { Collector } from "./collector";
import type { AnalyticsStore } from "./store";
import type { AnalyticsReader } from "./store.read";

export type Deps = {
  store: AnalyticsStore;
  reader: AnalyticsReader;
  collector: Collector;
  now: Clock;
  /** Ends a sign-in of any user. */
  signOut: (actor: Actor, loginId: string) => Promise<void>;
};

/** @throws AppError UNAUTHORIZED, FORBIDDEN for all but staff */
export function asStaff(actor: Actor): UserActor {
  const user = asUser(actor);
  if (user.role === "user") throw new AppError("FORBIDDEN", "Only staff may read analytics");
  return user;
}
