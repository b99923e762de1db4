/** Resolvers of document 002: alerts. */
import { alerts } from "@/lib/alerts";
import { type Alert, listAlerts, SEVERITY_OF, Severity, triggerAlert } from "@/lib/alerts/contract";
import { invalid } from "@/lib/errors";
import { type Context, operatingAsAdmin } from "./context";
import { checked, paging } from "./page";
import { plainTime } from "./resolvers.server";

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

const query = {
  async alertSummary(_: unknown, __: unknown, { actor }: Context) {
    const summary = await alerts.summary(actor);
    const recentAlerts = summary.recentAlerts.map((one) => ({ ...one, timestamp: plainTime(one.timestamp) }));
    return { ...summary, recentAlerts };
  },
  async alerts(_: unknown, { limit, severity }: { limit?: number; severity?: string }, { actor }: Context) {
    const query = checked(listAlerts.query, { limit: paging({ first: limit }).limit, severity: severityOf(severity) });
    return (await alerts.list(actor, query)).alerts.map(viewOf);
  },
};

type Trigger = { level?: string; severity?: string; message: string };
const mutation = {
  triggerAlert: operatingAsAdmin(async (_, { level, severity, message }: Trigger, { actor }) => {
    const input = checked(triggerAlert.body, { level: level?.toLowerCase(), severity: severityOf(severity), message });
    const alert = await alerts.trigger(actor, input);
    return { success: true, message: "Alert triggered successfully", alert: viewOf(alert) };
  }),
};

export const alerting = { query, mutation };
