/** The kinds of facts that leave this server, and the limits of their queue. Safe for browsers. */

/** `ticket.*` facts concern the staff: only webhooks of the whole server receive them. */
export const FACT_KINDS = [
  "bot.status_changed",
  "command.completed",
  "command.failed",
  "alert.opened",
  "alert.resolved",
  "ticket.opened",
  "ticket.closed",
] as const;
export type FactKind = (typeof FACT_KINDS)[number];

/** Days for which facts and deliveries are kept, and with that how far back a replay can begin. */
export const OUTBOX_KEEP_DAYS = 7;
