/** Document 003 "Analytics" and "Admin", and document 002's answers on the same paths, with real sessions and counts. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  endActiveSession,
  listActiveSessions,
  putAnalyticsSettings,
  trackPageView,
} from "@/lib/community/analytics/contract";
import { syncBotData } from "@/lib/fleet/telemetry/contract";
import { deleteAccount } from "@/lib/identity/accounts/contract";
import { getAdminStats, getServerStats, getUserStats, listUsersWithStats } from "@/lib/operations/stats/contract";
import { Api } from "../api";
import { aBot, anApiKey, aUser, type TestUser, theAdmin } from "../factories";

const STATS = "GET /api/stats";
const ACTIVE = "GET /api/active-sessions";
const ANDROID = { "x-client-platform": "android", "x-client-version": "2.4.1", "x-client-device": "Pixel 8" };

let admin: TestUser;
let moderator: TestUser;
let user: TestUser;
beforeAll(async () => {
  admin = await theAdmin();
  moderator = await aUser("moderator");
  user = await aUser();
});

const report = (days?: number) => admin.api.call(getServerStats, { query: days === undefined ? {} : { days } });
const sessionsOf = async (who: TestUser) =>
  (await admin.api.call(listActiveSessions)).sessions.filter((one) => one.user_id === String(who.id));

describe("GET /api/stats", () => {
  it("answers only document 002's figures to signed-in users", async () => {
    const stats = await user.api.call(getServerStats);
    expect(Object.keys(stats).sort()).toEqual([
      "activeTasks",
      "diskUsage",
      "memoryUsage",
      "totalDownloads",
      "totalUploads",
      "totalUsers",
      "uptime",
      "version",
    ]);
    expect(stats.uptime).toMatch(/^(\d+d )?(\d+h )?\d+m$/);
    for (const share of [stats.diskUsage, stats.memoryUsage]) {
      expect(share).toMatch(/^\d{1,3}%$/);
      expect(Number.parseInt(share, 10)).toBeLessThanOrEqual(100);
    }
    expect(stats.totalUsers).toBeGreaterThanOrEqual(3);
  });

  it.each([7, 30, 90, undefined])("adds document 003's analytics of %s days for staff", async (days) => {
    const query = days === undefined ? undefined : { days };
    for (const { api } of [admin, moderator]) {
      const stats = await api.call(getServerStats, { query });
      expect(stats).toMatchObject({ version: expect.any(String), days: days ?? 0, bucket: "day" });
      for (const field of [
        "total_users",
        "active_users_7d",
        "total_sessions",
        "avg_session_duration",
        "total_actions",
      ] as const)
        expect(Number.isInteger(stats[field]), field).toBe(true);
      expect(stats.active_users_7d).toBeGreaterThanOrEqual(2);
      expect(stats.total_users).toBe(stats.totalUsers);
      if (days) expect(stats.series).toHaveLength(days);
      expect(stats.previous === null).toBe(days === undefined);
    }
  });

  it("refuses invalid spans and lowers those that are too long", async () => {
    for (const days of ["-1", "1.5", "week", "0x7"])
      expect((await admin.api.refused(STATS, "INVALID_INPUT", { query: { days } })).details?.field).toBe("days");
    expect((await report(99_999)).days).toBe(3650);
  });

  it("counts each action and page view of people once", async () => {
    const before = await report(7);
    for (let times = 0; times < 3; times++)
      await user.api.send("POST /api/auth/update-profile", { body: { gender: "x" } });
    await user.api.send("POST /api/auth/update-profile", { body: { fullname: 5 } });
    await user.api.send("GET /api/auth/me");
    for (const path of ["/dashboard/bots", "/dashboard/bots/bot_of_somebody", "/dashboard/logs?q=a"])
      await user.api.call(trackPageView, { body: { path } });
    for (const name of ["dnt", "sec-gpc"])
      await user.api.call(trackPageView, {
        body: { path: "/dashboard" },
        headers: { [name]: "1" },
      });
    const after = await report(7);
    expect(after.total_actions! - before.total_actions!).toBe(3);
    expect(after.page_views! - before.page_views!).toBe(3);
    const views = (stats: typeof after, name: string) =>
      stats.features?.find(({ feature }) => feature === name)?.page_views ?? 0;
    expect([views(after, "bots") - views(before, "bots"), views(after, "logs") - views(before, "logs")]).toEqual([
      2, 1,
    ]);
    expect(JSON.stringify(after)).not.toMatch(/bot_of_somebody|q=a/);
    expect(after.series?.reduce((sum, { actions }) => sum + actions, 0)).toBe(after.total_actions);
  });

  it("counts no session or action for a polling bot", async () => {
    const bot = await aBot(user);
    const before = await report(7);
    for (let times = 0; times < 5; times++) {
      await bot.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id } });
      await bot.api.send("POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body: { message: "x" } });
    }
    const after = await report(7);
    expect([after.total_sessions, after.total_actions]).toEqual([before.total_sessions, before.total_actions]);
  });
});

describe("GET /api/active-sessions", () => {
  it("lists active people with the documented fields", async () => {
    const person = await aUser();
    await person.api.with({ cookie: `session_token=${person.cookie}`, ...ANDROID }).send("GET /api/auth/me");
    const key = await anApiKey(person, "read");
    await key.api.send("GET /api/auth/me");
    const found = await sessionsOf(person);
    expect(found.map(({ platform, credential }) => `${platform} ${credential}`).sort()).toEqual([
      "android session",
      "api api_key",
      "api session",
    ]);
    const android = found.find(({ platform }) => platform === "android")!;
    expect(android).toMatchObject({
      session_id: expect.stringMatching(/^sess_/),
      user_id: String(person.id),
      username: person.username,
      device: "Pixel 8",
      version: "2.4.1",
      duration: expect.any(Number),
      current: false,
    });
    expect(Date.now() - Date.parse(android.last_activity)).toBeLessThan(60_000);
  });

  it("no longer lists people who signed out, and signing out begins no new session", async () => {
    const person = await aUser();
    await person.api.send("GET /api/auth/me");
    expect(await sessionsOf(person)).toHaveLength(1);
    await person.api.send("POST /api/auth/logout");
    await expect.poll(() => sessionsOf(person)).toEqual([]);
  });

  it("is for admins; moderators and users are refused", async () => {
    for (const { api } of [moderator, user]) await api.refused(ACTIVE, "FORBIDDEN");
  });

  it("lets an admin end a session, whose credential is refused from then on", async () => {
    const person = await aUser();
    await person.api.send("GET /api/auth/me");
    const [session] = await sessionsOf(person);
    const params = { session_id: session!.session_id };
    await moderator.api.refused("DELETE /api/active-sessions/{session_id}", "FORBIDDEN", { params });
    await admin.api.call(endActiveSession, { params });
    await person.api.bearer(person.jwt).refused("GET /api/auth/me", "UNAUTHORIZED");
    expect(await sessionsOf(person)).toEqual([]);
    await admin.api.refused("DELETE /api/active-sessions/{session_id}", "NOT_FOUND", { params });
  });

  it("refuses to end a session of an API key, and explains how to end it", async () => {
    const person = await aUser();
    await (await anApiKey(person, "read")).api.send("GET /api/auth/me");
    const carried = (await sessionsOf(person)).find(({ credential }) => credential === "api_key")!;
    const params = { session_id: carried.session_id };
    const { error } = await admin.api.refused("DELETE /api/active-sessions/{session_id}", "CONFLICT", { params });
    expect(error).toContain("API key");
  });

  it("forgets people who deleted their account", async () => {
    const person = await aUser();
    await person.api.send("GET /api/auth/me");
    await person.api.call(deleteAccount, { body: { password: person.password } });
    expect(await sessionsOf(person)).toEqual([]);
  });
});

it("GET /api/admin/stats has the documented fields, counted", async () => {
  const bot = await aBot(user);
  await bot.api.send("POST /api/bot/{bot_id}/status", { params: { bot_id: bot.id }, body: { status: "online" } });
  await bot.api.call(syncBotData, {
    params: { bot_id: bot.id },
    body: { groups: [{ id: "g1", member_count: 3 }] },
  });
  const stats = await admin.api.call(getAdminStats);
  expect(stats.online_bots).toBeGreaterThan(0);
  expect(stats.total_bots).toBeGreaterThanOrEqual(stats.online_bots);
  expect(stats.total_tickets).toBeGreaterThanOrEqual(stats.open_tickets);
  expect(stats.active_sessions).toBeGreaterThan(0);
  for (const { api } of [moderator, user]) await api.refused("GET /api/admin/stats", "FORBIDDEN");
});

describe("document 002's users", () => {
  it("GET /api/users has the fields of both documents", async () => {
    await user.api.send("GET /api/auth/me");
    const { users } = await admin.api.call(listUsersWithStats);
    const row = users.find(({ id }) => id === user.id)!;
    expect(row).toMatchObject({
      username: user.username,
      bot_count: expect.any(Number),
      totalDownloads: 0,
      totalUploads: 0,
    });
    expect(Date.now() - Date.parse(row.lastActive!)).toBeLessThan(60_000);
  });

  it("GET /api/users/:userId/stats is one's own, or anybody's for an admin", async () => {
    const line = "GET /api/users/{user_id}/stats";
    const params = { user_id: String(user.id) };
    const mine = await user.api.call(getUserStats, { params });
    expect(mine).toEqual({
      userId: user.id,
      username: user.username,
      downloads: { total: 0, successful: 0, failed: 0 },
      totalSize: "0 B",
      joinedDate: expect.any(String),
      lastActive: expect.any(String),
    });
    expect(await user.api.call(getUserStats, { params: { user_id: "me" } })).toMatchObject({ userId: user.id });
    expect(await admin.api.call(getUserStats, { params })).toMatchObject({ userId: user.id });
    await (await aUser()).api.refused(line, "FORBIDDEN", { params });
    await admin.api.refused(line, "NOT_FOUND", { params: { user_id: "99999999" } });
  });
});

describe("GET /api/export/analytics", () => {
  it("is a row per day as CSV, and everything as JSON", async () => {
    const csv = await moderator.api.send("GET /api/export/analytics", { query: { days: 7 } });
    expect([csv.status, csv.headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
    expect(csv.headers.get("content-disposition")).toMatch(/^attachment; filename="analytics-[\d-]{21}\.csv"$/);
    const lines = csv.text.trim().split("\n");
    expect(lines[0]).toBe("day,users,sessions,avg_session_duration,actions,page_views");
    expect(lines).toHaveLength(8);
    const { json } = await admin.api.send("GET /api/export/analytics", { query: { days: 7, format: "json" } });
    expect(json).toMatchObject({ exported_at: expect.any(String), days: 7, total_users: expect.any(Number) });
    expect(json.series).toHaveLength(7);
  });

  it("is for staff", async () => {
    await user.api.refused("GET /api/export/analytics", "FORBIDDEN");
    await new Api().refused("GET /api/export/analytics", "UNAUTHORIZED");
  });
});

it("how long sessions are kept is set by an admin, within its bounds", async () => {
  const line = "PUT /api/analytics/settings";
  for (const keep_days of [29, 3651, 1.5])
    expect((await admin.api.refused(line, "INVALID_INPUT", { body: { keep_days } })).details?.field).toBe("keep_days");
  await moderator.api.refused(line, "FORBIDDEN", { body: { keep_days: 60 } });
  const set = await admin.api.call(putAnalyticsSettings, { body: { keep_days: 365 } });
  expect(set).toEqual({ keep_days: 365, version: expect.any(Number) });
  expect((await moderator.api.send("GET /api/analytics/settings")).json).toEqual(set);
  await admin.api.call(putAnalyticsSettings, { body: { keep_days: 200 } });
});
