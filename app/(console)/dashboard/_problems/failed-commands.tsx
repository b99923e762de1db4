"use client";
import { useMemo } from "react";
import { CalmNote } from "@/app/_ui/empty-state";
import { spanOf } from "@/lib/core/format/time-range";
import type { Command } from "@/lib/fleet/commands/contract";
import { useCommandList, useCommandsLive } from "@/lib/fleet/commands/queries";
import { patternOf } from "@/lib/fleet/telemetry/queries.patterns";
import { failureText } from "../_commands/failure";
import type { TimeRangeState } from "../_shared/time-range/use-time-range";
import { groupsOf } from "./groups";
import { ProblemList } from "./problem-list";

const COMMANDS_MAX = 200;

const endOf = (command: Command): string => command.completed_at ?? command.created_at;

/** The commands that failed in the range, by type and cause. Cancelled ones do not count. */
export function FailedCommands({ time, expected }: { time: TimeRangeState; expected?: number }) {
  useCommandsLive();
  const query = useCommandList({ status: "failed", reason: "not_cancelled" }, { limit: COMMANDS_MAX });
  const commands = query.data?.pages[0]?.commands;
  const groups = useMemo(() => {
    if (!commands) return undefined;
    const span = spanOf(time.range, Date.now());
    const isIn = (at: number) => span === undefined || (at >= span.from && at <= span.to);
    const failed = commands
      .filter((command) => isIn(Date.parse(endOf(command))))
      .sort((a, b) => endOf(b).localeCompare(endOf(a)));
    return groupsOf(failed, (command) => `${command.type} ${patternOf(failureText(command))}`);
  }, [commands, time.range]);
  const isCut = (commands?.length ?? 0) >= COMMANDS_MAX;
  return (
    <ProblemList
      title="Failed commands"
      allHref="/dashboard/commands?status=failure"
      query={query}
      groups={groups}
      hasBots
      expected={expected}
      row={({ newest }) => ({
        text: `${newest.type}: ${failureText(newest)}`,
        href: `/dashboard/commands?command=${encodeURIComponent(newest.id)}`,
        at: endOf(newest),
      })}
      empty={<CalmNote>No command failed in this range.</CalmNote>}
      note={isCut ? `Grouped from the newest ${COMMANDS_MAX} failures.` : undefined}
    />
  );
}
