/** Lets people manage rules. */
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { AppError, invalid } from "@/lib/core/errors";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import type { Quotas } from "@/lib/core/quotas";
import { staleUpdate } from "@/lib/core/versions";
import { owningTeam } from "@/lib/identity/teams";
import type { Publish } from "@/lib/operations/alerts/engine/publish";
import { byOf } from "@/lib/operations/alerts/service.common";
import { listedOwners } from "@/lib/operations/alerts/service.owners";
import type { Announced } from "@/lib/operations/alerts/store.rows";
import type { AlertRule, RuleInput, RuleQuery } from "./contract";
import { type AccessDeps, accessibleRule, checkRule } from "./service.access";
import { createDryRun, type DryRunDeps } from "./service.dry-run";
import type { RuleStore, StoredRule } from "./store";

type Deps = Pick<AccessDeps, "channels" | "botTeams"> &
  DryRunDeps & {
    rules: RuleStore;
    quotas: Pick<Quotas, "of">;
    publish: Publish;
    emit: Emit;
    newId(prefix: string): string;
  };

export const createRuleService = (deps: Deps) => ({ ...createRuleChanges(deps), ...createDryRun(deps) });

function createRuleChanges(deps: Deps) {
  const { rules, publish, emit, now, newId } = deps;

  async function announce(rule: StoredRule, over: Announced[]): Promise<void> {
    emit("alert.rules", { team_id: rule.team_id });
    for (const change of over) await publish(change, undefined);
  }

  async function shown(id: string): Promise<AlertRule> {
    const rule = await rules.shown(id);
    if (!rule) throw new AppError("NOT_FOUND", `No alert rule ${id}`);
    return rule;
  }

  /** Lists rules newest first. @throws NOT_FOUND a team in which the caller has no role */
  async function list(actor: Actor, { team_id, cursor, limit }: RuleQuery) {
    const user = asUser(actor);
    const owners = listedOwners(user, team_id);
    const { items, next_cursor } = shownPage(await rules.list(owners, { after: afterId(cursor), limit }), (one) => one);
    return { rules: rowsOf(items), count: items.length, next_cursor };
  }

  async function get(actor: Actor, id: string): Promise<AlertRule> {
    await accessibleRule(deps, actor, id, "read");
    return shown(id);
  }

  /** @throws CONFLICT the owner has as many as it may have; NOT_FOUND, FORBIDDEN as `owningTeam` */
  async function create(actor: Actor, { team_id: wanted, ...input }: RuleInput): Promise<AlertRule> {
    const user = asUser(actor, "operate");
    const team_id = await owningTeam(user, wanted, "operate");
    await checkRule(deps, user, input, team_id);
    const id = newId("rule");
    const at = now();
    describeAct({ target: { type: "alert_rule", id, name: input.name }, after: { ...input, team_id: wanted } });
    const quota = await deps.quotas.of("alert_rules", team_id);
    if (!(await rules.add(id, team_id, input, at, quota.max))) throw await quota.reached(actor);
    emit("alert.rules", { team_id });
    return shown(id);
  }

  /**
   * Replaces a rule, and resolves its alerts if it no longer watches the same thing.
   *
   * @param edited  the version on which the change is based; the change is refused if another version is stored
   * @throws CONFLICT  another version is stored, or the owner has too many rules of log lines; INVALID_INPUT another team than the rule's owner
   */
  async function update(actor: Actor, id: string, change: RuleInput, edited?: number): Promise<AlertRule> {
    const { user, rule } = await accessibleRule(deps, actor, id);
    const { team_id: wanted, ...input } = change;
    if (wanted !== undefined && wanted !== rule.team_id)
      throw invalid("team_id", "cannot be changed: create the rule in the other team, and remove this one");
    await checkRule(deps, user, input, rule.team_id);
    // The rule's open alerts must be resolved if the rule is off, watches something else, or moves to another owner's
    // alerts.
    const isSame = input.metric === rule.metric && input.query === rule.query;
    const isOver = !input.enabled || !isSame || (input.scope === "all") !== (rule.scope === "all");
    describeUpdate({ type: "alert_rule", id, name: rule.name }, rule, input);
    const changes = await rules.put(id, input, now(), {
      ...{ teamId: rule.team_id, over: isOver ? byOf(user) : undefined, expected: edited },
    });
    if (!changes) {
      const { rule: current } = await accessibleRule(deps, actor, id);
      const { rule_id, owner_id, team_id, version, created_at, updated_at, ...value } = current;
      throw staleUpdate("The rule", { version, value }, edited!, input);
    }
    await announce(rule, changes);
    return shown(id);
  }

  async function remove(actor: Actor, id: string): Promise<void> {
    const { user, rule } = await accessibleRule(deps, actor, id);
    const { rule_id, owner_id, team_id, version, created_at, updated_at, ...before } = rule;
    describeAct({ target: { type: "alert_rule", id, name: rule.name }, before });
    await announce(rule, await rules.remove(id, now(), byOf(user)));
  }

  return { list, get, create, update, remove };
}
