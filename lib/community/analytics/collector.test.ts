/** Sessions as they are gathered and written, on the real databases. */

import { describe, expect, it } from "vitest";
import type { BotActor } from "@/lib/core/actor";
import { actor, admin, headers, MINUTE, openAnalytics, phone, web } from "@/tests/analytics";
import { databases } from "@/tests/db/databases";
import { IDLE_MS } from "./store";

describe.each(databases)("sessions of people on $provider", (kind) => {
  const room = openAnalytics(kind);

  it("makes one session of many requests, and counts what was done in it", async () => {
    for (let minute = 0; minute < 20; minute++) {
      room.one.service.seen(actor(2), headers(web));
      room.one.service.acted(actor(2), "POST", "/api/commands");
      await room.one.collector.flush();
      room.clock.at += 5 * MINUTE;
    }
    room.one.service.viewed(actor(2), "/dashboard/bots/bot_x", headers(web));
    const report = await room.report(admin, 7);
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
      room.clock.at += wait;
      room.one.service.seen(actor(2), headers(web));
      await room.one.collector.flush();
    }
    const found = await room.sessions();
    expect(found.map((row) => row.ended_at !== null)).toEqual([true, false]);
    expect(Number(found[0]!.ended_at) - Number(found[0]!.started_at)).toBe(IDLE_MS);
  });

  it("tells platforms and credentials apart, and processes not", async () => {
    const two = room.aProcess();
    for (const { service, collector } of [room.one, two]) {
      service.seen(actor(2), headers(web));
      service.seen(actor(2), headers(phone));
      service.seen(actor(2, "user", { session_id: undefined, key_id: "key1" }), headers(web));
      service.acted(actor(2), "POST", "/api/commands");
      await collector.flush();
      room.clock.at += MINUTE;
    }
    expect(await room.sessions()).toHaveLength(3);
    const { sessions: running, count } = await room.activeSessions(admin);
    expect(count).toBe(3);
    expect(running.map(({ platform, credential, version }) => [platform, credential, version]).sort()).toEqual([
      ["android", "session", "1.2"],
      ["web", "api_key", null],
      ["web", "session", null],
    ]);
    expect(running.every(({ user_id, duration }) => user_id === "2" && duration === 60)).toBe(true);
    expect((await room.report(admin, 7)).total_actions).toBe(2);
  });

  it("keeps days apart at midnight UTC", async () => {
    room.goTo("2026-03-10T23:59:59.999Z");
    room.one.service.seen(actor(2), headers(web));
    room.one.service.acted(actor(2), "POST", "/api/commands");
    room.goTo("2026-03-11T00:00:00.000Z");
    room.one.service.seen(actor(2), headers(web));
    room.one.service.acted(actor(2), "POST", "/api/commands");
    room.one.service.acted(actor(2), "POST", "/api/commands");
    room.goTo("2026-03-11T09:00:00Z");
    await room.one.collector.flush();
    const { series, total_sessions, active_users } = await room.report(admin, 2);
    expect(series.map(({ day, sessions, actions, users }) => [day, sessions, actions, users])).toEqual([
      ["2026-03-10", 1, 1, 1],
      ["2026-03-11", 1, 2, 1],
    ]);
    expect([total_sessions, active_users]).toEqual([2, 1]);
  });

  it("keeps what could not be written and adds it to what came since", async () => {
    const { record } = room.one.store;
    room.one.store.record = async () => {
      throw new Error("no database");
    };
    room.one.service.seen(actor(2), headers(web));
    room.one.service.acted(actor(2), "POST", "/api/commands");
    await room.one.collector.flush();
    expect(room.failures).toHaveLength(1);
    room.one.store.record = record;
    room.clock.at += MINUTE;
    room.one.service.seen(actor(2), headers(web));
    room.one.service.acted(actor(2), "POST", "/api/commands");
    expect(await room.report(admin, 7)).toMatchObject({
      total_sessions: 1,
      total_actions: 2,
      avg_session_duration: 60,
    });
  });

  it("hears nothing of bots, of pages of who asks not to be tracked, and of who signed out", async () => {
    const bot: BotActor = { kind: "bot", bot_id: "b", team_id: 2, unclaimed: false };
    room.one.service.track(bot, "commands", "x");
    expect(() => room.one.service.viewed(bot, "/dashboard", headers({}))).toThrow("Sign in");
    room.one.service.seen(actor(2), headers(web));
    room.one.service.viewed(actor(2), "/dashboard", headers({ dnt: "1" }));
    room.one.service.viewed(actor(2), "/dashboard", headers({ "sec-gpc": "1" }));
    room.one.service.track(actor(2), "feeds", "meme");
    await room.one.collector.flush();
    room.one.collector.forget({ session_id: "login2" });
    room.one.service.acted(actor(2), "POST", "/api/auth/logout");
    expect(await room.report(admin, 7)).toMatchObject({ total_actions: 1, page_views: 0 });
  });

  it("ends sessions of a credential or of a user", async () => {
    for (const client of [web, phone]) room.one.service.seen(actor(2), headers(client));
    room.one.service.seen(actor(3), headers(web));
    await room.one.collector.flush();
    await room.one.store.endOf({ user_id: 2, key_id: "key1" });
    expect((await room.activeSessions(admin)).count).toBe(3);
    await room.one.store.endOf({ user_id: 2, session_id: "login2" });
    await room.one.store.endOf({ user_id: 3 });
    expect((await room.activeSessions(admin)).count).toBe(0);
  });
});
