/** Sums of past days and what is read of them, on the real databases. */

import { describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { actor, admin, headers, openAnalytics, phone, web } from "@/tests/analytics";
import { databases } from "@/tests/db/databases";

describe.each(databases)("analytics on $provider", (kind) => {
  const room = openAnalytics(kind);

  it("sums up a past day once, whoever comes and however often; figures stay the same", async () => {
    await room.twoDays();
    room.goTo("2026-03-10T00:09:59Z");
    await room.one.chores.tidy();
    expect(await room.one.store.rolled()).toBe("2026-03-08");
    room.goTo("2026-03-10T12:00:00Z");
    const before = await room.report(admin, 7);
    const two = room.aProcess();
    await Promise.all([room.one.chores.tidy(), two.chores.tidy()]);
    await Promise.all([two.chores.tidy(), room.one.store.rollUp("2026-03-09"), two.store.rollUp("2026-03-08")]);
    expect(await room.one.store.rolled()).toBe("2026-03-09");
    expect((await room.days()).filter((row) => row.feature === "*" && row.platform === "*")).toMatchObject([
      { day: "2026-03-08", users: 2, sessions: 2, actions: 3 },
      { day: "2026-03-09", users: 1, sessions: 1, actions: 1 },
    ]);
    expect(await room.report(admin, 7)).toEqual(before);
    expect(before).toMatchObject({ total_sessions: 3, avg_session_duration: 100, total_actions: 4, active_users: 2 });
    expect((await room.sessions()).every((row) => row.ended_at !== null)).toBe(true);
    expect(room.failures).toEqual([]);
  });

  it("catches up after weeks, and counts what comes late with the next day", async () => {
    await room.twoDays();
    room.one.service.seen(actor(3), headers(web));
    room.one.service.acted(actor(3), "POST", "/api/tickets");
    room.goTo("2026-04-02T08:00:00Z");
    await room.aProcess().chores.tidy();
    expect(await room.one.store.rolled()).toBe("2026-03-09");
    const summed = await room.days();
    await room.one.collector.flush();
    expect((await room.sessions()).at(-1)).toMatchObject({ day: "2026-03-10" });
    await room.one.chores.tidy();
    expect((await room.days()).slice(0, summed.length)).toEqual(summed);
    const { series } = await room.report(admin, 30);
    expect(series.filter((row) => row.sessions > 0).map(({ day, actions }) => [day, actions])).toEqual([
      ["2026-03-08", 3],
      ["2026-03-09", 1],
      ["2026-03-10", 1],
    ]);
  });

  it("removes sessions over the limit once their day is summed up; the figures of the day stay", async () => {
    await room.twoDays();
    room.goTo("2026-03-10T12:00:00Z");
    expect(await room.one.store.removeBefore("2026-03-09", 100)).toBe(0);
    await room.one.service.putSettings(admin, { keep_days: 30 });
    room.goTo("2026-05-01T12:00:00Z");
    await room.one.chores.tidy();
    expect(await room.one.store.removeBefore("2026-06-01", 1)).toBe(0);
    const all = await room.report(admin, 0);
    expect(all).toMatchObject({
      total_sessions: 3,
      total_actions: 4,
      active_users: 2,
      from: "2026-03-08",
      previous: null,
    });
    expect(await room.sessions()).toEqual([]);
    const { previous, series } = await room.report(admin, 30);
    expect(previous).toMatchObject({ active_users: null, total_sessions: 3 });
    expect(series).toHaveLength(30);
  });

  it("compares with the days before", async () => {
    await room.twoDays();
    room.goTo("2026-03-10T12:00:00Z");
    expect((await room.report(admin, 2)).previous).toEqual({
      active_users: 2,
      total_sessions: 2,
      avg_session_duration: 150,
      total_actions: 3,
      page_views: 0,
    });
  });

  it("draws a long span by weeks that end today", async () => {
    await room.twoDays();
    room.goTo("2026-08-10T12:00:00Z");
    const { bucket, series, from } = await room.report(admin, 0);
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
    await room.twoDays();
    await room.one.chores.tidy();
    room.one.service.seen(actor(2), headers(web));
    await db().run('DELETE FROM "user" WHERE id = 2');
    await room.one.collector.flush();
    for (const table of ["analytics_session", "analytics_user"])
      expect(await room.database.all(`SELECT 1 AS one FROM ${table} WHERE user_id = 2`)).toEqual([]);
    expect(
      await room.database.all(
        "SELECT 1 AS one FROM analytics_use WHERE session_id NOT IN (SELECT id FROM analytics_session)",
      ),
    ).toEqual([]);
    expect(room.failures).toEqual([]);
  });

  it("lets an admin sign a session out, but not one that a key carries", async () => {
    room.one.service.seen(actor(2), headers(web));
    room.one.service.seen(actor(3, "user", { session_id: undefined, key_id: "key1" }), headers(phone));
    const { sessions: running } = await room.activeSessions(admin);
    const [mine, keys] = ["2", "3"].map((id) => running.find((row) => row.user_id === id)!.session_id);
    await room.one.service.end(admin, mine!);
    expect(room.signedOut).toEqual(["login2"]);
    await expect(room.one.service.end(admin, mine!)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(room.one.service.end(admin, keys!)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(room.one.service.end(actor(2, "moderator"), keys!)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("is for staff; who is here is for admins", async () => {
    for (const act of [
      () => room.report(actor(2), 7),
      () => room.settings(actor(2)),
      () => room.one.service.export(actor(2), { days: 7, format: "csv", bom: false }),
      () => room.activeSessions(actor(2, "moderator")),
      () => room.one.service.putSettings(actor(2, "moderator"), { keep_days: 30 }),
    ])
      await expect(act()).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await room.report(actor(2, "moderator"), 7)).total_users).toBe(3);
    expect(await room.settings(actor(2, "moderator"))).toEqual({ keep_days: 200, version: expect.any(Number) });
  });

  it("exports a row per day, however long the span", async () => {
    await room.twoDays();
    room.goTo("2026-08-10T12:00:00Z");
    const { filename, stream } = await room.one.service.export(admin, { days: 0, format: "csv", bom: false });
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
