/** Figures: services and store wired together, one of each per process. */
import { accounts } from "@/lib/accounts";
import { analytics } from "@/lib/analytics";
import { bots } from "@/lib/bots";
import { bus } from "@/lib/bus";
import { now } from "@/lib/clock";
import { singleton } from "@/lib/singleton";
import { machine, outside } from "@/lib/system";
import { VERSION } from "@/lib/version";
import { createStatsService } from "./service";
import { createServerStats } from "./service.server";
import { createStatsStore } from "./store";

/** Sockets connected to this process; lib/realtime keeps it. */
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
      // Looked up on every call: lib/tasks puts its own there when it starts.
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
