"use client";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useFeature } from "@/app/_shell/features";
import { Button } from "@/app/_ui/button";
import { ErrorState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { Skeleton } from "@/app/_ui/skeleton";
import { errorText } from "@/lib/client/api";
import type { StatsOverview } from "@/lib/operations/stats/contract";
import { useOverview } from "@/lib/operations/stats/queries";
import { useFleetSeries } from "../_charts/use-fleet-series";
import { ProblemsWaiting } from "../_problems/problem-rows";
import { failuresOf } from "../_shared/failures";
import { TimeRangePicker } from "../_shared/time-range/time-range-picker";
import { type TimeRangeState, useTimeRange } from "../_shared/time-range/use-time-range";
import { Tiles } from "./tiles";
import { Trouble } from "./trouble";

/** As high as a card that says that there is nothing to do, which most of them do. */
const waiting = () => <Skeleton className="h-[5.75rem] rounded-md" />;
const FiringAlerts = lazyPart(() => import("./firing-alerts").then((part) => part.FiringAlerts), waiting);
/** As high as four charts. */
const FleetCharts = lazyPart(
  () => import("../_charts/charts").then((part) => part.FleetCharts),
  () => <Skeleton className="h-[1080px] rounded-md lg:h-[532px]" />,
);
const FirstRun = lazyPart(
  () => import("../_onboarding/first-run").then((part) => part.FirstRun),
  () => <Skeleton className="h-72 rounded-md" />,
);
const SetupChecklist = lazyPart(() => import("../_onboarding/setup-checklist").then((part) => part.SetupChecklist));
const Errors = lazyPart(
  () => import("../_problems/errors").then((part) => part.Errors),
  ({ expected }) => <ProblemsWaiting title="Errors" expected={expected} />,
);
const FailedCommands = lazyPart(
  () => import("../_problems/failed-commands").then((part) => part.FailedCommands),
  ({ expected }) => <ProblemsWaiting title="Failed commands" expected={expected} />,
);
const WaitingTickets = lazyPart(() => import("./waiting-tickets").then((part) => part.WaitingTickets), waiting);

/**
 * The overview says first which alerts fire and which bots have problems, then what went wrong in the page's range of time
 * and why, then it shows charts of that range.
 */
export function Overview({ initial, isStaff }: { initial: StatsOverview; isStaff: boolean }) {
  const { data, error, refetch } = useOverview(initial);
  const time = useTimeRange();
  if (error && !data) {
    return <ErrorState title="The overview could not be loaded" message={errorText(error)} onRetry={refetch} />;
  }
  const empty = data?.total_bots === 0;
  return (
    <>
      <PageHeader
        title="Overview"
        description="All bots you can see, updated live."
        actions={
          empty ? null : (
            <>
              <TimeRangePicker state={time} />
              <Button asChild variant="primary">
                <Link href="/dashboard/bots?new=1">
                  <Plus aria-hidden /> New bot
                </Link>
              </Button>
            </>
          )
        }
      />
      {empty ? <FirstRun /> : <Current stats={data} time={time} isStaff={isStaff} />}
    </>
  );
}

type CurrentProps = { stats: StatsOverview | undefined; time: TimeRangeState; isStaff: boolean };

function Current({ stats, time, isStaff }: CurrentProps) {
  const series = useFleetSeries(time);
  const hasAlerts = useFeature("alerts");

  return (
    <div className="space-y-4">
      <Tiles stats={stats} series={series.data} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="grid min-w-0 gap-4">
          {hasAlerts ? <FiringAlerts /> : null}
          <Trouble expected={stats ? stats.total_bots - stats.online_bots : 0} />
        </div>
        <div className="grid min-w-0 gap-4">
          <Errors time={time} series={series.data} expected={stats?.error_logs} />
          <FailedCommands time={time} expected={stats && failuresOf(stats)} />
          {isStaff ? <WaitingTickets /> : null}
        </div>
      </div>
      <FleetCharts query={series} time={time} />
      <SetupChecklist />
    </div>
  );
}
