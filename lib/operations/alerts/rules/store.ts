/** Stores rules; the definition of a rule is one JSON text. */
import type { Rights } from "@/lib/core/actor";
import { iso, now } from "@/lib/core/clock";
import { query, type Row, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { userRoles } from "@/lib/identity/accounts";
import { readRights } from "@/lib/identity/teams";
import type { AlertRule, RuleInput } from "./contract";
import { columnsOf, put, remove } from "./store.changes";

export type StoredRule = RuleInput & { rule_id: string } & Omit<RuleRow, "id" | "definition">;
/** `of_admin`: the owner is an admin, who may watch the bots of others. `rights`: the bots that the owner reaches. */
export type WatchedRule = StoredRule & { of_admin: boolean; rights: Rights | undefined };
type RuleRow = Pick<Row<"alert_rule">, (typeof COLUMNS)[number]>;

const COLUMNS = ["id", "owner_id", "definition", "version", "created_at", "updated_at"] as const;

const stored = ({ id, definition, owner_id, version, created_at, updated_at }: RuleRow): StoredRule => ({
  ...(readJson(definition) as RuleInput),
  ...{ rule_id: id, owner_id, version, created_at, updated_at },
});
export const toRule = (rule: StoredRule, open_alerts: number): AlertRule => ({
  ...rule,
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
    .$narrowType<{ open_alerts: number }>();

/** Lists one person's rules and, with `withGlobal`, the global ones. */
async function list(userId: number, withGlobal: boolean): Promise<AlertRule[]> {
  const rules = await rulesWithCounts()
    .where((eb) => {
      const own = eb.and([eb("owner_id", "=", userId), eb("global", "=", 0)]);
      return withGlobal ? eb.or([own, eb("global", "=", 1)]) : own;
    })
    .orderBy("seq", "desc")
    .limit(1000)
    .execute();
  return rules.map((row) => toRule(stored(row), row.open_alerts));
}

async function get(id: string): Promise<StoredRule | undefined> {
  const row = await query().selectFrom("alert_rule").select(COLUMNS).where("id", "=", id).executeTakeFirst();
  return row && stored(row);
}

/** Returns a rule in the form that people see. */
async function shown(id: string): Promise<AlertRule | undefined> {
  const row = await rulesWithCounts().where("id", "=", id).executeTakeFirst();
  return row && toRule(stored(row), row.open_alerts);
}

/** Lists all rules that are switched on. */
async function enabled(): Promise<WatchedRule[]> {
  const rules = await query()
    .selectFrom("alert_rule as r")
    .leftJoin(userRoles().as("u"), "u.id", "r.owner_id")
    .select(["r.id", "r.owner_id", "r.definition", "r.version", "r.created_at", "r.updated_at", "u.role"])
    .where("r.enabled", "=", 1)
    .orderBy("r.seq")
    .limit(5000)
    .execute();
  const rights = await readRights([...new Set(rules.map(({ owner_id }) => owner_id))], now());
  return rules.map(({ role, ...row }) => ({
    ...stored(row),
    ...{ of_admin: role === "admin", rights: rights.get(row.owner_id) },
  }));
}

/** Adds a rule. Returns false when the person already has `max` rules. */
const add = (id: string, ownerId: number, rule: RuleInput, at: number, max: number): Promise<boolean> =>
  transaction(async (trx) => {
    const { rules } = await trx
      .selectFrom("alert_rule")
      .select((eb) => eb.fn.countAll<number>().as("rules"))
      .where("owner_id", "=", ownerId)
      .executeTakeFirstOrThrow();
    if (rules >= max) return false;
    const row = { id, owner_id: ownerId, ...columnsOf(rule), created_at: at, updated_at: at };
    await trx.insertInto("alert_rule").values(row).execute();
    return true;
  });

export const createRuleStore = () => ({ list, get, shown, enabled, add, put, remove });

export type RuleStore = ReturnType<typeof createRuleStore>;
