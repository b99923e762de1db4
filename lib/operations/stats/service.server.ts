/**
 * Statistics of the whole server and of its users (002 "Statistics Endpoints", "User Endpoints"; 003 "Analytics",
 * "Admin").
 */

import type { ActiveSession, Analytics } from "@/lib/community/analytics/contract";
import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import { registerCache } from "@/lib/core/caches";
import type { Clock } from "@/lib/core/clock";
import { percentText, uptimeText } from "@/lib/core/format/units";
import { seesAll } from "@/lib/identity/access";
import { createPeople, type PeopleDeps } from "./service.people";
import type { StatsStore } from "./store";

type Deps = Pick<PeopleDeps, "accounts"> & {
  version: string;
  store: StatsStore;
  analytics: PeopleDeps["analytics"] & {
    report(actor: Actor, days: number): Promise<Analytics>;
    activeSessions(actor: Actor): Promise<{ sessions: ActiveSession[]; count: number }>;
  };
  tasks: PeopleDeps["tasks"] & { totals(): Promise<{ active: number; downloads: number; uploads: number }> };
  machine: { usage(): Promise<{ memory: number; disk: number }> };
  /** Returns for how many seconds this process has been running. */
  uptime: () => number;
  now: Clock;
};

/** Synced data is summed at most this often, because the documents are large. */
const SYNCED_MS = 60_000;

export function createServerStats({ version, store, analytics, accounts, tasks, machine, uptime, now }: Deps) {
  let synced: { at: number; sums: ReturnType<StatsStore["synced"]> } | undefined;
  registerCache("synced_figures", {
    size: () => (synced ? 1 : 0),
    clear: () => {
      synced = undefined;
    },
  });

  function syncedSums(): ReturnType<StatsStore["synced"]> {
    if (!synced || now() - synced.at >= SYNCED_MS) {
      const sums = store.synced();
      synced = { at: now(), sums };
      sums.catch(() => {
        synced = undefined;
      });
    }
    return synced.sums;
  }

  return {
    /** @throws UNAUTHORIZED */
    async server(actor: Actor, days: number) {
      asUser(actor);
      const [users, figures, usage, report] = await Promise.all([
        store.countUsers(),
        tasks.totals(),
        machine.usage(),
        seesAll(actor) ? analytics.report(actor, days) : undefined,
      ]);
      return {
        version,
        uptime: uptimeText(uptime()),
        activeTasks: figures.active,
        totalDownloads: figures.downloads,
        totalUploads: figures.uploads,
        totalUsers: users,
        diskUsage: percentText(usage.disk),
        memoryUsage: percentText(usage.memory),
        ...report,
      };
    },

    /** @throws FORBIDDEN for all but admins */
    async admin(actor: Actor) {
      asAdmin(actor);
      const [sums, tickets, bots, report, sessions] = await Promise.all([
        syncedSums(),
        store.tickets(),
        store.overview(),
        analytics.report(actor, 7),
        analytics.activeSessions(actor),
      ]);
      return {
        bot_uptime: bots.online_since === null ? 0 : Math.max(0, Math.floor((now() - bots.online_since) / 1000)),
        total_guilds: sums.guilds,
        total_members: sums.members,
        total_tickets: tickets.total,
        open_tickets: tickets.open,
        server_uptime: Math.floor(uptime()),
        total_bots: bots.bots,
        online_bots: bots.online,
        total_friends: sums.friends,
        total_users: report.total_users,
        active_users_7d: report.active_users_7d,
        active_sessions: sessions.count,
      };
    },

    ...createPeople({ accounts, analytics, tasks }),
  };
}
