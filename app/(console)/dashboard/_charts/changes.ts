/** Marks on charts, made from the audit log, from alerts and from maintenance windows. */
import type { Mark, MarkKind, MarkSpan } from "@/app/_ui/chart/marks";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { actionName, callerName, targetName } from "../_audit/names";

/** Acts that change nothing that a chart could show: reads, sign-ins, and what belongs to one person alone. */
const UNSEEN_ACTIONS =
  /^(get|list|export|download|login|logout|finish|start|verify|send|request|resend|accept|sign|prune)/;
const UNSEEN_TARGETS = new Set([
  ...["user", "session", "passkey", "api_key", "push_device", "notification", "invitation", "authorization_code"],
  ...["ticket", "canned_reply", "view", "post", "meme", "task", "upload", "code"],
]);
const POWER: Readonly<Record<string, string>> = { restart: "Restart", stop: "Stop" };

type Change = { kind: MarkKind; text: string };

function changeOf(entry: AuditEntry): Change | undefined {
  const { action, target, after, by } = entry;
  const name = target?.name ?? target?.id ?? "";
  if (action === "registerBot" && typeof after?.version === "string" && by.kind === "bot")
    return { kind: "deploy", text: `${name} runs version ${after.version}` };
  if (target?.type === "command" && POWER[target.name ?? ""])
    return { kind: "restart", text: `${POWER[target.name!]} by ${callerName(by)}` };
  if (UNSEEN_ACTIONS.test(action) || (target && UNSEEN_TARGETS.has(target.type))) return undefined;
  const what = [actionName(action), targetName(entry)].filter(Boolean).join(": ");
  return { kind: /settings|config/i.test(action) ? "settings" : "act", text: `${what}, by ${callerName(by)}` };
}

/** The marks of what was done. Refused and failed acts changed nothing. */
export const marksOfActs = (entries: readonly AuditEntry[]): Mark[] =>
  entries.flatMap((entry) => {
    const change = entry.outcome === "done" ? changeOf(entry) : undefined;
    return change ? [{ id: entry.id, at: Date.parse(entry.at), ...change }] : [];
  });

type AlertOfMark = { alert_id: string; severity: string; message: string; timestamp: string };

/** The marks of alerts that began to fire. */
export const marksOfAlerts = (alerts: readonly AlertOfMark[]): Mark[] =>
  alerts.map(({ alert_id, severity, message, timestamp }) => ({
    id: alert_id,
    at: Date.parse(timestamp),
    kind: "alert" as const,
    text: `Alert (${severity}): ${message}`,
  }));

type WindowOfMark = { window_id: string; name: string; starts_at: string | null; ends_at: string | null };

/** The shaded stretches of maintenance windows whose times are known. */
export const spansOfWindows = (windows: readonly WindowOfMark[]): MarkSpan[] =>
  windows.flatMap(({ window_id, name, starts_at, ends_at }) =>
    starts_at && ends_at
      ? [{ id: window_id, from: Date.parse(starts_at), to: Date.parse(ends_at), text: `Maintenance: ${name}` }]
      : [],
  );
