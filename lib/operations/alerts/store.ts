/** Reads and changes of alerts by people and plugins. The engine's writes: engine/store.ts. */

import type { RawBuilder } from "kysely";
import { iso, isoOrNull } from "@/lib/core/clock";
import { type Queries, query, type SqlBool, sql, transaction } from "@/lib/core/db";
import { userIds } from "@/lib/identity/accounts";
import { type AlertEvent, MEMBERS_MAX, type Member } from "./contract";
import { changing } from "./store.messages";
import { type AlertRow, type Announced, alertOf, type By, type Kind, settle } from "./store.rows";
import { trigger } from "./store.trigger";

/** Counted while it goes on; older history is what people need less. */
const EVENTS_SHOWN = 200;

/**
 * Deletes a person's own rows; a global rule or channel stays with the server. Rules first, as the engine locks them.
 *
 * @param gone the owners whose rows are deleted
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

/** Resolved ones of long ago, with what belongs to them, and what a person left behind whose removal was cut short. */
async function sweep(before: number): Promise<void> {
  await query().deleteFrom("alert").where("state", "=", "resolved").where("resolved_at", "<", before).execute();
  await deleteOf(query(), sql<SqlBool>`owner_id not in ${userIds()}`);
}

/** Removes everything of a person who is gone. */
export const eraseAlerts = (trx: Queries, userId: number): Promise<void> =>
  deleteOf(trx, sql<SqlBool>`owner_id = ${userId}`);

const forget = (userId: number): Promise<void> => transaction((trx) => eraseAlerts(trx, userId));

export const createAlertStore = () => ({ get, trigger, over, act, detail, sweep, forget });

export type AlertStore = ReturnType<typeof createAlertStore>;
