/** Stores changes of rules, and resolves the alerts that end with them. */
import { type Queries, type SqlBool, sql } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { lockPlaces } from "@/lib/identity/teams";
import { changing } from "@/lib/operations/alerts/store.messages";
import { type Announced, type By, type Change, settle } from "@/lib/operations/alerts/store.rows";
import type { Metric, RuleInput } from "./contract";
import { LOG_RULES_MAX } from "./contract.constants";

/** The columns that a rule's definition decides. The owner has a column of its own. */
export const columnsOf = ({ team_id: _, ...rule }: RuleInput) => ({
  ...{ global: rule.scope === "all" ? 1 : 0, enabled: rule.enabled ? 1 : 0, definition: JSON.stringify(rule) },
});

/**
 * Tests the metric of a stored rule. JSON writes a quote within a text with a backslash, so no name can contain this.
 *
 * @param column  that holds the definition
 */
export const isOf = (metric: Metric, column: string) =>
  sql<SqlBool>`${sql.ref(column)} LIKE ${`%"metric":"${metric}"%`}`;

/**
 * Demands that a team may have one more rule of the metric log_match, besides the rule itself. Call it under the lock of
 * `lockPlaces`. @throws CONFLICT
 */
export async function demandLogPlace(trx: Queries, teamId: number, ruleId: string): Promise<void> {
  const { rules } = await trx
    .selectFrom("alert_rule")
    .select((eb) => eb.fn.countAll<number>().as("rules"))
    .where("owner_id", "=", teamId)
    .where("id", "<>", ruleId)
    .where(isOf("log_match", "definition"))
    .executeTakeFirstOrThrow();
  if (rules < LOG_RULES_MAX) return;
  const message = `There are already ${LOG_RULES_MAX} rules that count log lines, which is the limit: remove one first`;
  throw new AppError("CONFLICT", message, { field: "metric" });
}

/** Resolves all open alerts of a rule that was deleted, turned off, or changed to watch something else. */
async function drop(trx: Queries, ruleId: string, at: number, by: By): Promise<(Change | undefined)[]> {
  await trx
    .updateTable("alert_member")
    .set((eb) => ({
      open_key: null,
      resolved_at: eb.fn.coalesce("resolved_at", eb.cast<number>(eb.val(at), "bigint")),
    }))
    .where("open_key", "is not", null)
    .where("alert_id", "in", (eb) => eb.selectFrom("alert").select("id").where("rule_id", "=", ruleId))
    .execute();
  await trx
    .updateTable("alert")
    .set({ open_members: 0 })
    .where("rule_id", "=", ruleId)
    .where("open_members", ">", 0)
    .execute();
  const open = await trx
    .selectFrom("alert")
    .select("id")
    .where("rule_id", "=", ruleId)
    .where("state", "<>", "resolved")
    .execute();
  const changes: (Change | undefined)[] = [];
  for (const { id } of open)
    changes.push(await settle(trx, id, "resolved", at, by, "Its rule was deleted or turned off"));
  return changes;
}

/**
 * Replaces a rule. `over` names the person who changed it, if the rule's open alerts are to be resolved.
 *
 * @param teamId  the owner of the rule
 * @returns the resolved alerts; undefined when the rule is gone, or no longer at version `expected`
 * @throws CONFLICT the owner has too many rules of log lines
 */
export async function put(
  id: string,
  rule: RuleInput,
  at: number,
  { teamId, over, expected }: { teamId: number; over?: By; expected?: number },
): Promise<Announced[] | undefined> {
  let isStored = false;
  const changes = await changing(at, async (trx) => {
    if (rule.metric === "log_match") {
      await lockPlaces(trx, "alert_rule", teamId);
      await demandLogPlace(trx, teamId, id);
    }
    const { numUpdatedRows } = await trx
      .updateTable("alert_rule")
      .set((eb) => ({ ...columnsOf(rule), updated_at: at, version: eb("version", "+", 1) }))
      .where("id", "=", id)
      .$if(expected !== undefined, (known) => known.where("version", "=", expected!))
      .executeTakeFirst();
    isStored = numUpdatedRows > 0n;
    return isStored && over ? drop(trx, id, at, over) : [];
  });
  return isStored ? changes : undefined;
}

/** Deletes a rule and resolves its alerts. @returns the resolved alerts */
export const remove = (id: string, at: number, by: By): Promise<Announced[]> =>
  changing(at, async (trx) => {
    await trx.deleteFrom("alert_rule").where("id", "=", id).execute();
    return drop(trx, id, at, by);
  });
