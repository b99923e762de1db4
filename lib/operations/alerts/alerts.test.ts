/** People and plugins act on alerts and their rules. */
import { describe, expect, it } from "vitest";
import { setInterests } from "@/lib/core/outbox";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import { RuleInput } from "@/lib/operations/alerts/rules/contract";
import { actor } from "@/tests/actors";
import { admin, inputOf, MINUTE, watchedAlerts } from "@/tests/alerts";
import { databases } from "@/tests/db/databases";
import { aStoredUser } from "@/tests/db/rooms";

describe.each(databases)("$provider", (database) => {
  const { newId, state, engine, room, notified, store, service, ruleService, rule, later, alerts, channel, events } =
    watchedAlerts(database);

  it("removes what a person or a team left behind whose removal was cut short, and nothing of others", async () => {
    const [kept, gone] = [FIRST_TEAM + 1, FIRST_TEAM + 2];
    await room().run(`DELETE FROM "user"`);
    await aStoredUser({ id: 7 });
    for (const id of [kept, gone])
      await room().run(`INSERT INTO team (id, name, owner_id, created_at) VALUES (${id}, 'Night', 7, 1)`);
    for (const id of [7, 8]) {
      await rule({ scope: "own" }, actor(id));
      await channel(`of${id}`, { team_id: id, global: 0 });
    }
    for (const id of [kept, gone]) await rule({ scope: "own", team_id: id });
    await room().run(`DELETE FROM team WHERE id = ${gone}`);
    await rule();
    await channel("all", { team_id: 9 });
    state.readings = { a: 12 };
    await later(0);
    await store.sweep(0);
    const owners = (table: string) => room().all(`SELECT owner_id FROM ${table} ORDER BY seq`);
    expect(await owners("alert_rule")).toEqual([{ owner_id: 7 }, { owner_id: kept }, { owner_id: 1 }]);
    expect(await owners("alert")).toEqual([{ owner_id: 7 }, { owner_id: kept }, { owner_id: null }]);
    expect(await owners("alert_channel")).toEqual([{ owner_id: 7 }, { owner_id: 9 }]);
  });

  it("snoozes until the time is over, then fires again if it lasts", async () => {
    await rule();
    state.readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "snoozed", minutes: 10 });
    await later(9 * MINUTE);
    expect(await alerts()).toMatchObject([{ state: "snoozed", handled_by: "u1" }]);
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ state: "firing", snoozed_until: null }]);
    expect(notified.at(-1)!.title).toContain("Again, medium alert");
  });

  it("recovers while snoozed without a word of it firing again", async () => {
    await rule();
    state.readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "snoozed", minutes: 10 });
    state.readings = {};
    await later(MINUTE);
    await later(20 * MINUTE);
    expect(await alerts()).toMatchObject([{ state: "resolved" }]);
  });

  it("stays silent of what was resolved by hand until it has recovered", async () => {
    await rule();
    state.readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "resolved" });
    await later(MINUTE);
    expect(await alerts()).toHaveLength(1);
    state.readings = {};
    await later(MINUTE);
    state.readings = { a: 12 };
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ state: "firing" }, { state: "resolved", handled_by: "u1" }]);
  });

  it("resolves what a rule found when it is switched off or removed", async () => {
    const made = await rule();
    state.readings = { a: 12 };
    await later(0);
    await ruleService.update(admin, made.rule_id, RuleInput.parse({ ...inputOf(made), enabled: false }));
    expect(await alerts()).toMatchObject([{ state: "resolved" }]);
    await ruleService.update(admin, made.rule_id, RuleInput.parse(inputOf(made)));
    engine.current.forget();
    await later(10 * MINUTE);
    expect(await alerts({ state: "open" })).toHaveLength(1);
    await ruleService.remove(admin, made.rule_id);
    expect(await alerts({ state: "open" })).toEqual([]);
  });

  describe("plugins", () => {
    const say = (level: "info" | "warning" | "critical", message: string, group?: string) =>
      service.ofPlugin("watcher", { level, message, group });

    it("have what they say of one group in one alert, which fires anew when it is worse", async () => {
      await channel("hook");
      const first = await say("warning", "The disk fills", "disk");
      await service.act(admin, first.alert_id, { state: "acknowledged" });
      expect(await say("warning", "The disk is at 95%", "disk")).toMatchObject({
        ...{ alert_id: first.alert_id, count: 2, state: "acknowledged", message: "The disk is at 95%" },
      });
      expect(await say("critical", "The disk is full", "disk")).toMatchObject({
        ...{ alert_id: first.alert_id, count: 3, state: "firing", severity: "critical", source_name: "watcher" },
      });
      expect(notified.map((one) => one.title)).toEqual([
        "▲ Medium alert: The disk fills",
        "■ Escalated, critical alert: The disk is full",
      ]);
      expect(await events()).toEqual(["hook raised", "hook escalated"]);
      expect(await say("info", "The disk is at 60%", "disk")).toMatchObject({ severity: "low", state: "firing" });
      expect(await say("warning", "Something else")).not.toMatchObject({ alert_id: first.alert_id });
    });

    it("say that it is over, of their own alone", async () => {
      const { alert_id } = await say("warning", "The disk fills", "disk");
      expect(await service.overForPlugin("other", "disk")).toBeNull();
      expect(await service.overForPlugin("watcher", "disk")).toMatchObject({ alert_id, state: "resolved" });
      expect(await service.overForPlugin("watcher", "disk")).toBeNull();
      expect(notified.at(-1)!.title).toBe("✓ Resolved: The disk fills");
      expect((await service.get(admin, alert_id)).events[0]).toMatchObject({
        ...{ kind: "resolved", by: null, detail: "watcher says that it is over" },
      });
      expect(await say("warning", "The disk fills", "disk")).not.toMatchObject({ alert_id });
    });

    it("do not wake what is snoozed", async () => {
      const { alert_id } = await say("warning", "The disk fills", "disk");
      await service.act(admin, alert_id, { state: "snoozed", minutes: 10 });
      expect(await say("critical", "The disk is full", "disk")).toMatchObject({ state: "snoozed" });
      expect(notified).toHaveLength(1);
    });
  });

  it("counts what is triggered twice, and begins anew once it is resolved", async () => {
    const trigger = () => service.trigger(admin, { level: "warning", message: "High memory usage detected" });
    const first = await trigger();
    expect(await trigger()).toMatchObject({ alert_id: first.alert_id, count: 2 });
    await service.act(admin, first.alert_id, { state: "resolved" });
    expect((await trigger()).alert_id).not.toBe(first.alert_id);
    expect(await service.summary(admin)).toMatchObject({ totalAlerts: 2, warningAlerts: 2, unresolved: 1 });
    await expect(service.trigger(actor(5), { level: "info", message: "x" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("reports a team's alert to the webhooks of the team, not to those of its owner", async () => {
    const team_id = FIRST_TEAM + 20;
    await room().run(`INSERT INTO team (id, name, owner_id, created_at) VALUES (${team_id}, 'Day', 7, 1)`);
    setInterests([{ kind: "alert.opened", team_id: null }]);
    await rule({ scope: "own", team_id });
    state.readings = { a: 12 };
    await later(0);
    setInterests([]);
    expect(await room().all("SELECT kind, team_id FROM outbox_fact")).toEqual([{ kind: "alert.opened", team_id }]);
  });

  it("keeps people's alerts apart", async () => {
    await rule({ scope: "own" }, actor(7));
    state.readings = { a: 12 };
    await later(0);
    expect(notified.at(-1)!.to).toEqual({ user_ids: [7] });
    const [alert] = (await service.list(actor(7), { limit: 10 })).alerts;
    expect((await service.list(actor(8), { limit: 10 })).alerts).toEqual([]);
    expect(await alerts()).toEqual([]);
    expect(await alerts({ owner: "all" })).toHaveLength(1);
    await expect(service.get(actor(8), alert!.alert_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(service.act(actor(8), alert!.alert_id, { state: "resolved" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(service.act(actor(9, "moderator"), alert!.alert_id, { state: "resolved" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(rule({}, actor(8))).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("lists the most severe first when asked, the newest first among equals, and each once over the pages", async () => {
    for (const severity of ["low", "critical", "high", "low", "critical", "medium"] as const)
      await service.trigger(admin, { severity, message: `${severity} ${newId("m")}` });
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await service.page(admin, { limit: 2, sort: "severity", cursor });
      expect(page.items).toHaveLength(2);
      expect(page.next_cursor === null || page.next_cursor === page.items.at(-1)!.cursor).toBe(true);
      found.push(...page.items.map(({ row }) => row.message));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    const newest = (await alerts()).map((alert) => alert.message);
    const rank = (message: string) => ["critical", "high", "medium", "low"].indexOf(message.split(" ")[0]!);
    expect(found).toEqual(newest.toSorted((a, b) => rank(a) - rank(b)));
    expect(await alerts({ sort: "severity", level: "warning" })).toMatchObject([
      { severity: "high" },
      { severity: "medium" },
    ]);
  });
});
