/** Sessions, their sums, and what is read of both: on the real databases, with a clock that the tests move. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BotActor, Role, UserActor } from "@/lib/core/actor";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import { createCollector } from "./collector";
import { Analytics } from "./contract";
import { createAnalyticsJobs } from "./jobs";
import { createAnalyticsService } from "./service";
import { createAnalyticsStore, IDLE_MS } from "./store";
import { createAnalyticsReader } from "./store.read";

const MINUTE = 60_000;
const web = { "user-agent": "Mozilla/5.0 (X11; Linux) Chrome/140.0 Safari/537.36" };
const phone = { "x-client-platform": "android", "x-client-version": "1.2" };
const headers = (all: Record<string, string>) => (name: string) => all[name];

const actor = (user_id: number, role: Role = "user", over: Partial<UserActor> = {}): UserActor => ({
  kind: "user",
  user_id,
  username: `u${user_id}`,
  email: "",
  fullname: "",
  role,
  scope: "admin",
  created_at: "",
  session_id: `login${user_id}`,
  ...over,
});
const admin = actor(1, "admin");

describe.each(databases)("analytics on $provider", (kind) => {
  let database: TestDatabase;
  let at = 0;
  const now = () => at;
  const failures: unknown[] = [];
  const signedOut: string[] = [];

  /** One process of several on the same database. */
  let ids = 0;
  function aProcess() {
    const store = createAnalyticsStore(() => `sess_${++ids}`);
    const onError = (error: unknown) => void failures.push(error);
    const collector = createCollector({ store, now, onError });
    const service = createAnalyticsService({
      store,
      reader: createAnalyticsReader(),
      collector,
      now,
      signOut: async (_actor, id) => void signedOut.push(id),
    });
    return { store, collector, service, chores: createAnalyticsJobs({ store, now }) };
  }
  let one: ReturnType<typeof aProcess>;

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ["analytics_use", "analytics_session", "analytics_user", "analytics_day", "setting", '"user"'])
      await db().run(`DELETE FROM ${table}`);
    for (const id of [1, 2, 3]) await aStoredUser({ id });
    failures.length = 0;
    signedOut.length = 0;
    at = Date.parse("2026-03-10T12:00:00Z");
    one = aProcess();
  });

  const sessions = () =>
    database.all<{ id: string; day: string; ended_at: number | null; started_at: number; last_activity: number }>(
      "SELECT id, day, ended_at, started_at, last_activity FROM analytics_session ORDER BY started_at, id",
    );
  const days = () =>
    database.all<Record<string, unknown>>("SELECT * FROM analytics_day ORDER BY day, feature, platform");
  const goTo = (text: string) => {
    at = Date.parse(text);
  };

  it("makes one session of many requests, and counts what was done in it", async () => {
    for (let minute = 0; minute < 20; minute++) {
      one.service.seen(actor(2), headers(web));
      one.service.acted(actor(2), "POST", "/api/commands");
      await one.collector.flush();
      at += 5 * MINUTE;
    }
    one.service.viewed(actor(2), "/dashboard/bots/bot_x", headers(web));
    const report = Analytics.parse(await one.service.report(admin, 7));
    expect(report).toMatchObject({
      total_sessions: 1,
      avg_session_duration: 100 * 60,
      total_actions: 20,
      page_views: 1,
      active_users: 1,
      active_users_7d: 1,
      total_users: 3,
      platforms: [{ platform: "web", sessions: 1, actions: 20 }],
      top_actions: [{ feature: "commands", action: "POST commands", count: 20 }],
    });
    expect(report.features).toEqual([
      { feature: "commands", actions: 20, page_views: 0 },
      { feature: "bots", actions: 0, page_views: 1 },
    ]);
    expect(report.series).toHaveLength(7);
    expect(report.series.at(-1)).toMatchObject({ day: "2026-03-10", users: 1, sessions: 1, actions: 20 });
  });

  it("begins another session after 30 idle minutes, and not before", async () => {
    for (const wait of [0, IDLE_MS, IDLE_MS + 1]) {
      at += wait;
      one.service.seen(actor(2), headers(web));
      await one.collector.flush();
    }
    const found = await sessions();
    expect(found.map((row) => row.ended_at !== null)).toEqual([true, false]);
    expect(Number(found[0]!.ended_at) - Number(found[0]!.started_at)).toBe(IDLE_MS);
  });

  it("tells platforms and credentials apart, and processes not", async () => {
    const two = aProcess();
    for (const { service, collector } of [one, two]) {
      service.seen(actor(2), headers(web));
      service.seen(actor(2), headers(phone));
      service.seen(actor(2, "user", { session_id: undefined, key_id: "key1" }), headers(web));
      service.acted(actor(2), "POST", "/api/commands");
      await collector.flush();
      at += MINUTE;
    }
    expect(await sessions()).toHaveLength(3);
    const { sessions: running, count } = await one.service.activeSessions(admin);
    expect(count).toBe(3);
    expect(running.map(({ platform, credential, version }) => [platform, credential, version]).sort()).toEqual([
      ["android", "session", "1.2"],
      ["web", "api_key", null],
      ["web", "session", null],
    ]);
    expect(running.every(({ user_id, duration }) => user_id === "2" && duration === 60)).toBe(true);
    expect((await one.service.report(admin, 7)).total_actions).toBe(2);
  });

  it("keeps days apart at midnight UTC", async () => {
    goTo("2026-03-10T23:59:59.999Z");
    one.service.seen(actor(2), headers(web));
    one.service.acted(actor(2), "POST", "/api/commands");
    goTo("2026-03-11T00:00:00.000Z");
    one.service.seen(actor(2), headers(web));
    one.service.acted(actor(2), "POST", "/api/commands");
    one.service.acted(actor(2), "POST", "/api/commands");
    goTo("2026-03-11T09:00:00Z");
    await one.collector.flush();
    const { series, total_sessions, active_users } = await one.service.report(admin, 2);
    expect(series.map(({ day, sessions, actions, users }) => [day, sessions, actions, users])).toEqual([
      ["2026-03-10", 1, 1, 1],
      ["2026-03-11", 1, 2, 1],
    ]);
    expect([total_sessions, active_users]).toEqual([2, 1]);
  });

  async function twoDays() {
    for (const [time, who, client] of [
      ["2026-03-08T10:00:00Z", 2, web],
      ["2026-03-08T10:05:00Z", 2, web],
      ["2026-03-08T11:00:00Z", 3, phone],
      ["2026-03-09T23:50:00Z", 2, web],
    ] as const) {
      goTo(time);
      one.service.seen(actor(who), headers(client));
      one.service.acted(actor(who), "POST", "/api/tickets");
      await one.collector.flush();
    }
  }

  it("sums up a past day once, whoever comes and however often; figures stay the same", async () => {
    await twoDays();
    goTo("2026-03-10T00:09:59Z");
    await one.chores.tidy();
    expect(await one.store.rolled()).toBe("2026-03-08");
    goTo("2026-03-10T12:00:00Z");
    const before = await one.service.report(admin, 7);
    const two = aProcess();
    await Promise.all([one.chores.tidy(), two.chores.tidy()]);
    await Promise.all([two.chores.tidy(), one.store.rollUp("2026-03-09"), two.store.rollUp("2026-03-08")]);
    expect(await one.store.rolled()).toBe("2026-03-09");
    expect((await days()).filter((row) => row.feature === "*" && row.platform === "*")).toMatchObject([
      { day: "2026-03-08", users: 2, sessions: 2, actions: 3 },
      { day: "2026-03-09", users: 1, sessions: 1, actions: 1 },
    ]);
    expect(await one.service.report(admin, 7)).toEqual(before);
    expect(before).toMatchObject({ total_sessions: 3, avg_session_duration: 100, total_actions: 4, active_users: 2 });
    expect((await sessions()).every((row) => row.ended_at !== null)).toBe(true);
    expect(failures).toEqual([]);
  });

  it("catches up after weeks, and counts what comes late with the next day", async () => {
    await twoDays();
    one.service.seen(actor(3), headers(web));
    one.service.acted(actor(3), "POST", "/api/tickets");
    goTo("2026-04-02T08:00:00Z");
    await aProcess().chores.tidy();
    expect(await one.store.rolled()).toBe("2026-03-09");
    const summed = await days();
    await one.collector.flush();
    expect((await sessions()).at(-1)).toMatchObject({ day: "2026-03-10" });
    await one.chores.tidy();
    expect((await days()).slice(0, summed.length)).toEqual(summed);
    const { series } = await one.service.report(admin, 30);
    expect(series.filter((row) => row.sessions > 0).map(({ day, actions }) => [day, actions])).toEqual([
      ["2026-03-08", 3],
      ["2026-03-09", 1],
      ["2026-03-10", 1],
    ]);
  });

  it("removes sessions over the limit once their day is summed up; the figures of the day stay", async () => {
    await twoDays();
    goTo("2026-03-10T12:00:00Z");
    expect(await one.store.removeBefore("2026-03-09", 100)).toBe(0);
    await one.service.putSettings(admin, { keep_days: 30 });
    goTo("2026-05-01T12:00:00Z");
    await one.chores.tidy();
    expect(await one.store.removeBefore("2026-06-01", 1)).toBe(0);
    const all = await one.service.report(admin, 0);
    expect(all).toMatchObject({
      total_sessions: 3,
      total_actions: 4,
      active_users: 2,
      from: "2026-03-08",
      previous: null,
    });
    expect(await sessions()).toEqual([]);
    const { previous, series } = await one.service.report(admin, 30);
    expect(previous).toMatchObject({ active_users: null, total_sessions: 3 });
    expect(series).toHaveLength(30);
  });

  it("compares with the days before", async () => {
    await twoDays();
    goTo("2026-03-10T12:00:00Z");
    expect((await one.service.report(admin, 2)).previous).toEqual({
      active_users: 2,
      total_sessions: 2,
      avg_session_duration: 150,
      total_actions: 3,
      page_views: 0,
    });
  });

  it("draws a long span by weeks that end today", async () => {
    await twoDays();
    goTo("2026-08-10T12:00:00Z");
    const { bucket, series, from } = await one.service.report(admin, 0);
    expect([bucket, from, series[0]!.day, series[1]!.day, series.length]).toEqual([
      "week",
      "2026-03-08",
      "2026-03-08",
      "2026-03-10",
      23,
    ]);
    expect(series[0]).toMatchObject({ sessions: 3, users: 2 });
  });

  it("leaves nothing of a deleted user but the sums, and takes nothing of one later", async () => {
    await twoDays();
    await one.chores.tidy();
    one.service.seen(actor(2), headers(web));
    await db().run('DELETE FROM "user" WHERE id = 2');
    await one.collector.flush();
    for (const table of ["analytics_session", "analytics_user"])
      expect(await database.all(`SELECT 1 AS one FROM ${table} WHERE user_id = 2`)).toEqual([]);
    expect(
      await database.all(
        "SELECT 1 AS one FROM analytics_use WHERE session_id NOT IN (SELECT id FROM analytics_session)",
      ),
    ).toEqual([]);
    expect(failures).toEqual([]);
  });

  it("keeps what could not be written and adds it to what came since", async () => {
    const { record } = one.store;
    one.store.record = async () => {
      throw new Error("no database");
    };
    one.service.seen(actor(2), headers(web));
    one.service.acted(actor(2), "POST", "/api/commands");
    await one.collector.flush();
    expect(failures).toHaveLength(1);
    one.store.record = record;
    at += MINUTE;
    one.service.seen(actor(2), headers(web));
    one.service.acted(actor(2), "POST", "/api/commands");
    expect(await one.service.report(admin, 7)).toMatchObject({
      total_sessions: 1,
      total_actions: 2,
      avg_session_duration: 60,
    });
  });

  it("hears nothing of bots, of pages of who asks not to be tracked, and of who signed out", async () => {
    const bot: BotActor = { kind: "bot", bot_id: "b", owner_id: 2, unclaimed: false };
    one.service.track(bot, "commands", "x");
    expect(() => one.service.viewed(bot, "/dashboard", headers({}))).toThrow("Sign in");
    one.service.seen(actor(2), headers(web));
    one.service.viewed(actor(2), "/dashboard", headers({ dnt: "1" }));
    one.service.viewed(actor(2), "/dashboard", headers({ "sec-gpc": "1" }));
    one.service.track(actor(2), "feeds", "meme");
    await one.collector.flush();
    one.collector.forget({ session_id: "login2" });
    one.service.acted(actor(2), "POST", "/api/auth/logout");
    expect(await one.service.report(admin, 7)).toMatchObject({ total_actions: 1, page_views: 0 });
  });

  it("ends sessions of a credential or of a user", async () => {
    for (const client of [web, phone]) one.service.seen(actor(2), headers(client));
    one.service.seen(actor(3), headers(web));
    await one.collector.flush();
    await one.store.endOf({ user_id: 2, key_id: "key1" });
    expect((await one.service.activeSessions(admin)).count).toBe(3);
    await one.store.endOf({ user_id: 2, session_id: "login2" });
    await one.store.endOf({ user_id: 3 });
    expect((await one.service.activeSessions(admin)).count).toBe(0);
  });

  it("lets an admin sign a session out, but not one that a key carries", async () => {
    one.service.seen(actor(2), headers(web));
    one.service.seen(actor(3, "user", { session_id: undefined, key_id: "key1" }), headers(phone));
    const { sessions: running } = await one.service.activeSessions(admin);
    const [mine, keys] = ["2", "3"].map((id) => running.find((row) => row.user_id === id)!.session_id);
    await one.service.end(admin, mine!);
    expect(signedOut).toEqual(["login2"]);
    await expect(one.service.end(admin, mine!)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(one.service.end(admin, keys!)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(one.service.end(actor(2, "moderator"), keys!)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("is for staff; who is here is for admins", async () => {
    for (const act of [
      () => one.service.report(actor(2), 7),
      () => one.service.settings(actor(2)),
      () => one.service.export(actor(2), { days: 7, format: "csv", bom: false }),
      () => one.service.activeSessions(actor(2, "moderator")),
      () => one.service.putSettings(actor(2, "moderator"), { keep_days: 30 }),
    ])
      await expect(act()).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await one.service.report(actor(2, "moderator"), 7)).total_users).toBe(3);
    expect(await one.service.settings(actor(2, "moderator"))).toEqual({ keep_days: 200, version: expect.any(Number) });
  });

  it("exports a row per day, however long the span", async () => {
    await twoDays();
    goTo("2026-08-10T12:00:00Z");
    const { filename, stream } = await one.service.export(admin, { days: 0, format: "csv", bom: false });
    let text = "";
    for await (const chunk of stream) text += chunk;
    const lines = text.trim().split("\n");
    expect(filename).toBe("analytics-2026-03-08-2026-08-10.csv");
    expect(lines).toHaveLength(157);
    expect(lines.slice(0, 2)).toEqual([
      "day,users,sessions,avg_session_duration,actions,page_views",
      "2026-03-08,2,2,150,3,0",
    ]);
  });
});
