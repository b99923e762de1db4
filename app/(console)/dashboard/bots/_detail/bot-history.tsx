"use client";
import { BotCharts } from "@/app/(console)/dashboard/_charts/charts";
import { Errors } from "@/app/(console)/dashboard/_problems/errors";
import { TimeRangePicker } from "@/app/(console)/dashboard/_shared/time-range/time-range-picker";
import { useTimeRange } from "@/app/(console)/dashboard/_shared/time-range/use-time-range";
import { rangeQuery } from "@/lib/core/format/time-range";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useSeries } from "@/lib/fleet/series/queries";
import { BotMaintenance } from "../../_maintenance/bot-maintenance";
import { BotSchedules } from "../../_schedules/bot-schedules";
import { RecentCommands } from "./recent-commands";

/** The part of a bot's overview that follows the page's range of time: charts, errors by cause, the latest commands. */
export function BotHistory({ bot }: { bot: Bot }) {
  const botId = bot.id;
  const time = useTimeRange();
  const series = useSeries({ bot_id: botId, ...rangeQuery(time.range) });
  return (
    <div className="min-w-0 space-y-4 xl:col-span-2">
      <div className="flex justify-end">
        <TimeRangePicker state={time} />
      </div>
      <BotCharts bot={bot} query={series} time={time} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Errors time={time} series={series.data} botId={botId} />
        <RecentCommands botId={botId} />
        <BotSchedules botId={botId} />
        <BotMaintenance botId={botId} />
      </div>
    </div>
  );
}
