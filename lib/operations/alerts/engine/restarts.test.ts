/** Several processes that watch, and one that starts again. */
import { describe, expect, it } from "vitest";
import { createWatchStore } from "@/lib/operations/alerts/engine/store";
import { admin, MINUTE, watchedAlerts } from "@/tests/alerts";
import { databases } from "@/tests/db/databases";

describe.each(databases)("$provider", (database) => {
  const { state, engine, engineOf, room, clock, now, newId, rules, service, ruleService, rule, later, alerts } =
    watchedAlerts(database);

  it("is watched by one process at a time, and taken over when that one is gone", async () => {
    await rule();
    state.readings = { a: 12 };
    const other = engineOf();
    await engine.current.tick();
    await other.tick();
    expect(await alerts()).toHaveLength(1);
    state.readings = {};
    await other.tick();
    expect(await alerts({ state: "open" })).toHaveLength(1);
    clock.at += 21_000;
    await other.tick();
    expect(await alerts({ state: "open" })).toEqual([]);
  });

  it("goes on counting after a restart, and the time in between does not count", async () => {
    await rule({ for_s: 600 });
    state.readings = { a: 12, b: 12 };
    await later(0);
    await later(9 * MINUTE);
    await engine.current.stop();
    clock.at += 30 * MINUTE;
    // Came to its senses while nobody looked.
    state.readings = { a: 12 };
    engine.current = engineOf();
    await later(0);
    await later(50_000);
    expect(await alerts()).toEqual([]);
    await later(10_000);
    expect((await alerts()).map((one) => one.message[0])).toEqual(["A"]);
    expect(await room().all("SELECT * FROM alert_wait")).toEqual([]);
  });

  it("goes on counting where a process that died left off", async () => {
    await rule({ for_s: 60 });
    state.readings = { a: 12 };
    await later(0);
    await later(40_000);
    engine.current = engineOf();
    await later(0);
    expect(await alerts()).toEqual([]);
    // The dead one's lease has to end first, which is within the minute.
    await later(20_000);
    expect(await alerts()).toHaveLength(1);
  });

  it("forgets what waited for a rule that is gone, and raises nothing for it", async () => {
    const made = await rule({ for_s: 60 });
    state.readings = { a: 12 };
    await later(5_000);
    expect(await room().all("SELECT subject FROM alert_wait")).toEqual([{ subject: "a" }]);
    const stale = (await rules.enabled())[0]!;
    await ruleService.remove(admin, made.rule_id);
    engine.current.forget();
    await later(5_000);
    expect(await room().all("SELECT subject FROM alert_wait")).toEqual([]);
    const reading = { subject: "a", label: "A", bot_id: null, value: 12 };
    expect(await createWatchStore().fire(stale, [reading], now(), () => newId("alert"))).toEqual([]);
  });

  it("keeps escalations and snoozes over a restart", async () => {
    await rule({ escalate_after_m: 5 });
    state.readings = { a: 12 };
    await later(0);
    await later(4 * MINUTE);
    await engine.current.stop();
    engine.current = engineOf();
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ severity: "high", escalated: 1 }]);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "snoozed", minutes: 10 });
    await later(9 * MINUTE);
    await engine.current.stop();
    engine.current = engineOf();
    expect(await alerts()).toMatchObject([{ state: "snoozed" }]);
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ state: "firing" }]);
  });

  it("changes a thing once when two processes find it in the same moment", async () => {
    const made = await rule({ escalate_after_m: 5 });
    const [stored] = await rules.enabled();
    const watch = createWatchStore();
    const twice = async <T>(work: () => Promise<T[]>) => (await Promise.all([work(), work(), work()])).flat();
    const found = [{ subject: "a", label: "A", bot_id: null, value: 12 }];
    const kinds = (changes: { kind: string }[]) => changes.map((one) => one.kind);
    expect(kinds(await twice(() => watch.fire(stored!, found, now(), () => newId("alert"))))).toEqual(["raised"]);
    clock.at += 5 * MINUTE;
    const all = new Map([[made.rule_id, stored!]]);
    expect(kinds(await twice(() => watch.due(now(), all)))).toEqual(["escalated"]);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "snoozed", minutes: 1 });
    clock.at += MINUTE;
    expect(kinds(await twice(() => watch.due(now(), all)))).toEqual(["woke"]);
    const key = [`${made.rule_id}:a`];
    expect(kinds(await twice(() => watch.recover(stored!, key, now())))).toEqual(["resolved"]);
    expect(kinds(await twice(() => watch.fire(stored!, found, now(), () => newId("alert"))))).toEqual(["reopened"]);
    const same = () => service.trigger(admin, { level: "warning", message: "High memory" });
    const triggered = await Promise.all([same(), same(), same()]);
    expect(new Set(triggered.map((one) => one.alert_id)).size).toBe(1);
    expect(Math.max(...triggered.map((one) => one.count))).toBe(3);
  });
});
