/** Maintenance windows: store, coverage and service wired together, one of each per process. */
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { type BotsRoom, botTeams } from "@/lib/fleet/bots";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { QuotasRoom } from "@/lib/identity/quotas";
import { KEPT_DAYS } from "./contract.constants";
import { createCoverage } from "./coverage";
import { createMaintenanceService } from "./service";
import { createWindowStore } from "./store";

const DAY_MS = 86_400_000;
const SWEEP_MS = 3_600_000;

type Below = Pick<BotsRoom, "bots"> & Pick<AccountsRoom, "accounts"> & Pick<QuotasRoom, "quotas">;

/** Builds the room. Call once per process. */
export function createMaintenance({ bots, accounts, quotas }: Below) {
  const store = createWindowStore();
  quotas.measure("maintenance_windows", store.count);
  const coverage = createCoverage({ store, botTeams, now });
  const announceChange = () => {
    coverage.forget();
    emit("maintenance.changed", {});
  };

  // A window silences alerts, so the page "That wasn't me" of a locked account lists those that the account made.
  accounts.onRemaining("maintenance_window", {
    createdBy: async (userId, limit) =>
      (await store.createdBy(userId, limit)).map(({ id, name, team_name }) => ({ id, name, details: [team_name] })),
    async endCreated(id) {
      const isRemoved = await store.remove(id);
      announceChange();
      return isRemoved;
    },
  });
  bus.on("maintenance.changed", coverage.forget);
  bus.on("bus.gap", coverage.forget);
  bus.on("backup.maintenance", coverage.forget);
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote)
      void store.removeOf(user_id).catch((err) => logger.warn({ err }, "maintenance windows could not be removed"));
  });

  const sweep = jobs.every({
    ...{ name: "maintenance.sweep", interval: SWEEP_MS, isLed: true },
    run: () => store.sweep(now() - KEPT_DAYS * DAY_MS),
  });
  return {
    maintenance: createMaintenanceService({ store, quotas, coverage, bots, announceChange, now, newId }),
    coverage: { covering: coverage.covering, silenced: coverage.silenced, paused: coverage.paused },
    maintenanceJobs: background([sweep]),
  };
}

export type MaintenanceRoom = ReturnType<typeof createMaintenance>;

export { isActive } from "./occurrences";
export { eraseWindows } from "./store";
