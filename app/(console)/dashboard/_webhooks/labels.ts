import type { Tone } from "@/app/_ui/badge";
import type { FactKind } from "@/lib/core/outbox/contract";
import type { Webhook, WebhookDelivery } from "@/lib/operations/webhooks/contract";

export type Reader = { user_id: number; role: "user" | "moderator" | "admin" };

/** The page of a webhook. */
export const webhookHref = (id: string): string => `/dashboard/webhooks/${encodeURIComponent(id)}`;

export const STATES: Record<Webhook["state"], { label: string; tone: Tone }> = {
  active: { label: "active", tone: "ok" },
  paused: { label: "paused", tone: "neutral" },
  failing: { label: "failing", tone: "warn" },
  disabled: { label: "disabled", tone: "bad" },
};

export const OUTCOMES: Record<WebhookDelivery["status"], { label: string; tone: Tone }> = {
  queued: { label: "waiting", tone: "info" },
  sent: { label: "delivered", tone: "ok" },
  dead: { label: "not delivered", tone: "bad" },
};

export const CAUSES: Record<WebhookDelivery["cause"], string> = {
  event: "Event",
  replay: "Repeated",
  test: "Test",
};

type Event = { kind: FactKind; label: string; when: string };
type Group = { title: string; events: Event[]; isServerOnly?: true };

/** The events that a webhook can receive, as its form explains them. */
export const EVENT_GROUPS: Group[] = [
  {
    title: "Bots",
    events: [
      {
        kind: "bot.status_changed",
        label: "Status changed",
        when: "A bot goes online or offline, or reports a status",
      },
    ],
  },
  {
    title: "Commands",
    events: [
      { kind: "command.completed", label: "Command completed", when: "A bot reports success" },
      { kind: "command.failed", label: "Command failed", when: "A command fails, expires or is cancelled" },
    ],
  },
  {
    title: "Alerts",
    events: [
      { kind: "alert.opened", label: "Alert opened", when: "A rule fires, or somebody triggers an alert" },
      { kind: "alert.resolved", label: "Alert resolved", when: "An alert is over" },
    ],
  },
  {
    title: "Tickets",
    isServerOnly: true,
    events: [
      { kind: "ticket.opened", label: "Ticket opened", when: "Somebody asks for help" },
      { kind: "ticket.closed", label: "Ticket closed", when: "A ticket is closed" },
    ],
  },
];

const EVENTS = new Map<string, string>(
  EVENT_GROUPS.flatMap(({ events }) => events.map(({ kind, label }) => [kind, label])),
);

/** Returns the label of an event, or its kind when it has none. */
export const eventLabel = (kind: string): string => EVENTS.get(kind) ?? (kind === "webhook.test" ? "Test event" : kind);
