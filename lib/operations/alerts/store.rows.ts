/** An alert's rows, and the statements shared by all code that changes an alert. */
import type { Expression, ExpressionBuilder, SqlBool, UpdateObject } from "kysely";
import type { Tables } from "@/generated/tables";
import type { ActTarget } from "@/lib/core/acts";
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Queries, Row } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import { firstOwner } from "@/lib/identity/teams";
import { type Alert, type AlertEvent, type AlertState, levelOf } from "./contract";
import type { Event } from "./engine/announce";

type Typed = Pick<Alert, "source" | "severity" | "state"> & {
  /** The state that was last announced to channels and the inbox. */
  announced: "firing" | "flapping" | "resolved" | null;
};
/**
 * `team_id`: the team that owns the alert, which the column `owner_id` stores; null for the staff's. `owner_id`: the person
 * whom documents show as its owner.
 */
type Owners = { team_id: number | null; owner_id: number | null };
/**
 * Leaves out columns that only statements read. `flaps` counts how often the alert reopened since its state last held
 * for minutes.
 */
export type AlertRow = Omit<Row<"alert">, keyof Typed | "open_key" | "settled_by_id"> & Typed & Owners;
/** One subject that meets a rule's condition. */
export type Reading = { subject: string; label: string; bot_id: string | null; value: number };
export type By = { id: number | null; name: string } | null;
export type Kind = AlertEvent["kind"];
export type Change = { alert: AlertRow; kind: Kind };
/** A committed change. `event` is what channels and the inbox announce; undefined announces nothing. */
export type Announced = Change & { event: Event | undefined };

/** An alert as the target of an act. */
export const alertTarget = ({ id, message }: Pick<AlertRow, "id" | "message">): ActTarget => ({
  ...{ type: "alert", id, name: message },
});

export const COLUMNS = [
  ...(["alert.owner_id as team_id", firstOwner("alert.owner_id").as("owner_id")] as const),
  ...(["seq", "id", "rule_id", "source", "source_name", "severity", "message", "state"] as const),
  ...(["count", "members", "open_members", "first_at", "last_at", "snoozed_until", "escalate_at"] as const),
  ...(["escalated", "settled_by", "settled_at", "resolved_at", "flaps", "announced", "announce_at", "link"] as const),
] as const;

export const toAlert = (row: AlertRow): Alert => ({
  alert_id: row.id,
  level: levelOf(row.severity),
  severity: row.severity,
  message: row.message,
  state: row.state,
  source: row.source,
  source_name: row.source_name,
  rule_id: row.rule_id,
  owner_id: row.owner_id,
  team_id: row.team_id,
  count: row.count,
  members: row.members,
  open_members: row.open_members,
  escalated: row.escalated,
  timestamp: iso(row.first_at),
  last_seen: iso(row.last_at),
  snoozed_until: isoOrNull(row.snoozed_until),
  handled_by: row.settled_by,
  resolved_at: isoOrNull(row.resolved_at),
  link: row.link,
});

export const alertOf = (queries: Queries, id: string): Promise<AlertRow | undefined> =>
  queries.selectFrom("alert").select(COLUMNS).where("id", "=", id).$castTo<AlertRow>().executeTakeFirst();

type Alerts = ExpressionBuilder<Tables, "alert">;
type AlertChange = UpdateObject<Tables, "alert">;

/**
 * Changes an alert for which `where` holds.
 *
 * @returns the changed alert; undefined when `where` no longer holds
 */
export const updateAlert = (
  trx: Queries,
  id: string,
  change: AlertChange | ((eb: Alerts) => AlertChange),
  where?: (eb: Alerts) => Expression<SqlBool>,
): Promise<AlertRow | undefined> =>
  trx
    .updateTable("alert")
    .set((eb) => (typeof change === "function" ? change(eb) : change))
    .where("id", "=", id)
    .$if(where !== undefined, (update) => update.where(where!))
    .returning(COLUMNS)
    .$castTo<AlertRow>()
    .executeTakeFirst();

/** Adds a line to the alert's history. */
export async function note(
  trx: Queries,
  alertId: string,
  kind: Kind,
  at: number,
  detail = "",
  by: By = null,
): Promise<void> {
  await trx
    .insertInto("alert_event")
    .values({
      ...{ alert_id: alertId, kind, by_id: by?.id ?? null, by_name: by?.name ?? null },
      ...{ detail: cutText(detail, 500), at },
    })
    .execute();
}

type NewAlert = Pick<
  AlertRow,
  "id" | "team_id" | "rule_id" | "source" | "source_name" | "severity" | "message" | "escalate_at"
> & { open_key: string | null; at: number; link: string | null };

/** Inserts an alert. Returns false when an alert with its `open_key` is already open. */
export async function insertAlert(trx: Queries, { at, team_id, ...alert }: NewAlert): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto("alert")
    .values({ ...alert, owner_id: team_id, first_at: at, last_at: at })
    .onConflict((known) => known.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/**
 * Changes the state of an alert. Returns undefined if it is already resolved, possibly by another process at the same
 * moment.
 */
export async function settle(
  trx: Queries,
  id: string,
  state: Exclude<AlertState, "firing">,
  at: number,
  by: By,
  detail: string,
  until: number | null = null,
): Promise<Change | undefined> {
  const alert = await updateAlert(
    trx,
    id,
    {
      ...{ state, settled_by_id: by?.id ?? null, settled_by: by?.name ?? null, settled_at: at },
      ...{ snoozed_until: until, escalate_at: null, resolved_at: null },
      ...(state === "resolved" && { resolved_at: at, open_key: null }),
    },
    (eb) => eb("state", "<>", "resolved"),
  );
  if (!alert) return undefined;
  await note(trx, id, state, at, detail, by);
  return { alert, kind: state };
}
