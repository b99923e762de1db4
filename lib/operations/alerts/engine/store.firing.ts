/** Stores the results of evaluating a rule: subjects that start firing, and subjects that recover. */
import { inList, lockRows, type Queries } from "@/lib/core/db";
import { MEMBERS_MAX } from "@/lib/operations/alerts/contract";
import { linkOf } from "@/lib/operations/alerts/rules/link";
import type { StoredRule } from "@/lib/operations/alerts/rules/store";
import { changing } from "@/lib/operations/alerts/store.messages";
import {
  type Announced,
  type Change,
  insertAlert,
  note,
  type Reading,
  settle,
} from "@/lib/operations/alerts/store.rows";
import { escalation } from "./store.due";
import { addMembers, recount, reopen } from "./store.members";

/** A subject that starts firing within this time joins the rule's open alert. */
const GROUP_MS = 120_000;

/**
 * Locks the rule until the commit, so that a concurrent change of the rule is either seen here, or resolves the alerts
 * written here.
 */
async function isUnchanged(trx: Queries, rule: StoredRule): Promise<boolean> {
  const stored = await lockRows(
    trx
      .selectFrom("alert_rule")
      .select("id")
      .where("id", "=", rule.rule_id)
      .where("enabled", "=", 1)
      .where("updated_at", "=", rule.updated_at),
  ).executeTakeFirst();
  return stored !== undefined;
}

/** Finds the rule's open alert that began a moment ago, and locks it until the commit. */
const openAlert = (trx: Queries, ruleId: string, at: number): Promise<{ id: string; members: number } | undefined> =>
  lockRows(
    trx
      .selectFrom("alert")
      .select(["id", "members"])
      .where("rule_id", "=", ruleId)
      .where("state", "<>", "resolved")
      .where("first_at", ">=", at - GROUP_MS)
      .orderBy("seq", "desc")
      .limit(1),
  ).executeTakeFirst();

/** @returns undefined when other processes have already added all of `readings` */
async function join(
  trx: Queries,
  alertId: string,
  rule: StoredRule,
  readings: Reading[],
  at: number,
): Promise<Change | undefined> {
  if ((await addMembers(trx, alertId, rule.rule_id, readings, at)) === 0) return undefined;
  await trx.updateTable("alert").set({ last_at: at }).where("id", "=", alertId).execute();
  await note(trx, alertId, "joined", at, readings.map((reading) => reading.label).join(", "));
  return { alert: await recount(trx, alertId, rule), kind: "joined" };
}

/** @returns undefined when other processes have already added all of `readings` */
async function raise(
  trx: Queries,
  id: string,
  rule: StoredRule,
  readings: Reading[],
  at: number,
): Promise<Change | undefined> {
  await insertAlert(trx, {
    ...{ id, team_id: rule.scope === "all" ? null : rule.team_id, rule_id: rule.rule_id, source: "rule" },
    ...{ source_name: rule.name, severity: rule.severity, message: "", at, open_key: null },
    link: linkOf(rule, at),
    escalate_at: escalation(rule, at),
  });
  if ((await addMembers(trx, id, rule.rule_id, readings.slice(0, MEMBERS_MAX), at)) === 0) {
    await trx.deleteFrom("alert").where("id", "=", id).execute();
    return undefined;
  }
  const alert = await recount(trx, id, rule);
  await note(trx, id, "raised", at, alert.message);
  return { alert, kind: "raised" };
}

/**
 * Stores subjects that start firing: those that recovered a moment ago reopen their alert, others join the rule's
 * recent alert or create a new one. Does nothing if the rule was changed or deleted meanwhile.
 */
export const fire = (rule: StoredRule, readings: Reading[], at: number, newId: () => string): Promise<Announced[]> =>
  changing(at, async (trx) => {
    if (!(await isUnchanged(trx, rule))) return [];
    const { fresh, changes } = await reopen(trx, rule, readings, at);
    if (fresh.length === 0) return changes;
    const open = await openAlert(trx, rule.rule_id, at);
    const fits = open && open.members + fresh.length <= MEMBERS_MAX;
    const change = fits ? await join(trx, open.id, rule, fresh, at) : await raise(trx, newId(), rule, fresh, at);
    return [...changes, change];
  });

/** Stores subjects that recovered, and resolves an alert when none of its subjects fires. `keys`: memberKey of each. */
export async function recover(
  rule: Pick<StoredRule, "metric" | "query" | "window_s">,
  keys: string[],
  at: number,
): Promise<Announced[]> {
  if (keys.length === 0) return [];
  return changing(at, async (trx) => {
    const recovered = await trx
      .updateTable("alert_member")
      .set({ open_key: null, resolved_at: at })
      .where("open_key", "in", inList(keys))
      .returning(["alert_id", "label"])
      .execute();
    const changes: (Change | undefined)[] = [];
    for (const [id, members] of Map.groupBy(recovered, (member) => member.alert_id)) {
      const alert = await recount(trx, id, rule);
      if (alert.state === "resolved") continue;
      if (alert.open_members > 0) {
        await note(trx, id, "recovered", at, members.map(({ label }) => label).join(", "));
        changes.push({ alert, kind: "recovered" });
      } else changes.push(await settle(trx, id, "resolved", at, null, "Recovered"));
    }
    return changes;
  });
}
