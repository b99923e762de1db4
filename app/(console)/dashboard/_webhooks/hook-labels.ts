import type { Tone } from "@/app/_ui/badge";
import type { IncomingDelivery, IncomingWebhook } from "@/lib/operations/incoming/contract";

/** The page of an incoming webhook. */
export const hookHref = (id: string): string => `/dashboard/webhooks/incoming/${encodeURIComponent(id)}`;

export const HOOK_OUTCOMES: Record<IncomingDelivery["outcome"], { label: string; tone: Tone }> = {
  working: { label: "in progress", tone: "info" },
  done: { label: "done", tone: "ok" },
  skipped: { label: "skipped", tone: "neutral" },
  failed: { label: "failed", tone: "bad" },
  refused: { label: "refused", tone: "warn" },
};

export const SIGNATURE_LABELS: Record<IncomingWebhook["signature"], string> = {
  none: "None",
  github: "GitHub",
  grafana: "Grafana",
  standard: "Standard Webhooks",
};

/** Says in a few words what becomes of a request. */
export const actionText = ({ action }: Pick<IncomingWebhook, "action">): string =>
  action.kind === "command" ? `Sends ${action.type}` : `Writes a log line (${action.level})`;
