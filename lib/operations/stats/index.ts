/** Statistics: services and store wired together, one of each per process. */

import type { AnalyticsRoom } from "@/lib/community/analytics";
import { bus } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { VERSION } from "@/lib/core/startup/version";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { Machine } from "@/lib/operations/system";
import type { TransfersRoom } from "@/lib/operations/transfers";
import { createStatsService } from "./service";
import { createServerStats } from "./service.server";
import { createStatsStore } from "./store";

type Deps = Pick<AnalyticsRoom, "analytics"> &
  Pick<BotsRoom, "bots"> &
  Pick<AccountsRoom, "accounts"> &
  Pick<TransfersRoom, "taskFigures"> & { machine: Machine };

/** Builds the room. Call once per process. */
export function createStats({ analytics, bots, accounts, taskFigures, machine }: Deps) {
  const store = createStatsStore();
  const stats = {
    // lib/edge/realtime shares how many sockets each process holds.
    ...createStatsService({ store, bots, connected: () => bus.total("clients") }),
    ...createServerStats({
      version: VERSION,
      store,
      analytics,
      accounts,
      tasks: taskFigures,
      machine,
      uptime: () => process.uptime(),
      now,
    }),
  };
  return { stats };
}
