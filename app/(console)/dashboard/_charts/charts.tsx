"use client";
import { type ReactNode, useMemo } from "react";
import { useFeature } from "@/app/_shell/features";
import { ChartCard } from "@/app/_ui/chart/card";
import type { ChartProps } from "@/app/_ui/chart/model";
import { QueryState } from "@/app/_ui/query-state";
import { Skeleton } from "@/app/_ui/skeleton";
import { useRangeText } from "@/app/(console)/dashboard/_shared/time-range/time-range-picker";
import type { TimeRangeState } from "@/app/(console)/dashboard/_shared/time-range/use-time-range";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { SeriesAnswer, useSeries } from "@/lib/fleet/series/queries";
import {
  commandFigures,
  durationFigures,
  logFigures,
  millisecondsText,
  numberText,
  onlineFigures,
  percentText,
  reportedFigures,
} from "./figures";
import { useMarks } from "./use-marks";

type Common = Pick<ChartProps, "range" | "onZoom" | "marks" | "spans">;
type SeriesResult = ReturnType<typeof useSeries>;

const useCommon = (time: TimeRangeState, bot?: Bot): Common => ({
  range: useRangeText(time.range),
  onZoom: time.zoom,
  ...useMarks(time, bot),
});

/** Two charts side by side where there is room, and placeholders of their height. An admin can switch charts off. */
function Charts({ query, children }: { query: SeriesResult; children: (answer: SeriesAnswer) => ReactNode }) {
  const isOn = useFeature("charts");
  if (!isOn) return null;
  return (
    <QueryState
      query={query}
      data={query.data}
      failure="The charts could not be loaded"
      loading={
        <div className="grid gap-4 lg:grid-cols-2" role="status" aria-label="Loading">
          {["logs", "commands", "durations", "online"].map((chart) => (
            <Skeleton key={chart} className="h-[258px] rounded-md" />
          ))}
        </div>
      }
    >
      {(answer) => <div className="grid gap-4 lg:grid-cols-2">{children(answer)}</div>}
    </QueryState>
  );
}

/** The charts of logs and commands, for one bot or many. */
function LogAndCommandCharts({ answer, common }: { answer: SeriesAnswer; common: Common }) {
  const logs = useMemo(() => logFigures(answer), [answer]);
  const commands = useMemo(() => commandFigures(answer), [answer]);
  const durations = useMemo(() => durationFigures(answer), [answer]);
  const counts = { kind: "bars", format: numberText, isWhole: true, ...common } as const;
  return (
    <>
      <ChartCard title="Logs by level" data={logs} {...counts} />
      <ChartCard title="Commands by outcome" data={commands} {...counts} />
      <ChartCard title="Duration of commands" kind="lines" data={durations} format={millisecondsText} {...common} />
    </>
  );
}

function OnlineChart({ answer, ...rest }: { answer: SeriesAnswer } & Omit<ChartProps, "data" | "kind">) {
  const data = useMemo(() => onlineFigures(answer), [answer]);
  return <ChartCard kind="lines" data={data} {...rest} />;
}

/** The charts of the numbers that a bot reports, by their names. */
function ReportedCharts({ answer, common }: { answer: SeriesAnswer; common: Common }) {
  const charts = useMemo(() => reportedFigures(answer), [answer]);
  return charts.map(({ name, data }) => (
    <ChartCard key={name} title={name} kind="lines" data={data} format={numberText} {...common} />
  ));
}

/** The charts of all bots that the reader may see. */
export function FleetCharts({ query, time }: { query: SeriesResult; time: TimeRangeState }) {
  const common = useCommon(time);
  return (
    <Charts query={query}>
      {(answer) => (
        <>
          <LogAndCommandCharts answer={answer} common={common} />
          <OnlineChart title="Bots online" answer={answer} format={numberText} isWhole {...common} />
        </>
      )}
    </Charts>
  );
}

type BotChartsProps = { bot: Bot; query: SeriesResult; time: TimeRangeState };

/** The charts of one bot, with those of the numbers that it reports. */
export function BotCharts({ bot, query, time }: BotChartsProps) {
  const common = useCommon(time, bot);
  return (
    <Charts query={query}>
      {(answer) => (
        <>
          <LogAndCommandCharts answer={answer} common={common} />
          <OnlineChart title="Time online" answer={answer} format={percentText} top={1} {...common} />
          <ReportedCharts answer={answer} common={common} />
        </>
      )}
    </Charts>
  );
}
