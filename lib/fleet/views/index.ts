/** Saved views of the list of bots: store and service wired together, one of each per process. */
import { bus } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { QuotasRoom } from "@/lib/identity/quotas";
import { createViewService } from "./service";
import { createViewStore } from "./store";

const SWEEP_MS = 3_600_000;

/** Builds the room. Call once per process. */
export function createViews({ quotas }: Pick<QuotasRoom, "quotas">) {
  const store = createViewStore();
  quotas.measure("saved_views", store.count);
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote) void store.removeOf(user_id).catch((err) => logger.warn({ err }, "views could not be removed"));
  });
  return {
    views: createViewService({ store, quotas, now, newId }),
    viewJobs: background([jobs.every({ name: "views.sweep", interval: SWEEP_MS, isLed: true, run: store.sweep })]),
  };
}

export { eraseViews } from "./store";
