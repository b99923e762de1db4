/** Lists of alerts and statistics about them, for people. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { type Cursor, rowsOf, shownPage } from "@/lib/core/pages";
import { canSee, seesAll, teamsOf } from "@/lib/identity/access";
import { demandTeam } from "@/lib/identity/teams";
import { type AlertQuery, type AlertState, type AlertSummary, type Level, levelOf, type Severity } from "./contract";
import { SEVERITIES } from "./contract.constants";
import { type Deps, readable } from "./service.common";
import type { View } from "./store.list";
import { toAlert } from "./store.rows";

const RECENT = 10;
const OPEN: AlertState[] = ["firing", "acknowledged", "snoozed"];
/** Larger than every seq, so that a cursor can hold rank and seq in one number. */
const RANK_STEP = 10 ** 14;

type ListQuery = Partial<AlertQuery> & { limit: number };

const viewOf = (user: UserActor, all = false): View => ({
  ...{ teams: teamsOf(user), staff: seesAll(user), all: all && seesAll(user) },
});

/** @throws NOT_FOUND a team in which the caller has no role */
function viewOfTeam(user: UserActor, teamId: number): View {
  demandTeam(user, teamId, "viewer");
  return { teams: [teamId], staff: false, all: false };
}

/** Writes a cursor as text: the seq, preceded by the rank if the list is ordered by severity. */
const textOf = (cursor: Cursor): string => {
  const [seq = 0, rank = 0] = cursor.map(Number).reverse();
  return String(rank * RANK_STEP + seq);
};

function cursorOf(text: string | undefined, bySeverity: boolean): Cursor | undefined {
  if (text === undefined) return undefined;
  const place = Number(text);
  return bySeverity ? [Math.floor(place / RANK_STEP), place % RANK_STEP] : [place % RANK_STEP];
}

export function createAlertReading(deps: Pick<Deps, "store" | "lists" | "botTeams">) {
  const { store, lists, botTeams } = deps;

  /** Lists alerts newest first; `next_cursor` is null at the end. @throws NOT_FOUND a bot or a team the caller may not see */
  async function page(actor: Actor, query: ListQuery) {
    const user = asUser(actor);
    const { state = "all", severity, level, rule_id, bot_id, team_id, cursor, owner, limit } = query;
    const bySeverity = query.sort === "severity";
    if (bot_id !== undefined) {
      const team_id = (await botTeams([bot_id])).get(bot_id);
      if (team_id === undefined || !canSee(user, { id: bot_id, team_id }))
        throw new AppError("NOT_FOUND", `No bot ${bot_id}`);
    }
    const isWanted = (one: (typeof SEVERITIES)[number]) =>
      (!severity || one === severity) && (!level || levelOf(one) === level);
    const view = team_id === undefined ? viewOf(user, owner === "all") : viewOfTeam(user, team_id);
    const found = await lists.list(view, {
      ...{ limit, rule_id, bot_id, bySeverity, after: cursorOf(cursor, bySeverity) },
      states: state === "all" ? undefined : state === "open" ? OPEN : [state],
      severities: severity || level ? SEVERITIES.filter(isWanted) : undefined,
    });
    return shownPage(found, toAlert, textOf);
  }

  /** `page` without the cursor of each alert. */
  async function list(actor: Actor, query: ListQuery) {
    const { items, next_cursor } = await page(actor, query);
    return { alerts: rowsOf(items), count: items.length, next_cursor };
  }

  /** Returns document 002's "Alert Summary". */
  async function summary(actor: Actor): Promise<AlertSummary> {
    const view = viewOf(asUser(actor));
    const [figures, recent, subscribers] = await Promise.all([
      lists.figures(view),
      lists.list(view, { limit: RECENT }),
      lists.subscribers(view),
    ]);
    const count = (isCounted: (one: (typeof figures)[number]) => boolean) =>
      figures.filter(isCounted).reduce((total, one) => total + one.alerts, 0);
    const bySeverity = (severity: Severity) => count((one) => one.severity === severity);
    const ofLevel = (level: Level) => count((one) => levelOf(one.severity) === level);
    return {
      totalAlerts: count(() => true),
      criticalAlerts: ofLevel("critical"),
      warningAlerts: ofLevel("warning"),
      infoAlerts: ofLevel("info"),
      recentAlerts: rowsOf(recent.rows).map((alert) => ({
        ...{ level: levelOf(alert.severity), message: alert.message, timestamp: iso(alert.first_at) },
      })),
      subscribers,
      unresolved: count((one) => one.state === "firing" || one.state === "acknowledged"),
      severities: {
        ...{ low: bySeverity("low"), medium: bySeverity("medium") },
        ...{ high: bySeverity("high"), critical: bySeverity("critical") },
      },
    };
  }

  /** @throws NOT_FOUND the alert does not exist, or the caller may not see it */
  async function get(actor: Actor, id: string) {
    const alert = await readable(deps, asUser(actor), id);
    return { alert: toAlert(alert), ...(await store.detail(id)) };
  }

  return { page, list, summary, get };
}
