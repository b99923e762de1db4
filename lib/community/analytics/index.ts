/** Analytics: service, stores, collector and chores wired together, one of each per process. */

import { bus } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { AccountsRoom } from "@/lib/identity/accounts";

import { createCollector } from "./collector";
import { scheduleAnalyticsJobs } from "./jobs";
import { createAnalyticsService } from "./service";
import { createAnalyticsStore } from "./store";
import { createAnalyticsReader } from "./store.read";

/** Builds the room. Call once per process. */
export function createAnalytics({ accounts }: Pick<AccountsRoom, "accounts">) {
  const onError = (error: unknown) =>
    logger.warn({ err: error }, "analytics: a background chore failed; it runs again");
  const store = createAnalyticsStore(() => newId("sess"));
  const collector = createCollector({ store, now, onError });
  const service = createAnalyticsService({
    store,
    reader: createAnalyticsReader(),
    collector,
    now,
    signOut: (actor, loginId) => accounts.endSession(actor, loginId),
  });
  const chores = scheduleAnalyticsJobs(jobs, { store, collector, now });
  // Note the client before the handler runs, because actions that the handler tracks are counted under it.
  bus.on("request.admitted", ({ actor, header }) => service.seen(actor, header));
  bus.on("request.served", ({ actor, method, pattern }) => service.acted(actor, method, pattern));
  bus.on("access.revoked", (ended, { remote }) => {
    collector.forget(ended);
    // Flush first: figures that this process still holds belong to the ending session.
    void collector
      .flush()
      .then(() => (remote ? undefined : store.endOf(ended)))
      .catch(onError);
  });
  return { analytics: service, analyticsJobs: background(chores, { stop: collector.flush }) };
}

export type AnalyticsRoom = ReturnType<typeof createAnalytics>;
export { eraseSessions } from "./store.carryover";
