/** Stores rules; the definition of a rule is one JSON text. */
import type { Rights } from "@/lib/core/actor";
import { iso, now } from "@/lib/core/clock";
import { inList, query, type Row, readPage, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Cursor, Page } from "@/lib/core/pages";
import { userRoles } from "@/lib/identity/accounts";
import { countOwned, firstOwner, hasPlace, type ReadRights } from "@/lib/identity/teams";
import type { Owners } from "@/lib/operations/alerts/service.owners";
import type { AlertRule, Metric, RuleInput } from "./contract";
import { columnsOf, demandLogPlace, isOf, put, remove } from "./store.changes";

/** The definition of a rule, without its owner. */
type Definition = Omit<RuleInput, "team_id">;
export type StoredRule = Definition & { rule_id: string } & Omit<RuleRow, "id" | "definition">;
/** `of_admin`: the owner is an admin, who may watch the bots of others. `rights`: the bots that the owner reaches. */
export type WatchedRule = StoredRule & { of_admin: boolean; rights: Rights | undefined };
/**
 * `team_id`: the team that owns the rule, which the column `owner_id` stores; of a global rule the admin who created it.
 * `owner_id`: the person whom documents show as the owner.
 */
type RuleRow = Pick<Row<"alert_rule">, (typeof PLAIN)[number]> & { team_id: number; owner_id: number };

const PLAIN = ["id", "definition", "version", "created_at", "updated_at"] as const;
const COLUMNS = [...PLAIN, "r.owner_id as team_id", firstOwner("r.owner_id").as("owner_id")] as const;

const stored = ({ id, definition, ...row }: RuleRow): StoredRule => ({
  ...(readJson(definition) as Definition),
  ...{ ...row, rule_id: id },
});

const toRule = (rule: StoredRule, open_alerts: number): AlertRule => ({
  ...rule,
  team_id: rule.scope === "all" ? null : rule.team_id,
  open_alerts,
  created_at: iso(rule.created_at),
  updated_at: iso(rule.updated_at),
});

const rulesWithCounts = () =>
  query()
    .selectFrom("alert_rule as r")
    .select(COLUMNS)
    .select((eb) =>
      eb
        .selectFrom("alert as a")
        .select((alerts) => alerts.fn.countAll<number>().as("open"))
        .whereRef("a.rule_id", "=", "r.id")
        .where("a.state", "<>", "resolved")
        .$asScalar()
        .as("open_alerts"),
    )
    .$castTo<RuleRow & { open_alerts: number }>();

/** Lists the rules of teams and, with `withGlobal`, the global ones, newest first. */
async function list({ teams, withGlobal }: Owners, range: { after?: Cursor; limit: number }): Promise<Page<AlertRule>> {
  const rules = rulesWithCounts()
    .select("r.seq")
    .where((eb) => {
      const own = eb.and([eb("r.owner_id", "in", inList(teams)), eb("global", "=", 0)]);
      return withGlobal ? eb.or([own, eb("global", "=", 1)]) : own;
    });
  const page = await readPage(
    rules.$castTo<RuleRow & { open_alerts: number; seq: number }>(),
    { by: ["r.seq"], direction: "desc" },
    range,
  );
  return {
    ...page,
    rows: page.rows.map(({ row: { open_alerts, seq: _, ...row }, cursor }) => ({
      ...{ row: toRule(stored(row), open_alerts), cursor },
    })),
  };
}

async function get(id: string): Promise<StoredRule | undefined> {
  const found = query().selectFrom("alert_rule as r").select(COLUMNS).where("id", "=", id);
  const row = await found.$castTo<RuleRow>().executeTakeFirst();
  return row && stored(row);
}

/** Returns a rule in the form that people see. */
async function shown(id: string): Promise<AlertRule | undefined> {
  const row = await rulesWithCounts().where("id", "=", id).executeTakeFirst();
  if (!row) return undefined;
  const { open_alerts, ...rule } = row;
  return toRule(stored(rule), open_alerts);
}

/** Lists all rules that are switched on, or those of one metric. */
async function enabled(readRights: ReadRights, metric?: Metric): Promise<WatchedRule[]> {
  const rules = await query()
    .selectFrom("alert_rule as r")
    .leftJoin(userRoles().as("u"), "u.id", "r.owner_id")
    .select(["r.id", "r.definition", "r.version", "r.created_at", "r.updated_at", "u.role"])
    .select(["r.owner_id as team_id", firstOwner("r.owner_id").as("owner_id")])
    .where("r.enabled", "=", 1)
    .$if(metric !== undefined, (some) => some.where(isOf(metric!, "r.definition")))
    .orderBy("r.seq")
    .limit(5000)
    .$castTo<RuleRow & { role: string | null }>()
    .execute();
  const rights = await readRights([...new Set(rules.map(({ team_id }) => team_id))], now());
  return rules.map(({ role, ...row }) => ({
    ...stored(row),
    ...{ of_admin: role === "admin", rights: rights.get(row.team_id) },
  }));
}

/**
 * Adds a rule.
 *
 * @returns false when the owner already has `max` rules
 * @throws AppError NOT_FOUND the team was deleted; CONFLICT the owner has too many rules of log lines
 */
const add = (id: string, teamId: number, rule: Definition, at: number, max: number): Promise<boolean> =>
  transaction(async (trx) => {
    if (!(await hasPlace(trx, "alert_rule", { column: "owner_id", teamId, max }))) return false;
    if (rule.metric === "log_match") await demandLogPlace(trx, teamId, id);
    const row = { id, owner_id: teamId, ...columnsOf(rule), created_at: at, updated_at: at };
    await trx.insertInto("alert_rule").values(row).execute();
    return true;
  });

/** @param readRights reads what the owners of rules may reach */
export const createRuleStore = (readRights: ReadRights) => ({
  ...{ list, get, shown, add, put, remove },
  count: (teamId: number) => countOwned(query(), "alert_rule", { column: "owner_id", teamId }),
  enabled: (metric?: Metric) => enabled(readRights, metric),
});

export type RuleStore = ReturnType<typeof createRuleStore>;
