/** Lists of alerts and statistics about them. */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { inList, query, readPage } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import type { AlertState, Severity } from "./contract";
import { type AlertRow, COLUMNS } from "./store.rows";

/** The owners of the listed alerts: these teams, these and the server (`staff`), or everybody. */
export type View = { teams: readonly number[]; staff: boolean; all: boolean };
type Filter = {
  states?: AlertState[];
  severities?: Severity[];
  rule_id?: string;
  bot_id?: string;
  after?: Cursor;
  /** Orders by severity, and newest first among alerts of the same severity. */
  bySeverity?: boolean;
  limit: number;
};
type Alerts = ExpressionBuilder<Tables, "alert">;

const seenBy =
  ({ teams, staff, all }: View) =>
  (eb: Alerts) =>
    all ? eb.lit(true) : eb.or([eb("owner_id", "in", inList(teams)), ...(staff ? [eb("owner_id", "is", null)] : [])]);

/** Returns a rank that grows with the severity, so that one sort direction orders by severity and age. */
const rankOf = (eb: Alerts) =>
  eb
    .case("severity")
    .when("critical")
    .then(eb.lit(3))
    .when("high")
    .then(eb.lit(2))
    .when("medium")
    .then(eb.lit(1))
    .else(eb.lit(0))
    .end();

const filtered = (view: View, { states, severities, rule_id, bot_id }: Filter) =>
  query()
    .selectFrom("alert")
    .select(COLUMNS)
    .where(seenBy(view))
    .$if(states !== undefined, (alerts) => alerts.where("state", "in", states!))
    .$if(severities !== undefined, (alerts) => alerts.where("severity", "in", inList(severities!)))
    .$if(rule_id !== undefined, (alerts) => alerts.where("rule_id", "=", rule_id!))
    .$if(bot_id !== undefined, (alerts) =>
      alerts.where("id", "in", (eb) => eb.selectFrom("alert_member").select("alert_id").where("bot_id", "=", bot_id!)),
    );

/** Lists alerts newest first, or by severity if the filter says so. */
const list = (view: View, { bySeverity = false, ...filter }: Filter): Promise<Page<AlertRow>> => {
  const alerts = filtered(view, filter);
  if (!bySeverity) return readPage(alerts.$castTo<AlertRow>(), { by: ["seq"], direction: "desc" }, filter);
  const ranked = query()
    .selectFrom(alerts.select((eb) => rankOf(eb).as("rank")).as("ranked"))
    .selectAll();
  return readPage(ranked.$castTo<AlertRow>(), { by: ["rank", "seq"], direction: "desc" }, filter);
};

const figures = (view: View): Promise<{ severity: Severity; state: AlertState; alerts: number }[]> =>
  query()
    .selectFrom("alert")
    .select((eb) => ["severity", "state", eb.fn.countAll<number>().as("alerts")])
    .where(seenBy(view))
    .groupBy(["severity", "state"])
    .$narrowType<{ severity: Severity; state: AlertState }>()
    .execute();

/** Counts the channels that are switched on. */
async function subscribers({ teams, staff }: View): Promise<number> {
  const { channels } = await query()
    .selectFrom("alert_channel")
    .select((eb) => eb.fn.countAll<number>().as("channels"))
    .where("enabled", "=", 1)
    .where((eb) => {
      const own = eb.and([eb("owner_id", "in", inList(teams)), eb("global", "=", 0)]);
      return staff ? eb.or([own, eb("global", "=", 1)]) : own;
    })
    .executeTakeFirstOrThrow();
  return channels;
}

export const createAlertLists = () => ({ list, figures, subscribers });

export type AlertLists = ReturnType<typeof createAlertLists>;
