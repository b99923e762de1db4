/** Stores changes of rules, and resolves the alerts that end with them. */
import type { Queries } from "@/lib/core/db";
import { changing } from "@/lib/operations/alerts/store.messages";
import { type Announced, type By, type Change, settle } from "@/lib/operations/alerts/store.rows";
import type { RuleInput } from "./contract";

/** The columns that a rule's definition decides. The owner has a column of its own. */
export const columnsOf = ({ team_id: _, ...rule }: RuleInput) => ({
  ...{ global: rule.scope === "all" ? 1 : 0, enabled: rule.enabled ? 1 : 0, definition: JSON.stringify(rule) },
});

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
 * @returns the resolved alerts; undefined when the rule is gone, or no longer at version `expected`
 */
export async function put(
  id: string,
  rule: RuleInput,
  at: number,
  { over, expected }: { over?: By; expected?: number },
): Promise<Announced[] | undefined> {
  let isStored = false;
  const changes = await changing(at, async (trx) => {
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
