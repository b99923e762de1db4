import { useMemo } from "react";
import { useFeature, useRole } from "@/app/_shell/features";
import type { Mark, MarkSpan } from "@/app/_ui/chart/marks";
import { rangeQuery } from "@/lib/core/format/time-range";
import type { Bot } from "@/lib/fleet/bots/contract";
import { type AuditFilters, useAuditIn } from "@/lib/identity/audit/queries";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { useNewestAlerts } from "@/lib/operations/alerts/queries";
import { useNewestWindows } from "@/lib/operations/maintenance/queries";
import type { TimeRangeState } from "../_shared/time-range/use-time-range";
import { marksOfActs, marksOfAlerts, spansOfWindows } from "./changes";

/** The most teams whose acts the Overview reads beside the reader's own. */
const TEAMS_MAX = 8;

type MarkedBot = Pick<Bot, "id" | "team_id">;

/** The lists of the audit log that the reader may read: about one bot, or about everything within reach. */
function useLists(bot: MarkedBot | undefined): AuditFilters[] {
  const isAdmin = useRole() === "admin";
  const teams = useOwnTeams();
  const [botId, teamId] = [bot?.id, bot?.team_id];
  return useMemo(() => {
    const kept = teams.filter(({ role }) => role === "maintainer" || role === "owner");
    if (botId !== undefined) return isAdmin || kept.some(({ id }) => id === teamId) ? [{ bot_id: botId }] : [];
    if (isAdmin) return [{}];
    return [{}, ...kept.slice(0, TEAMS_MAX).map(({ id }) => ({ team_id: String(id) }))];
  }, [botId, teamId, isAdmin, teams]);
}

/** Reads the acts, deploys, alerts and maintenance of the page's range, of one bot or of all. */
export function useMarks({ range }: TimeRangeState, bot?: MarkedBot): { marks: Mark[]; spans: MarkSpan[] } {
  const botId = bot?.id;
  const acts = useAuditIn(useLists(bot), rangeQuery(range)).data;
  const alerts = useNewestAlerts(botId, useFeature("alerts")).data?.alerts;
  const all = useNewestWindows(useFeature("alerts")).data?.windows;
  return useMemo(() => {
    const covering = (all ?? []).filter(
      ({ bots, tag }) => botId === undefined || (tag === null && (bots === null || bots.includes(botId))),
    );
    return { marks: [...marksOfActs(acts ?? []), ...marksOfAlerts(alerts ?? [])], spans: spansOfWindows(covering) };
  }, [acts, alerts, all, botId]);
}
