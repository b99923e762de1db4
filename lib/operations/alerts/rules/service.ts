/** Lets people manage rules. */
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import { seesAll } from "@/lib/identity/access";
import type { Publish } from "@/lib/operations/alerts/engine/publish";
import { byOf } from "@/lib/operations/alerts/service.common";
import type { Announced } from "@/lib/operations/alerts/store.rows";
import { type AlertRule, RULES_MAX, type RuleInput } from "./contract";
import { type AccessDeps, accessibleRule, checkRule } from "./service.access";
import { createDryRun, type DryRunDeps } from "./service.dry-run";
import { type RuleStore, type StoredRule, toRule } from "./store";

type Deps = Pick<AccessDeps, "channels" | "botTeams"> &
  DryRunDeps & { rules: RuleStore; publish: Publish; emit: Emit; newId(prefix: string): string };

export const createRuleService = (deps: Deps) => ({ ...createRuleChanges(deps), ...createDryRun(deps) });

function createRuleChanges(deps: Deps) {
  const { rules, publish, emit, now, newId } = deps;

  async function announce(rule: StoredRule, over: Announced[]): Promise<void> {
    emit("alert.rules", { owner_id: rule.owner_id });
    for (const change of over) await publish(change, undefined);
  }

  async function shown(id: string): Promise<AlertRule> {
    const rule = await rules.shown(id);
    if (!rule) throw new AppError("NOT_FOUND", `No alert rule ${id}`);
    return rule;
  }

  async function list(actor: Actor): Promise<AlertRule[]> {
    const user = asUser(actor);
    return rules.list(user.user_id, seesAll(user));
  }

  async function get(actor: Actor, id: string): Promise<AlertRule> {
    await accessibleRule(deps, actor, id, "read");
    return shown(id);
  }

  /** @throws CONFLICT the caller already has RULES_MAX rules */
  async function create(actor: Actor, input: RuleInput): Promise<AlertRule> {
    const user = asUser(actor, "operate");
    await checkRule(deps, user, input);
    const id = newId("rule");
    const at = now();
    describeAct({ target: { type: "alert_rule", id, name: input.name }, after: input });
    if (!(await rules.add(id, user.user_id, input, at, RULES_MAX)))
      throw new AppError("CONFLICT", `You already have ${RULES_MAX} rules, which is the limit: remove one first`);
    emit("alert.rules", { owner_id: user.user_id });
    return toRule({ ...input, rule_id: id, owner_id: user.user_id, version: 0, created_at: at, updated_at: at }, 0);
  }

  /**
   * Replaces a rule, and resolves its alerts if it no longer watches the same thing.
   *
   * @param edited  the version on which the change is based; the change is refused if another version is stored
   * @throws CONFLICT  another version is stored
   */
  async function update(actor: Actor, id: string, input: RuleInput, edited?: number): Promise<AlertRule> {
    const { user, rule } = await accessibleRule(deps, actor, id);
    await checkRule(deps, user, input);
    // The rule's open alerts must be resolved if the rule is off, watches something else, or moves to another owner's
    // alerts.
    const isOver = !input.enabled || input.metric !== rule.metric || (input.scope === "all") !== (rule.scope === "all");
    describeUpdate({ type: "alert_rule", id, name: rule.name }, rule, input);
    const changes = await rules.put(id, input, now(), { over: isOver ? byOf(user) : undefined, expected: edited });
    if (!changes) {
      const { rule: current } = await accessibleRule(deps, actor, id);
      const { rule_id, owner_id, version, created_at, updated_at, ...value } = current;
      throw staleUpdate("The rule", { version, value }, edited!, input);
    }
    await announce(rule, changes);
    return shown(id);
  }

  async function remove(actor: Actor, id: string): Promise<void> {
    const { user, rule } = await accessibleRule(deps, actor, id);
    const { rule_id, owner_id, version, created_at, updated_at, ...before } = rule;
    describeAct({ target: { type: "alert_rule", id, name: rule.name }, before });
    await announce(rule, await rules.remove(id, now(), byOf(user)));
  }

  return { list, get, create, update, remove };
}
