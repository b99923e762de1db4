/** Figures of the whole server, over what is really stored. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Analytics } from "@/lib/community/analytics/contract";
import type { Actor, Role } from "@/lib/core/actor";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { getAdminStats, getServerStats } from "./contract";
import { createServerStats } from "./service.server";
import { createStatsStore } from "./store";

const actor = (role: Role): Actor => ({
  kind: "user",
  user_id: 1,
  username: "",
  email: "",
  fullname: "",
  role,
  scope: "read",
  created_at: "",
});

describe.each(databases)("the server's figures on $provider", (kind) => {
  let database: TestDatabase;
  let at = Date.parse("2026-03-10T12:00:00Z");
  let stats: ReturnType<typeof createServerStats>;
  beforeAll(async () => {
    database = await openRoom(kind);
    for (const [id, status, since] of [
      ["a", "online", at - 90_000],
      ["b", "busy", at - 3_600_000],
      ["c", "offline", 0],
      ["d", "deleting", 0],
    ] as const)
      await aStoredBot({ id, status, status_since: since });
    for (const [id, data] of [
      ["a", { groups: [{ member_count: 3 }, { member_count: "4" }, { members: 5 }, 7, null], friends: [1, 2] }],
      ["b", { groups: [{ member_count: 100 }], metadata: { guild_count: 12, member_count: 345 } }],
      ["c", { groups: { not: "a list" }, friends: "none", metadata: { guilds: 2.4, members: -9, guild_count: "x" } }],
      ["d", {}],
    ] as const)
      await db().run("INSERT INTO bot_data (bot_id, data, updated_at) VALUES ($1, $2, 0)", [id, JSON.stringify(data)]);
    for (const [id, status] of [
      ["t1", "open"],
      ["t2", "claimed"],
      ["t3", "closed"],
    ])
      await db().run(
        `INSERT INTO ticket (id, requester, user_name, type, subject, folded, status, created_at, last_at)
         VALUES ($1, 'u1', 'u', 'Bug', 's', 's', $2, 0, 0)`,
        [id!, status!],
      );
  });
  afterAll(() => database.close());
  beforeEach(() => {
    stats = createServerStats({
      version: "9.9.9",
      store: createStatsStore(),
      analytics: {
        report: async () => ({ total_users: 4, active_users_7d: 2 }) as Analytics,
        lastSeen: async () => new Map([[1, at]]),
        activeSessions: async () => ({ sessions: [], count: 6 }),
      },
      accounts: {
        getMember: async () => expect.unreachable(),
        resolve: async () => expect.unreachable(),
        search: async () => expect.unreachable(),
        get: async () => ({ id: 2, username: "ada", created_at: "2026-01-01T00:00:00Z", last_login: null }) as never,
        list: async () => ({ users: [{ id: 1 }, { id: 2, last_login: "2026-02-02T00:00:00Z" }] as never, count: 2 }),
      },
      tasks: {
        totals: async () => ({ active: 2, downloads: 150, uploads: 145 }),
        contacts: { find: async () => null, list: async () => [] },
        ofUsers: async () =>
          new Map([[2, { total: 45, successful: 43, failed: 2, uploads: 40, bytes: 134_754_598_912 }]]),
      },
      machine: { usage: async () => ({ memory: 0.52, disk: 0.449 }) },
      uptime: () => 444_300,
      now: () => at,
    });
  });

  it("are document 002's for a user; staff get the analytics too", async () => {
    const mine = await stats.server(actor("user"), 7);
    expect(getServerStats.response.parse(mine)).toEqual({
      version: "9.9.9",
      uptime: "5d 3h 25m",
      activeTasks: 2,
      totalDownloads: 150,
      totalUploads: 145,
      totalUsers: 0,
      diskUsage: "45%",
      memoryUsage: "52%",
    });
    for (const role of ["moderator", "admin"] as const)
      expect(await stats.server(actor(role), 7)).toEqual({ ...mine, total_users: 4, active_users_7d: 2 });
  });

  it("add up what bots synced, whatever form it has", async () => {
    const figures = getAdminStats.response.parse(await stats.admin(actor("admin")));
    expect(figures).toEqual({
      bot_uptime: 3600,
      total_guilds: 5 + 12 + 2,
      total_members: 3 + 345 + 0,
      total_friends: 2,
      total_tickets: 3,
      open_tickets: 2,
      server_uptime: 444_300,
      total_bots: 3,
      online_bots: 2,
      total_users: 4,
      active_users_7d: 2,
      active_sessions: 6,
    });
    await expect(stats.admin(actor("moderator"))).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("read what bots synced again after a minute", async () => {
    await stats.admin(actor("admin"));
    await db().run("UPDATE bot_data SET data = '{}'");
    expect((await stats.admin(actor("admin"))).total_guilds).toBe(19);
    at += 60_000;
    expect((await stats.admin(actor("admin"))).total_guilds).toBe(0);
  });

  it("tell of a user's transfers, and when it was last here", async () => {
    expect(await stats.ofUser(actor("admin"), "2")).toMatchObject({
      userId: 2,
      downloads: { total: 45, successful: 43, failed: 2 },
      totalSize: "125.5 GB",
      lastActive: null,
    });
    const account = { kind: "account", platform: null };
    expect((await stats.users(actor("admin"))).users).toEqual([
      { ...account, id: 1, totalDownloads: 0, totalUploads: 0, lastActive: "2026-03-10T12:01:00.000Z" },
      {
        ...account,
        id: 2,
        last_login: expect.any(String),
        totalDownloads: 45,
        totalUploads: 40,
        lastActive: "2026-02-02T00:00:00Z",
      },
    ]);
  });
});
