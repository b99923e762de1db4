"use client";
import { useTimeFormat } from "@/app/_ui/time-format";
import type { Schedule } from "@/lib/operations/schedules/contract";
import { whenOf, whenText } from "./when";

/** Says when a schedule runs. Names its time zone if that is not the reader's. */
export function WhenLabel({ schedule }: { schedule: Pick<Schedule, "cron" | "every_minutes" | "time_zone"> }) {
  const format = useTimeFormat();
  const { kind } = whenOf(schedule);
  const isForeign = kind !== "minutes" && kind !== "hourly" && schedule.time_zone !== format.zone();
  return (
    <>
      <span className={kind === "cron" ? "font-mono text-[13px]" : undefined}>{whenText(schedule)}</span>
      {isForeign ? <span className="text-faint"> ({schedule.time_zone})</span> : null}
    </>
  );
}
