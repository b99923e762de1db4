"use client";
import { useState } from "react";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { cn } from "@/app/_ui/cn";
import { RetryButton } from "@/app/_ui/retry-button";
import { Skeleton } from "@/app/_ui/skeleton";
import { UptimeBar } from "@/app/_ui/sparkline";
import { durationText } from "@/app/_ui/time";
import { errorText } from "@/lib/client/api";
import { shareText } from "@/lib/core/format/units";
import type { Bot } from "@/lib/fleet/bots/contract";
import { type UptimeHours, useBotUptime } from "@/lib/fleet/bots/queries";
import { useSeries } from "@/lib/fleet/series/queries";
import { type Uptime, uptimeOf, uptimePercent } from "./uptime";

type Span = { hours: UptimeHours; span: string; label: string };
const DAY: Span = { hours: "24", span: "24h", label: "24 h" };
const SPANS: Span[] = [
  DAY,
  { hours: "168", span: "7d", label: "7 days" },
  { hours: "720", span: "30d", label: "30 days" },
];

/** The uptime over a day, a week and a month, each with the time that nothing is known about, and a bar of heartbeats. */
export function UptimeCard({ bot }: { bot: Bot }) {
  const [chosen, setChosen] = useState(DAY);
  const { data, error, refetch } = useBotUptime(bot.id, chosen.hours);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Uptime</CardTitle>
      </CardHeader>
      <div className="grid grid-cols-3 gap-px border-line border-b bg-line">
        {SPANS.map((span) => (
          <SpanTile
            key={span.hours}
            bot={bot}
            span={span}
            isChosen={span.hours === chosen.hours}
            onChoose={() => setChosen(span)}
          />
        ))}
      </div>
      <div className="space-y-1 px-4 py-3">
        {data ? (
          <>
            <UptimeBar slots={data.slots} label={`Heartbeats of the last ${chosen.label}`} className="h-8" />
            <p className="flex justify-between text-[13px] text-faint">
              <span>{chosen.label} ago</span>
              <span>now</span>
            </p>
          </>
        ) : error ? (
          <p className="flex items-center justify-between gap-3 text-[13px] text-bad">
            {errorText(error)}
            <RetryButton size="sm" onRetry={() => void refetch()} />
          </p>
        ) : (
          <>
            <Skeleton className="h-8 w-full" />
            <Skeleton className="h-[18px] w-full" />
          </>
        )}
      </div>
    </Card>
  );
}

function noteOf({ knownMs, rangeMs }: Uptime): string {
  if (knownMs === 0) return "no data yet";
  const missing = shareText(1 - knownMs / rangeMs);
  if (!missing) return "no gaps in the data";
  return knownMs < rangeMs / 2 ? `from ${durationText(knownMs / 1000)} of data` : `no data for ${missing}`;
}

type SpanTileProps = { bot: Bot; span: Span; isChosen: boolean; onChoose: () => void };

/** The uptime over one span. Choosing it shows its heartbeats below. */
function SpanTile({ bot, span, isChosen, onChoose }: SpanTileProps) {
  const { data } = useSeries({ bot_id: bot.id, names: ["online"], from: span.span });
  const uptime = data && uptimeOf(data, Date.parse(bot.created_at), Date.now());
  const text = uptime && uptimePercent(uptime);
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      className={cn(
        "min-w-0 px-4 py-2 text-left -outline-offset-2 hover:bg-raised",
        isChosen ? "bg-raised" : "bg-panel",
      )}
    >
      <span className="block text-[13px] text-muted">{span.label}</span>
      <span className={cn("tnum block font-semibold text-lg leading-7", !text && "text-faint")}>
        {uptime ? (text ?? "–") : <Skeleton className="my-1.5 h-4 w-16" />}
      </span>
      <span className="block truncate text-faint text-xs">{uptime ? noteOf(uptime) : " "}</span>
    </button>
  );
}
