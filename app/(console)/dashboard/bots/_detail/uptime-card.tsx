"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { RetryButton } from "@/app/_ui/retry-button";
import { Skeleton } from "@/app/_ui/skeleton";
import { UptimeBar } from "@/app/_ui/sparkline";
import { errorText } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import { type UptimeHours, useBotUptime } from "@/lib/fleet/bots/queries";

const SPANS: { hours: UptimeHours; label: string }[] = [
  { hours: "24", label: "24 h" },
  { hours: "168", label: "7 days" },
  { hours: "720", label: "30 days" },
];

/** A bar of heartbeats and the share of time that the bot was not offline, over a day, a week or a month. */
export function UptimeCard({ bot }: { bot: Bot }) {
  const [hours, setHours] = useState<UptimeHours>("24");
  const { data, error, refetch } = useBotUptime(bot.id, hours);
  const label = SPANS.find((span) => span.hours === hours)?.label ?? "";
  const share = data?.uptime == null ? "no data yet" : `${(data.uptime * 100).toFixed(2)} % of recorded time`;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Uptime</CardTitle>
        <div className="flex gap-1">
          {SPANS.map((span) => (
            <Button
              key={span.hours}
              size="sm"
              variant={span.hours === hours ? "default" : "ghost"}
              aria-pressed={span.hours === hours}
              onClick={() => setHours(span.hours)}
            >
              {span.label}
            </Button>
          ))}
        </div>
      </CardHeader>
      <div className="space-y-2 px-4 py-3">
        {data ? (
          <>
            <UptimeBar slots={data.slots} label={`Uptime, last ${label}: ${share}`} className="h-8" />
            <p className="flex justify-between text-[13px] text-faint">
              <span>{label} ago</span>
              <span className="tnum font-medium text-text">{share}</span>
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
