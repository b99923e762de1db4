/** Document 002 "Alert Summary" and "Trigger Alert", and Muster's rules, states and channels, over real HTTP. */
import { describe, expect, it } from "vitest";
import {
  acknowledgeAlert,
  changeAlerts,
  getAlert,
  getAlertSummary,
  listAlerts,
  resolveAlert,
  snoozeAlert,
} from "@/lib/operations/alerts/contract";
import {
  createAlertRule,
  deleteAlertRule,
  dryRunAlertRule,
  listAlertRules,
} from "@/lib/operations/alerts/rules/contract";
import { admin, found, one, owner, server, trigger } from "../alert-server";
import { aBot, aUser, theAdmin, unique } from "../factories";

describe("trigger and summary", () => {
  it("answers as document 002 describes", async () => {
    const before = await admin.api.call(getAlertSummary);
    const made = await trigger({ level: "warning", message: "High memory usage detected" });
    expect(made).toMatchObject({ success: true, alert: { level: "warning", severity: "medium", state: "firing" } });
    const after = await admin.api.call(getAlertSummary);
    expect(after).toMatchObject({
      totalAlerts: before.totalAlerts + 1,
      warningAlerts: before.warningAlerts + 1,
      recentAlerts: [{ level: "warning", message: "High memory usage detected" }],
    });
    expect((await trigger({ level: "warning", message: "High memory usage detected" })).alert.count).toBe(2);
  });

  it.each([
    ["info", "low"],
    ["warning", "medium"],
    ["critical", "critical"],
  ])("%s is %s", async (level, severity) => {
    expect((await trigger({ level, message: unique("m") })).alert).toMatchObject({ level, severity });
    expect((await trigger({ severity, message: unique("m") })).alert).toMatchObject({ level, severity });
  });

  it("refuses in document 002's envelope", async () => {
    const { json, status } = await admin.api.send("POST /api/alerts", { body: { level: "loud", message: "x" } });
    expect([status, json.error.code]).toEqual([400, "INVALID_INPUT"]);
    await admin.api.refused("POST /api/alerts", "INVALID_INPUT", { body: { message: "x" } });
    await owner.api.refused("POST /api/alerts", "FORBIDDEN", { body: { level: "info", message: "x" } });
    const moderator = await aUser("moderator", server.url);
    await moderator.api.refused("POST /api/alerts", "FORBIDDEN", { body: { level: "info", message: "x" } });
  });
});

describe("states", () => {
  it("is acknowledged, snoozed and resolved, and records who did it", async () => {
    const { alert } = await trigger({ level: "critical", message: unique("m") });
    const acked = await admin.api.call(acknowledgeAlert, one(alert));
    expect(acked.alert).toMatchObject({ state: "acknowledged" });
    expect(acked.alert.handled_by).toBeTruthy();
    const snoozed = await admin.api.call(snoozeAlert, {
      ...one(alert),
      body: { minutes: 60 },
    });
    expect(Date.parse(snoozed.alert.snoozed_until!)).toBeGreaterThan(Date.now() + 59 * 60_000);
    await admin.api.call(resolveAlert, one(alert));
    const { events } = await admin.api.call(getAlert, one(alert));
    expect(events.map((event) => event.kind)).toEqual(["resolved", "snoozed", "acknowledged", "raised"]);
    await admin.api.refused("POST /api/alerts/{alert_id}/acknowledge", "CONFLICT", one(alert));
  });

  it("filters and pages by keyset, and changes many at once", async () => {
    const made = [];
    for (let index = 0; index < 3; index++)
      made.push((await trigger({ severity: "high", message: unique("m") })).alert);
    const query = { severity: "high", state: "open", limit: 2 };
    const first = await admin.api.call(listAlerts, { query });
    const second = await admin.api.call(listAlerts, {
      query: { ...query, cursor: first.next_cursor! },
    });
    const ids = [...first.alerts, ...second.alerts].map((alert) => alert.alert_id);
    expect(ids.slice(0, 3)).toEqual(made.map((alert) => alert.alert_id).reverse());
    const body = { ids: [...ids.slice(0, 3), "alert_unknown"], action: "resolve" };
    expect(await admin.api.call(changeAlerts, { body })).toMatchObject({ changed: 3 });
    expect((await owner.api.call(changeAlerts, { body })).changed).toBe(0);
  });

  it("shows the server's alerts only to staff", async () => {
    const { alert } = await trigger({ level: "info", message: unique("m") });
    await owner.api.refused("GET /api/alerts/{alert_id}", "NOT_FOUND", one(alert));
    await owner.api.refused("POST /api/alerts/{alert_id}/resolve", "NOT_FOUND", one(alert));
    expect((await owner.api.call(listAlerts)).alerts).toEqual([]);
    const moderator = await aUser("moderator", server.url);
    await moderator.api.call(getAlert, one(alert));
    await moderator.api.refused("POST /api/alerts/{alert_id}/resolve", "FORBIDDEN", one(alert));
  });
});

describe("rules", () => {
  const RULE = { name: "Failing", metric: "failed_commands", threshold: 2, window_s: 60, severity: "high" };

  it("find two bots that fail together as one alert, and see it recover when the rule goes", async () => {
    const person = await aUser("user", server.url);
    const made = await person.api.call(createAlertRule, { body: RULE });
    const bots = [await aBot(person, { name: "One" }), await aBot(person, { name: "Two" })];
    for (const bot of bots)
      for (let times = 0; times < 2; times++) {
        const { json } = await person.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
        await bot.api.send("POST /api/commands/{command_id}/ack", {
          params: { command_id: json.command.id },
          body: { status: "failed" },
        });
      }
    const alert = await found(async () => {
      const { alerts } = await person.api.call(listAlerts);
      return alerts.find((candidate) => candidate.members === 2);
    });
    expect(alert).toMatchObject({ severity: "high", level: "warning", source: "rule", owner_id: person.id });
    expect(alert.message).toMatch(/^Commands of 2 bots fail: (One, Two|Two, One)$/);
    const filtered = await person.api.call(listAlerts, { query: { bot_id: bots[0]!.id } });
    expect(filtered.count).toBe(1);
    const dry = await person.api.call(dryRunAlertRule, { body: RULE });
    expect(dry).toMatchObject({ complete: true, total: 1, firings: [{ count: 2 }] });
    const delivered = async () =>
      (await person.api.send("GET /api/notifications", { query: { kind: "alert" } })).json.notifications;
    await expect.poll(delivered).not.toEqual([]);
    expect(await delivered()).toHaveLength(1);
    const { rule } = made;
    expect((await person.api.call(listAlertRules)).rules).toMatchObject([{ open_alerts: 1 }]);
    await person.api.call(deleteAlertRule, { params: { rule_id: rule.rule_id } });
    const { alert: after } = await person.api.call(getAlert, one(alert));
    expect(after).toMatchObject({ state: "resolved", open_members: 0 });
  });

  it("are refused when they cannot work", async () => {
    const refused = (body: object, field: string) =>
      admin.api
        .refused("POST /api/alert-rules", "INVALID_INPUT", { body: { ...RULE, ...body } })
        .then(({ details }) => expect(details?.field).toBe(field));
    await refused({ threshold: 0 }, "threshold");
    await refused({ metric: "disk", threshold: 101, scope: "all" }, "threshold");
    await refused({ metric: "disk", threshold: 90 }, "scope");
    await refused({ recover_below: 3 }, "recover_below");
    await refused({ scope: "selected" }, "bot_ids");
    await refused({ channels: ["chan_unknown"] }, "channels");
    await owner.api.refused("POST /api/alert-rules", "FORBIDDEN", { body: { ...RULE, scope: "all" } });
    const bot = await aBot(await aUser("user", server.url));
    const body = { ...RULE, scope: "selected", bot_ids: [bot.id] };
    await owner.api.refused("POST /api/alert-rules", "NOT_FOUND", { body });
    await owner.api.refused("POST /api/alert-rules/dry-run", "NOT_FOUND", { body });
  });

  it("belong to the user who made them", async () => {
    const { rule } = await owner.api.call(createAlertRule, { body: RULE });
    const stranger = await aUser("user", server.url);
    const params = { rule_id: rule.rule_id };
    await stranger.api.refused("DELETE /api/alert-rules/{rule_id}", "NOT_FOUND", { params });
    await stranger.api.refused("PUT /api/alert-rules/{rule_id}", "NOT_FOUND", { params, body: RULE });
    expect((await stranger.api.call(listAlertRules)).rules).toEqual([]);
  });
});

it("finds nothing for a bot id that contains NUL, on either database", async () => {
  const { status } = await (await theAdmin()).api.send("GET /api/alerts", { query: { bot_id: "\u0000" } });
  expect(status).toBeLessThan(500);
});
