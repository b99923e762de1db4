/** Quotas: store, limits and service wired together, one of each per process. */
import { background, jobs } from "@/lib/core/jobs";
import { createLimits, type LimitDeps } from "./limits";
import { createQuotaService } from "./service";
import { createQuotaStore } from "./store";

const SWEEP_MS = 3_600_000;

type Deps = Pick<LimitDeps, "section"> & Pick<Parameters<typeof createQuotaService>[0], "teamName">;

/** Builds the room. Call once per process, before the rooms whose things it limits. */
export function createQuotas({ section, teamName }: Deps) {
  const store = createQuotaStore();
  const limits = createLimits({ store, section });
  return {
    quotas: { of: limits.of, measure: limits.measure, ...createQuotaService({ store, limits, teamName }) },
    quotaJobs: background([jobs.every({ name: "quotas.sweep", interval: SWEEP_MS, isLed: true, run: store.sweep })]),
  };
}

export type QuotasRoom = ReturnType<typeof createQuotas>;
