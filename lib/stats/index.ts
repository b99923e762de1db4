/** Figures: service and store wired together, one of each per process. */
import { bots } from "@/lib/bots";
import { singleton } from "@/lib/singleton";
import { createStatsService } from "./service";
import { createStatsStore } from "./store";

/** Sockets connected to this process; lib/realtime keeps it. */
export const connectedClients = singleton("connectedClients", () => ({ count: 0 }));

export const stats = singleton("stats", () =>
  createStatsService({ store: createStatsStore(), bots, connected: () => connectedClients.count }),
);
