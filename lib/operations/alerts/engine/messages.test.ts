/** The messages that a change queues, and severities that rise. */
import { describe, expect, it } from "vitest";
import { createWatchStore } from "@/lib/operations/alerts/engine/store";
import { RuleInput } from "@/lib/operations/alerts/rules/contract";
import { admin, inputOf, MINUTE, watchedAlerts } from "@/tests/alerts";
import { databases } from "@/tests/db/databases";

describe.each(databases)("$provider", (database) => {
  const {
    state,
    engine,
    room,
    now,
    newId,
    facts,
    notified,
    rules,
    service,
    ruleService,
    rule,
    later,
    alerts,
    channel,
    queued,
    events,
  } = watchedAlerts(database);

  it("escalates what fires when its rule's severity is raised, once, and leaves it when it is lowered", async () => {
    await channel("hook");
    const made = await rule();
    state.readings = { a: 12 };
    await later(0);
    await service.act(admin, (await alerts())[0]!.alert_id, { state: "acknowledged" });
    const change = async (severity: string) => {
      await ruleService.update(admin, made.rule_id, RuleInput.parse({ ...inputOf(made), severity }));
      engine.current.forget();
    };
    await change("critical");
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ state: "firing", severity: "critical", escalated: 1 }]);
    expect(await events()).toEqual(["hook raised", "hook escalated"]);
    expect(notified.at(-1)!.title).toContain("Escalated, critical alert");
    await change("low");
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ severity: "critical" }]);
    expect(await events()).toHaveLength(2);
  });

  it("reopens an alert at the severity its rule has by now", async () => {
    const made = await rule({ severity: "critical" });
    state.readings = { a: 12 };
    await later(0);
    state.readings = {};
    await later(5_000);
    await ruleService.update(admin, made.rule_id, RuleInput.parse({ ...inputOf(made), severity: "low" }));
    engine.current.forget();
    state.readings = { a: 12 };
    await later(5_000);
    expect(await alerts()).toMatchObject([{ state: "firing", severity: "low", count: 2 }]);
  });

  it("takes back what nobody was sent yet when it is over, and tells those who were", async () => {
    await channel("hook");
    await rule();
    state.readings = { a: 12 };
    await later(0);
    expect((await queued())[0]!.due_at).toBeGreaterThan(now());
    state.readings = {};
    await later(1_000);
    expect(await events()).toEqual([]);
    state.readings = { b: 12 };
    await later(1_000);
    await room().run("UPDATE alert_delivery SET status = 'sent', attempts = 1 WHERE status = 'queued'");
    state.readings = {};
    await later(10_000);
    expect(await events()).toEqual(["hook resolved"]);
  });

  it("queues the channels' messages with the alert itself: a process that dies right after it has told them", async () => {
    await channel("hook");
    await rule();
    const [stored] = await rules.enabled();
    const reading = { subject: "a", label: "A", bot_id: null, value: 12 };
    // As far as the commit, and no further: nobody is told.
    await createWatchStore().fire(stored!, [reading], now(), () => newId("alert"));
    expect(notified).toEqual([]);
    expect(await events()).toEqual(["hook raised"]);
    await room().run("UPDATE alert_delivery SET status = 'sent', attempts = 1");
    await createWatchStore().recover(stored!, [`${stored!.rule_id}:a`], now());
    expect(await events()).toEqual(["hook resolved"]);
  });

  it("has neither the alert nor its messages when the two cannot be written together", async () => {
    await channel("hook");
    const before = await room().all("SELECT id FROM alert");
    await room().run("ALTER TABLE alert_delivery RENAME TO alert_delivery_away");
    const refused = await service.trigger(admin, { level: "warning", message: "High memory" }).catch(() => undefined);
    await room().run("ALTER TABLE alert_delivery_away RENAME TO alert_delivery");
    expect(refused).toBeUndefined();
    expect(await room().all("SELECT id FROM alert")).toEqual(before);
    expect(facts).toEqual([]);
  });

  it("rises by one each time nobody acknowledges, tells the next channel, and stops at critical", async () => {
    await channel("first");
    await channel("boss");
    await rule({ severity: "high", escalate_after_m: 5, escalation_channels: ["boss"] });
    state.readings = { a: 12 };
    await later(0);
    expect(await events()).toEqual(["first raised"]);
    await later(5 * MINUTE);
    expect(await alerts()).toMatchObject([{ severity: "critical", level: "critical", escalated: 1 }]);
    expect((await events()).sort()).toEqual(["boss escalated", "first escalated", "first raised"]);
    await later(60 * MINUTE);
    expect(await alerts()).toMatchObject([{ escalated: 1 }]);
  });

  it("does not rise once somebody is at it", async () => {
    await rule({ escalate_after_m: 5 });
    state.readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "acknowledged" });
    await later(60 * MINUTE);
    expect(await alerts()).toMatchObject([{ severity: "medium", state: "acknowledged" }]);
  });
});
