/** Reads alerts, and stores changes made by people and plugins. The engine's writes are in engine/store.ts. */

import type { RawBuilder } from "kysely";
import { describeAct } from "@/lib/core/acts";
import { iso, isoOrNull } from "@/lib/core/clock";
import { type Queries, query, type SqlBool, sql, transaction } from "@/lib/core/db";
import { userIds } from "@/lib/identity/accounts";
import { teamIds } from "@/lib/identity/teams";
import { type AlertEvent, MEMBERS_MAX, type Member } from "./contract";
import { changing } from "./store.messages";
import { type AlertRow, type Announced, alertOf, type By, type Kind, settle } from "./store.rows";
import { trigger } from "./store.trigger";

/** The most entries shown of an alert's history; older entries are rarely needed. */
const EVENTS_SHOWN = 200;

/**
 * Deletes the rows of people or teams; global rules and channels stay. Deletes rules first, because the engine locks them
 * first.
 *
 * @param gone selects the owners whose rows are deleted
 */
async function deleteOf(queries: Queries, gone: RawBuilder<SqlBool>): Promise<void> {
  await queries.deleteFrom("alert_rule").where("global", "=", 0).where(gone).execute();
  await queries.deleteFrom("alert").where("owner_id", "is not", null).where(gone).execute();
  await queries.deleteFrom("alert_channel").where("global", "=", 0).where(gone).execute();
}

const get = (id: string): Promise<AlertRow | undefined> => alertOf(query(), id);

/** Resolves a triggered alert on behalf of its source. Undefined when no alert with that `openKey` is open. */
async function over(openKey: string, at: number, detail: string): Promise<Announced | undefined> {
  const [change] = await changing(at, async (trx) => {
    const known = await trx.selectFrom("alert").select("id").where("open_key", "=", openKey).executeTakeFirst();
    if (known) describeAct({ target: { type: "alert", id: known.id }, after: { state: "resolved" } });
    return known ? [await settle(trx, known.id, "resolved", at, null, detail)] : [];
  });
  return change;
}

/** Applies a person's action to an alert; undefined when it is resolved already. */
async function act(
  id: string,
  to: { state: "acknowledged" | "resolved" } | { state: "snoozed"; until: number },
  by: NonNullable<By>,
  at: number,
): Promise<Announced | undefined> {
  const detail = to.state === "snoozed" ? `until ${iso(to.until)}` : "";
  const until = to.state === "snoozed" ? to.until : null;
  const [change] = await changing(at, async (trx) => [await settle(trx, id, to.state, at, by, detail, until)]);
  return change;
}

async function detail(id: string): Promise<{ members: Member[]; events: AlertEvent[] }> {
  const members = await query()
    .selectFrom("alert_member")
    .select(["subject", "label", "bot_id", "value", "count", "since", "resolved_at"])
    .where("alert_id", "=", id)
    .orderBy((eb) => eb.case().when("resolved_at", "is", null).then(0).else(1).end())
    .orderBy("seq")
    .limit(MEMBERS_MAX)
    .execute();
  const events = await query()
    .selectFrom("alert_event")
    .select(["kind", "by_name", "detail", "at"])
    .where("alert_id", "=", id)
    .orderBy("seq", "desc")
    .limit(EVENTS_SHOWN)
    .execute();
  return {
    members: members.map((row) => ({ ...row, since: iso(row.since), resolved_at: isoOrNull(row.resolved_at) })),
    events: events.map(({ kind, by_name, detail, at }) => ({
      ...{ kind: kind as Kind, by: by_name, detail, timestamp: iso(at) },
    })),
  };
}

/**
 * Deletes alerts that were resolved long ago with their rows, and the remains of people whose removal was cut short.
 */
async function sweep(before: number): Promise<void> {
  await query().deleteFrom("alert").where("state", "=", "resolved").where("resolved_at", "<", before).execute();
  await deleteOf(query(), sql<SqlBool>`owner_id not in ${userIds()} AND owner_id not in ${teamIds()}`);
}

/** Removes all alerts, rules and channels of a deleted person or team. */
export const eraseAlerts = (trx: Queries, ownerId: number): Promise<void> =>
  deleteOf(trx, sql<SqlBool>`owner_id = ${ownerId}`);

const forget = (userId: number): Promise<void> => transaction((trx) => eraseAlerts(trx, userId));

export const createAlertStore = () => ({ get, trigger, over, act, detail, sweep, forget });

export type AlertStore = ReturnType<typeof createAlertStore>;
