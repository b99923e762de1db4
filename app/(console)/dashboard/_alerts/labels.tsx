import { Light, type Tone } from "@/app/_ui/badge";
import { cn } from "@/app/_ui/cn";
import type { Alert, AlertEvent, AlertState, Severity } from "@/lib/operations/alerts/contract";

export type Reader = { user_id: number; email: string; role: "user" | "moderator" | "admin" };

const LOOK: Record<Severity, { tone: Tone; text: string }> = {
  low: { tone: "info", text: "text-info" },
  medium: { tone: "warn", text: "text-warn" },
  high: { tone: "bad", text: "text-bad" },
  critical: { tone: "bad", text: "text-bad font-semibold" },
};

/** A severity as shape and word; critical ones carry a filled square. */
export function SeverityMark({ severity, className }: { severity: Severity; className?: string }) {
  const { tone, text } = LOOK[severity];
  return (
    <span className={cn("inline-flex items-center gap-1.5 whitespace-nowrap text-[13px]", text, className)}>
      {severity === "critical" ? (
        <svg viewBox="0 0 10 10" className="size-2.5 shrink-0" aria-hidden>
          <rect x="1" y="1" width="8" height="8" fill="currentColor" />
        </svg>
      ) : (
        <Light tone={tone} />
      )}
      {severity[0]?.toUpperCase() + severity.slice(1)}
    </span>
  );
}

export const STATES: Record<AlertState, { label: string; tone: Tone }> = {
  firing: { label: "Firing", tone: "bad" },
  acknowledged: { label: "Acknowledged", tone: "info" },
  snoozed: { label: "Snoozed", tone: "neutral" },
  resolved: { label: "Resolved", tone: "ok" },
};

export const SOURCES: Record<Alert["source"], string> = {
  manual: "triggered by",
  rule: "by rule",
  plugin: "by plugin",
};

export const EVENTS: Record<AlertEvent["kind"], string> = {
  raised: "Raised",
  repeated: "Repeated",
  joined: "More affected",
  recovered: "Partly recovered",
  acknowledged: "Acknowledged",
  snoozed: "Snoozed",
  woke: "Snooze ended",
  escalated: "Escalated",
  resolved: "Resolved",
  reopened: "Reopened",
  flapping: "Flapping: further changes are counted but not sent",
  calmed: "Stopped flapping",
};
