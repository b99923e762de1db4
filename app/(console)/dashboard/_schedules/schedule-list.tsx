"use client";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Badge, toneText } from "@/app/_ui/badge";
import { cn } from "@/app/_ui/cn";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { useTimeFormat } from "@/app/_ui/time-format";
import type { Schedule } from "@/lib/operations/schedules/contract";
import type { useScheduleList } from "@/lib/operations/schedules/queries";
import { RunBar } from "./run-bar";
import { outcomeOf, targetText } from "./texts";
import { WhenLabel } from "./when-label";

type ListProps = {
  list: ReturnType<typeof useScheduleList>;
  /** Returns the name of a team with other members. */
  teamName: (teamId: number) => string | undefined;
  open: string | null;
  onOpen: (id: string) => void;
  empty: ReactNode;
};

/** Schedules as rows, newest first; a row opens its details. */
export function ScheduleList({ list, teamName, open, onOpen, empty }: ListProps) {
  return (
    <>
      <QueryState
        query={list}
        data={list.data?.pages.flatMap((page) => page.schedules)}
        failure="Schedules could not be loaded"
        loading={<SkeletonRows rows={6} columns={4} />}
        empty={empty}
      >
        {(schedules) => (
          <Table label="Schedules">
            <THead>
              <tr>
                <Th>Name</Th>
                <Th className="hidden lg:table-cell">Command</Th>
                <Th className="max-sm:hidden">Runs</Th>
                <Th className="hidden w-44 md:table-cell">Next run</Th>
                <Th className="w-56 max-sm:hidden">Recent runs</Th>
              </tr>
            </THead>
            <TBody>
              {schedules.map((schedule) => (
                <Row
                  key={schedule.schedule_id}
                  schedule={schedule}
                  team={teamName(schedule.team_id)}
                  isOpen={schedule.schedule_id === open}
                  onOpen={onOpen}
                />
              ))}
            </TBody>
          </Table>
        )}
      </QueryState>
      <LoadMore list={list}>Load older schedules</LoadMore>
    </>
  );
}

type RowProps = { schedule: Schedule; team: string | undefined; isOpen: boolean; onOpen: (id: string) => void };

function Row({ schedule, team, isOpen, onOpen }: RowProps) {
  return (
    <Tr data-selected={isOpen} className="cursor-pointer" onClick={() => onOpen(schedule.schedule_id)}>
      <Td className="max-w-72 whitespace-normal py-1.5">
        <span className="flex flex-wrap items-center gap-x-2">
          <button
            type="button"
            className="max-w-full truncate font-medium hover:text-accent hover:underline"
            onClick={() => onOpen(schedule.schedule_id)}
          >
            <bdi>{schedule.name}</bdi>
          </button>
          <ScheduleBadge schedule={schedule} />
          {team ? (
            <Badge>
              <bdi>{team}</bdi>
            </Badge>
          ) : null}
        </span>
        <span className="block truncate text-[13px] text-muted">{targetText(schedule)}</span>
        {/* A phone has no room for columns, so it shows the same facts in lines. */}
        <span className="block space-y-0.5 text-[13px] text-muted sm:hidden">
          <span className="block">
            <WhenLabel schedule={schedule} />
          </span>
          <span className="block">
            <NextRun at={schedule.next_at} />
          </span>
          <RecentRuns schedule={schedule} />
        </span>
      </Td>
      <Td className="hidden max-w-40 truncate font-mono text-[13px] lg:table-cell">{schedule.type}</Td>
      <Td className="max-w-56 whitespace-normal max-sm:hidden">
        <WhenLabel schedule={schedule} />
        <span className="block text-[13px] text-muted md:hidden">
          <NextRun at={schedule.next_at} />
        </span>
      </Td>
      <Td className="hidden md:table-cell">
        <NextRun at={schedule.next_at} />
      </Td>
      <Td className="max-sm:hidden">
        <RecentRuns schedule={schedule} />
      </Td>
    </Tr>
  );
}

/** Says that a schedule is paused, was stopped, or keeps failing. Renders nothing for one that is as it should be. */
export function ScheduleBadge({ schedule: { state, reason, failures } }: { schedule: Schedule }) {
  if (state === "paused") return <Badge tone="warn">paused</Badge>;
  if (state === "stopped")
    return (
      <Badge tone="bad" title={reason ?? undefined}>
        <TriangleAlert className="size-3" aria-hidden /> stopped
      </Badge>
    );
  return failures > 1 ? <Badge tone="bad">{failures} failures in a row</Badge> : null;
}

function NextRun({ at }: { at: string | null }) {
  const { dateTime } = useTimeFormat();
  if (at === null) return <span className="text-faint">No next run</span>;
  return (
    <span className="tnum">
      {dateTime(at)} <TimeAgo at={at} className="text-[13px] text-faint" />
    </span>
  );
}

function RecentRuns({ schedule: { recent_runs, last_run } }: { schedule: Schedule }) {
  if (last_run === null) return <span className="text-[13px] text-faint">Has not run yet</span>;
  const { word, tone } = outcomeOf(last_run);
  return (
    <span className="flex items-center gap-2">
      <RunBar runs={recent_runs} />
      <span className={cn("text-[13px]", toneText[tone])} title={last_run.reason ?? undefined}>
        {word}
      </span>
    </span>
  );
}
