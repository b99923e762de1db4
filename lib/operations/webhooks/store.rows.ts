/** Stored webhooks and deliveries, and how people see them. */
import { iso, isoOrNull } from "@/lib/core/clock";
import { type Expression, type Row, type SqlBool, sql } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { FactKind } from "@/lib/core/outbox/contract";
import { activeUsers } from "@/lib/identity/accounts";
import { teamIds } from "@/lib/identity/teams";
import type { Webhook, WebhookDelivery } from "./contract";

/** `address` and the secrets are sealed. */
export type WebhookRow = Row<"webhook">;
/** The columns that change after a webhook was created. */
export type WebhookColumns = Partial<
  Omit<WebhookRow, "seq" | "id" | "team_id" | "created_by" | "created_at" | "version">
>;
type Typed = Pick<WebhookDelivery, "status" | "cause">;
export type DeliveryRow = Omit<Row<"webhook_delivery">, keyof Typed> & Typed;

/** The requests of one hour. */
export type HourRow = Omit<Row<"webhook_hour">, "webhook_id">;
export const HOUR_MS = 3_600_000;

/** The columns of a webhook that is tried again from the beginning. */
export const ENABLED = { disabled_at: null, probe_at: null, failing_since: null, failures: 0, held_until: null };

/** Reads the kinds of facts that a stored webhook receives. */
export const kindsOf = ({ kinds }: Pick<WebhookRow, "kinds">): FactKind[] => kinds.split(" ") as FactKind[];
/** Reads the bots that a stored webhook is limited to; null for all bots of its team. */
export const botsOf = ({ bots }: Pick<WebhookRow, "bots">): string[] | null =>
  bots === null ? null : readJson<string[]>(bots);

/**
 * Tests whether a webhook's team exists or, for a personal one, whether the person's account is active. Webhooks of the server
 * always pass. @param team `table.column`
 */
export const hasActiveOwner = (team: string): Expression<SqlBool> => {
  const column = sql.ref(team);
  const people = activeUsers().clearSelect().select("id");
  return sql<SqlBool>`(${column} is null or ${column} in ${people} or ${column} in ${teamIds()})`;
};

const stateOf = ({ paused, failing_since, disabled_at }: WebhookRow): Webhook["state"] => {
  if (disabled_at !== null) return "disabled";
  if (paused === 1) return "paused";
  return failing_since === null ? "active" : "failing";
};

/** Converts a row to the webhook that people see. @param at the present time (epoch ms) */
export const toWebhook = (row: WebhookRow, at: number, hours: readonly HourRow[]): Webhook => ({
  webhook_id: row.id,
  team_id: row.team_id,
  name: row.name,
  kinds: kindsOf(row),
  bots: botsOf(row),
  tag: row.tag,
  hint: row.hint,
  state: stateOf(row),
  paused: row.paused === 1,
  failing_since: isoOrNull(row.failing_since),
  next_try_at: isoOrNull(row.disabled_at === null ? row.held_until : row.probe_at),
  disabled_at: isoOrNull(row.disabled_at),
  last_sent_at: isoOrNull(row.last_sent_at),
  last_error: row.last_error,
  old_secret_until: isoOrNull(row.old_secret_until !== null && row.old_secret_until > at ? row.old_secret_until : null),
  skipped: row.skipped,
  skipped_since: isoOrNull(row.skipped_since),
  hours: hours.map(({ hour, sent, failed }) => ({ at: iso(hour * HOUR_MS), sent, failed })),
  created_at: iso(row.created_at),
  version: row.version,
});

/** Converts a row to the delivery that people see. */
export const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  delivery_id: row.id,
  fact_id: row.fact_id,
  kind: row.kind,
  cause: row.cause,
  status: row.status,
  attempts: row.attempts,
  http_status: row.http_status,
  took_ms: row.took_ms,
  error: row.error,
  tried_at: isoOrNull(row.tried_at),
  created_at: iso(row.created_at),
  finished_at: isoOrNull(row.finished_at),
});
