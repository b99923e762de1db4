/** Alerts fire, are joined by others and end, by a clock that the tests move. */
import { describe, expect, it } from "vitest";
import { transaction } from "@/lib/core/db";
import { settle } from "@/lib/operations/alerts/store.rows";
import { admin, MINUTE, watchedAlerts } from "@/tests/alerts";
import { databases } from "@/tests/db/databases";
import { blocked } from "@/tests/db/locks";

describe.each(databases)("$provider", (database) => {
  const { state, engine, engineOf, room, now, facts, notified, service, rule, later, alerts, channel, events } =
    watchedAlerts(database);

  it("fires when the threshold has held for its duration, and not before", async () => {
    await rule({ for_s: 60 });
    state.readings = { a: 12 };
    await later(0);
    await later(59_000);
    expect(await alerts()).toEqual([]);
    await later(1_000);
    expect(await alerts()).toMatchObject([
      { state: "firing", level: "warning", severity: "medium", message: "A logged 12 errors within 5 min", members: 1 },
    ]);
    expect(facts.at(-1)).toMatchObject(["alert.raised", { alert: { source_name: "R" } }]);
    expect(notified).toEqual([{ title: "▲ Medium alert: A logged 12 errors within 5 min", to: { role: "admin" } }]);
  });

  it("raises nothing for a bot in maintenance, and afterwards at once what still holds", async () => {
    await rule({ for_s: 60 });
    state.silenced.add("a").add("c");
    state.readings = { a: 12, b: 12, c: 12 };
    await later(5 * MINUTE);
    expect(await alerts()).toMatchObject([{ message: "B logged 12 errors within 5 min", members: 1 }]);
    delete state.readings.c;
    await later(5_000);
    state.silenced.clear();
    await later(5_000);
    expect((await alerts()).map(({ message }) => message).sort()).toEqual([
      "A logged 12 errors within 5 min",
      "B logged 12 errors within 5 min",
    ]);
  });

  it("goes on with an alert that was raised before the maintenance", async () => {
    await rule();
    state.readings = { a: 12 };
    await later(0);
    state.silenced.add("a");
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ state: "firing" }]);
    state.readings = {};
    await later(5_000);
    expect(await alerts()).toMatchObject([{ state: "resolved" }]);
  });

  it("begins the duration anew after a dip", async () => {
    await rule({ for_s: 60 });
    state.readings = { a: 12 };
    await later(0);
    await later(50_000);
    state.readings = { a: 9 };
    await later(5_000);
    state.readings = { a: 12 };
    await later(5_000);
    await later(59_000);
    expect(await alerts()).toEqual([]);
    await later(1_000);
    expect(await alerts()).toHaveLength(1);
  });

  it("says one thing once while it lasts, and recovers only below its lower mark", async () => {
    await rule({ recover_below: 5 });
    state.readings = { a: 12 };
    for (let round = 0; round < 5; round++) await later(5_000);
    state.readings = { a: 6 };
    await later(5_000);
    expect(await alerts()).toMatchObject([{ state: "firing", count: 1 }]);
    state.readings = { a: 4 };
    await later(5_000);
    expect(await alerts()).toMatchObject([{ state: "resolved", handled_by: null, open_members: 0 }]);
    expect(notified.map((one) => one.title)).toEqual([
      "▲ Medium alert: A logged 12 errors within 5 min",
      "✓ Resolved: A logged 12 errors within 5 min",
    ]);
  });

  it("is one alert when fifty begin together, also when some are a moment later", async () => {
    await channel("hook");
    await rule({ metric: "bot_offline", threshold: 60 });
    state.readings = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`bot${index}`, 61]));
    await later(0);
    for (let index = 40; index < 50; index++) state.readings[`bot${index}`] = 61;
    await later(5_000);
    expect(await alerts()).toMatchObject([
      { members: 50, open_members: 50, message: "50 bots are offline: BOT0, BOT1, BOT2 and 47 more" },
    ]);
    expect(await events()).toEqual(["hook raised"]);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    expect((await service.get(admin, alert_id)).events.map((one) => one.kind)).toEqual(["joined", "raised"]);
    for (let index = 0; index < 49; index++) delete state.readings[`bot${index}`];
    await later(5_000);
    expect(await alerts()).toMatchObject([{ open_members: 1, state: "firing", message: "BOT49 is offline" }]);
  });

  it("makes another alert of what begins much later", async () => {
    await rule();
    state.readings = { a: 12 };
    await later(0);
    await later(3 * MINUTE);
    state.readings = { a: 12, b: 12 };
    await later(5_000);
    expect((await alerts()).map((one) => one.message[0])).toEqual(["B", "A"]);
  });

  it("tells of what fired although what comes after it fails", async () => {
    await rule();
    state.readings = { a: 12 };
    engine.current = engineOf({ keepWaits: () => Promise.reject(new Error("away")) });
    await later(0);
    expect(state.errors).toEqual([new Error("away")]);
    expect(notified).toHaveLength(1);
  });

  it("has nothing join an alert that is resolved in the same moment", async () => {
    await rule();
    state.readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    const [settled, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const resolving = transaction(async (trx) => {
      await settle(trx, alert_id, "resolved", now(), { id: 1, name: "u1" }, "");
      settled.resolve();
      await held.promise;
    });
    await settled.promise;
    state.readings = { a: 12, b: 12 };
    const looking = engine.current.tick();
    await blocked(room(), database.provider);
    held.resolve();
    await resolving;
    await looking;
    expect(await alerts()).toMatchObject([
      { state: "firing", members: 1 },
      { alert_id, state: "resolved", members: 1 },
    ]);
  });
});
