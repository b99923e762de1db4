/** Figures: services and store wired together, one of each per process. */

import { analytics } from "@/lib/community/analytics";
import { bus } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { singleton } from "@/lib/core/singleton";
import { VERSION } from "@/lib/core/startup/version";
import { bots } from "@/lib/fleet/bots";
import { accounts } from "@/lib/identity/accounts";
import { machine, outside } from "@/lib/operations/system";
import { createStatsService } from "./service";
import { createServerStats } from "./service.server";
import { createStatsStore } from "./store";

/** Sockets connected to this process; lib/edge/realtime keeps it. */
export const connectedClients = singleton("connectedClients", () => ({ count: 0 }));

bus.share("clients", () => connectedClients.count);

export const stats = singleton("stats", () => {
  const store = createStatsStore();
  return {
    ...createStatsService({ store, bots, connected: () => bus.total("clients") }),
    ...createServerStats({
      version: VERSION,
      store,
      analytics,
      accounts,
      // Looked up on every call: lib/operations/transfers puts its own there when it starts.
      tasks: {
        totals: () => outside.tasks.totals(),
        ofUsers: (userId) => outside.tasks.ofUsers(userId),
        contacts: {
          find: (actor, id) => outside.tasks.contacts.find(actor, id),
          list: (actor, search) => outside.tasks.contacts.list(actor, search),
        },
      },
      machine,
      uptime: () => process.uptime(),
      now,
    }),
  };
});
