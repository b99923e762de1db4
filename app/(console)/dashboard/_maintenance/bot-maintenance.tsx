"use client";
import { Wrench } from "lucide-react";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { useTimeFormat } from "@/app/_ui/time-format";
import { useBotMaintenance } from "@/lib/operations/maintenance/queries";

/** Says in the header of a bot that it is in maintenance, and until when. Takes no line of its own. */
export function MaintenanceMark({ botId }: { botId: string }) {
  const { data } = useBotMaintenance(botId);
  const format = useTimeFormat();
  const active = data?.windows.find(({ state }) => state === "active");
  if (!active) return null;
  return (
    <span
      role="status"
      title={active.note || active.name}
      className="inline-flex h-5 items-center gap-1 rounded-md bg-warn-soft px-1.5 font-medium text-warn text-xs"
    >
      <Wrench className="size-3" aria-hidden />
      In maintenance until {format.weekdayOfYear(active.ends_at)}, {format.clock(active.ends_at)}
    </span>
  );
}

/** Lists the maintenance windows of a bot, present and future ones. Renders nothing when there are none. */
export function BotMaintenance({ botId }: { botId: string }) {
  const { data } = useBotMaintenance(botId);
  const format = useTimeFormat();
  const windows = data?.windows ?? [];
  if (windows.length === 0) return null;
  const time = (at: string) => `${format.weekdayOfYear(at)}, ${format.clock(at)}`;
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>Maintenance</CardTitle>
      </CardHeader>
      <ul aria-label="Maintenance" className="divide-y divide-line">
        {windows.map(({ window_id, name, note, state, starts_at, ends_at, pause_schedules }) => (
          <li key={window_id} className="px-4 py-2 text-sm">
            <p className="break-words font-medium">
              <bdi>{name}</bdi>
            </p>
            {note ? <p className="break-words text-[13px] text-muted">{note}</p> : null}
            <p className="text-[13px] text-faint">
              {state === "active" ? `Until ${time(ends_at)}` : `${time(starts_at)} to ${time(ends_at)}`}. No rule raises
              an alert for this bot{pause_schedules ? ", and schedules leave it out" : ""}.
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
