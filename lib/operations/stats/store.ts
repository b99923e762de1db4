/** Figures that other rooms keep, as the statistics need them: nothing here counts rows of a high-rate table. */
import { countTickets } from "@/lib/community/tickets";
import { botCounters, botTotals, onlineSince } from "@/lib/fleet/bots";
import { countCommandTypes } from "@/lib/fleet/commands";
import { syncedTotals } from "@/lib/fleet/telemetry";
import { countUsers } from "@/lib/identity/accounts";

export const createStatsStore = () => ({
  overview: botTotals,
  bot: botCounters,
  onlineSince,
  countUsers: () => countUsers(),
  synced: syncedTotals,
  tickets: countTickets,
  commandTypes: countCommandTypes,
});

export type StatsStore = ReturnType<typeof createStatsStore>;
