/** Resolvers of document 002: alerts; and of their rules, channels and history. */

import type { App } from "@/lib/app";
import { invalid } from "@/lib/core/errors";
import { type Context, operating, operatingAsAdmin } from "@/lib/edge/graphql/context";
import { checked, connectionOf, numbered, type PageArgs, paging } from "@/lib/edge/graphql/page";
import { ChannelInput, listAlertChannels, updateAlertChannel } from "@/lib/operations/alerts/channels/contract";
import {
  type Alert,
  changeAlerts,
  listAlerts,
  SEVERITY_OF,
  Severity,
  snoozeAlert,
  triggerAlert,
} from "@/lib/operations/alerts/contract";
import { listAlertRules, RuleInput } from "@/lib/operations/alerts/rules/contract";
import { plainTime } from "./server";

const viewOf = ({ alert_id, timestamp, ...alert }: Alert) => ({
  ...alert,
  id: alert_id,
  timestamp: plainTime(timestamp),
});

/** Severities, and document 002's levels beside them. */
function severityOf(word: string | null | undefined): Severity | undefined {
  if (!word) return undefined;
  const lower = word.toLowerCase();
  if (Object.hasOwn(SEVERITY_OF, lower)) return SEVERITY_OF[lower as keyof typeof SEVERITY_OF];
  const found = Severity.safeParse(lower);
  if (!found.success) throw invalid("severity", "must be low, medium, high or critical");
  return found.data;
}

type Id = { id: string };
type OfTeam = { teamId?: string | null };
type Rule = { rule: Record<string, unknown> };
type History = PageArgs & { severity?: string | null } & Record<string, unknown>;
const query = ({ alerts, alertRules, alertChannels }: App) => ({
  async alertSummary(_: unknown, __: unknown, { actor }: Context) {
    const summary = await alerts.summary(actor);
    const recentAlerts = summary.recentAlerts.map((one) => ({ ...one, timestamp: plainTime(one.timestamp) }));
    return { ...summary, recentAlerts };
  },
  async alerts(_: unknown, { limit, severity }: { limit?: number; severity?: string }, { actor }: Context) {
    const query = checked(listAlerts.query, { limit: paging({ first: limit }).limit, severity: severityOf(severity) });
    return (await alerts.list(actor, query)).alerts.map(viewOf);
  },
  async alertHistory(_: unknown, { first, after, severity, ...filter }: History, { actor }: Context) {
    const asked = { ...filter, ...paging({ first, after }), severity: severityOf(severity) };
    const page = await alerts.page(actor, checked(listAlerts.query, asked));
    return connectionOf(page.items, page.next_cursor, viewOf);
  },
  async alert(_: unknown, { id }: Id, { actor }: Context) {
    const { alert, ...rest } = await alerts.get(actor, id);
    return { alert: viewOf(alert), ...rest };
  },
  alertRules: (_: unknown, args: OfTeam, { actor }: Context) =>
    alertRules.list(actor, checked(listAlertRules.query, args)).then(({ rules }) => rules),
  dryRunAlertRule: (_: unknown, { rule }: Rule, { actor }: Context) =>
    alertRules.dryRun(actor, checked(RuleInput, numbered(rule))),
  alertChannels: (_: unknown, args: OfTeam, { actor }: Context) =>
    alertChannels.list(actor, checked(listAlertChannels.query, args)).then(({ channels }) => channels),
});

const changed = (alert: Alert, what: string) => ({ success: true, message: `Alert ${what}`, alert: viewOf(alert) });
const STATE = { acknowledge: "acknowledged", snooze: "snoozed", resolve: "resolved" } as const;

type Trigger = { level?: string; severity?: string; message: string };
const mutation = ({ alerts, alertRules, alertChannels }: App) => ({
  triggerAlert: operatingAsAdmin(async (_, { level, severity, message }: Trigger, { actor }) => {
    const input = checked(triggerAlert.body, { level: level?.toLowerCase(), severity: severityOf(severity), message });
    const alert = await alerts.trigger(actor, input);
    return { success: true, message: "Alert triggered successfully", alert: viewOf(alert) };
  }),
  acknowledgeAlert: operating(async (_, { id }: Id, { actor }) =>
    changed(await alerts.act(actor, id, { state: "acknowledged" }), "acknowledged"),
  ),
  snoozeAlert: operating(async (_, { id, ...args }: Id & { minutes: number }, { actor }) => {
    const { minutes } = checked(snoozeAlert.body, args);
    return changed(await alerts.act(actor, id, { state: "snoozed", minutes }), "snoozed");
  }),
  resolveAlert: operating(async (_, { id }: Id, { actor }) =>
    changed(await alerts.act(actor, id, { state: "resolved" }), "resolved"),
  ),
  changeAlerts: operating(async (_, args: Record<string, unknown>, { actor }) => {
    const { ids, action, minutes } = checked(changeAlerts.body, args);
    return { success: true, changed: await alerts.bulk(actor, ids, { state: STATE[action], minutes }) };
  }),

  createAlertRule: operating(async (_, { rule }: Rule, { actor }) => ({
    success: true,
    rule: await alertRules.create(actor, checked(RuleInput, numbered(rule))),
  })),
  updateAlertRule: operating(async (_, { id, rule, version }: Id & Rule & { version?: number | null }, { actor }) => ({
    success: true,
    rule: await alertRules.update(actor, id, checked(RuleInput, numbered(rule)), version ?? undefined),
  })),
  deleteAlertRule: operating(async (_, { id }: Id, { actor }) => {
    await alertRules.remove(actor, id);
    return { success: true, message: "Alert rule deleted" };
  }),
  createAlertChannel: operating(async (_, args: Record<string, unknown>, { actor }) => ({
    success: true,
    ...(await alertChannels.create(actor, checked(ChannelInput, numbered(args)))),
  })),
  updateAlertChannel: operating(async (_, { id, ...args }: Id & Record<string, unknown>, { actor }) => {
    const { version, ...change } = checked(updateAlertChannel.body, args);
    return { success: true, channel: await alertChannels.update(actor, id, change, version) };
  }),
  deleteAlertChannel: operating(async (_, { id }: Id, { actor }) => {
    await alertChannels.remove(actor, id);
    return { success: true, message: "Alert channel deleted" };
  }),
  testAlertChannel: operating((_, { id }: Id, { actor }) => alertChannels.test(actor, id)),
});

export const alerting = (app: App) => ({ query: query(app), mutation: mutation(app) });
