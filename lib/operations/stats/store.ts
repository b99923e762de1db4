/** Combines statistics that other rooms keep. Nothing here counts the rows of a table with many writes. */
import { countTickets } from "@/lib/community/tickets";
import { botCounters, botTotals } from "@/lib/fleet/bots";
import { countCommandTypes } from "@/lib/fleet/commands";
import { syncedTotals } from "@/lib/fleet/telemetry";
import { countUsers } from "@/lib/identity/accounts";

export const createStatsStore = () => ({
  overview: botTotals,
  bot: botCounters,
  countUsers: () => countUsers(),
  synced: syncedTotals,
  tickets: countTickets,
  commandTypes: countCommandTypes,
});

export type StatsStore = ReturnType<typeof createStatsStore>;
