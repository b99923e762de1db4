"use client";
import Link from "next/link";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { TimeAgo } from "@/app/_ui/time";
import { useBotSchedules } from "@/lib/operations/schedules/queries";
import { WhenLabel } from "./when-label";

const SHOWN = 5;

/** The schedules that send a bot a command next. Renders nothing when there are none. */
export function BotSchedules({ botId }: { botId: string }) {
  const { data } = useBotSchedules(botId);
  const schedules = data?.schedules ?? [];
  if (schedules.length === 0) return null;
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>Next schedules</CardTitle>
        <Link href="/dashboard/schedules" prefetch={false} className="text-[13px] text-accent hover:underline">
          See all
        </Link>
      </CardHeader>
      <ul aria-label="Next schedules" className="divide-y divide-line">
        {schedules.slice(0, SHOWN).map((schedule) => (
          <li key={schedule.schedule_id} className="flex min-h-9 flex-wrap items-center gap-x-3 px-4 py-1 text-sm">
            <Link
              href={`/dashboard/schedules?schedule=${encodeURIComponent(schedule.schedule_id)}`}
              prefetch={false}
              className="min-w-0 truncate font-medium hover:text-accent hover:underline"
            >
              <bdi>{schedule.name}</bdi>
            </Link>
            <span className="font-mono text-[13px] text-muted">{schedule.type}</span>
            <span className="text-[13px] text-faint">
              <WhenLabel schedule={schedule} />
            </span>
            <TimeAgo at={schedule.next_at} className="ml-auto text-[13px] text-muted" />
          </li>
        ))}
      </ul>
    </Card>
  );
}
