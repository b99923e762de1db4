/** Figures of the whole server and of its people (002 "Statistics Endpoints", "User Endpoints"; 003 "Analytics", "Admin"). */

import { type Actor, asAdmin, asUser, seesAll } from "@/lib/access";
import type { UserProfile, UserRow } from "@/lib/accounts/contract";
import type { ActiveSession, Analytics } from "@/lib/analytics/contract";
import { registerCache } from "@/lib/caches";
import { type Clock, iso } from "@/lib/clock";
import { percentText, sizeText, uptimeText } from "@/lib/units";
import type { StatsStore } from "./store";

type TaskFigures = { total: number; successful: number; failed: number; uploads: number; bytes: number };
type Deps = {
  version: string;
  store: StatsStore;
  analytics: {
    report(actor: Actor, days: number): Promise<Analytics>;
    lastSeen(userId?: number): Promise<Map<number, number>>;
    activeSessions(actor: Actor): Promise<{ sessions: ActiveSession[]; count: number }>;
  };
  accounts: {
    get(actor: Actor, userId: string): Promise<UserProfile>;
    list(actor: Actor): Promise<{ users: UserRow[]; count: number }>;
  };
  tasks: {
    totals(): Promise<{ active: number; downloads: number; uploads: number }>;
    ofUsers(userId?: number): Promise<Map<number, TaskFigures>>;
  };
  machine: { usage(): Promise<{ memory: number; disk: number }> };
  /** Seconds this process runs. */
  uptime: () => number;
  now: Clock;
};

/** What bots synced is added up anew at most this often: the documents are large. */
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

  /** When a user was last here: by what it did, or by its last sign-in from before that was counted. */
  const lastActive = (seen: number | undefined, lastLogin: string | null): string | null =>
    seen === undefined ? lastLogin : iso(seen);

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
      const [since, sums, tickets, bots, report, sessions] = await Promise.all([
        store.onlineSince(),
        syncedSums(),
        store.tickets(),
        store.overview(),
        analytics.report(actor, 7),
        analytics.activeSessions(actor),
      ]);
      return {
        bot_uptime: since === null ? 0 : Math.max(0, Math.floor((now() - since) / 1000)),
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

    /** Every user with its transfers and when it was last here. @throws FORBIDDEN as lib/accounts has it */
    async users(actor: Actor) {
      const { users, count } = await accounts.list(actor);
      const [seen, transfers] = await Promise.all([analytics.lastSeen(), tasks.ofUsers()]);
      return {
        users: users.map((user) => ({
          ...user,
          totalDownloads: transfers.get(user.id)?.total ?? 0,
          totalUploads: transfers.get(user.id)?.uploads ?? 0,
          lastActive: lastActive(seen.get(user.id), user.last_login),
        })),
        count,
      };
    },

    /** @throws FORBIDDEN, NOT_FOUND as for the profile */
    async ofUser(actor: Actor, userId: string) {
      const user = await accounts.get(actor, userId);
      const [seen, transfers] = await Promise.all([analytics.lastSeen(user.id), tasks.ofUsers(user.id)]);
      const { total = 0, successful = 0, failed = 0, bytes = 0 } = transfers.get(user.id) ?? {};
      return {
        userId: user.id,
        username: user.username,
        downloads: { total, successful, failed },
        totalSize: sizeText(bytes),
        joinedDate: user.created_at,
        lastActive: lastActive(seen.get(user.id), user.last_login),
      };
    },
  };
}
