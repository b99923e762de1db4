/** Stored incoming webhooks and deliveries, and how people see them. */
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Row } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Action, IncomingDelivery, IncomingWebhook, OnlyWhen } from "./contract";

/** `secret` is sealed. */
export type HookRow = Row<"incoming_webhook">;
/** A webhook with the name of the person whose rights it has. */
export type NamedHook = HookRow & { acts_as_name: string | null };
/** The columns that people change. */
export type HookColumns = Partial<
  Pick<
    HookRow,
    | ("name" | "token_hash" | "signature" | "secret" | "source" | "source_hint")
    | ("action" | "only_when" | "paused" | "acts_as" | "last_error")
  >
>;
export type Outcome = IncomingDelivery["outcome"];
export type DeliveryRow = Omit<Row<"incoming_delivery">, "outcome"> & { outcome: Outcome };

export const actionOf = ({ action }: Pick<HookRow, "action">): Action => readJson<Action>(action);
export const conditionOf = ({ only_when }: Pick<HookRow, "only_when">): OnlyWhen | null =>
  only_when === null ? null : readJson<OnlyWhen>(only_when);

/** Converts a row to the webhook that people see. */
export const toHook = (row: NamedHook): IncomingWebhook => ({
  hook_id: row.id,
  team_id: row.team_id,
  name: row.name,
  signature: row.signature as IncomingWebhook["signature"],
  source_hint: row.source_hint,
  action: actionOf(row),
  only_when: conditionOf(row),
  paused: row.paused === 1,
  acts_as: row.acts_as,
  acts_as_name: row.acts_as_name,
  last_at: isoOrNull(row.last_at),
  last_outcome: row.last_outcome as Outcome | null,
  last_error: row.last_error,
  created_at: iso(row.created_at),
  version: row.version,
});

/** Converts a row to the delivery that people see. */
export const toDelivery = (row: DeliveryRow): IncomingDelivery => ({
  delivery_id: row.id,
  at: iso(row.at),
  outcome: row.outcome,
  reason: row.reason,
  command_id: row.command_id,
  bytes: row.bytes,
});
