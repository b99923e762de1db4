"use client";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Badge, toneText } from "@/app/_ui/badge";
import { cn } from "@/app/_ui/cn";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import type { ScheduleRun, ScheduleTarget } from "@/lib/operations/schedules/contract";
import { useScheduleRun, useScheduleRuns } from "@/lib/operations/schedules/queries";
import { BotLink } from "../_shared/bot-link";
import { outcomeOf, TARGETS, TRIGGERS } from "./texts";

/** The runs of a schedule, newest first. Each opens to the outcome on every bot. */
export function RunHistory({ scheduleId }: { scheduleId: string }) {
  const query = useScheduleRuns(scheduleId);
  const [open, setOpen] = useState<string | null>(null);
  return (
    <section>
      <h3 className="mb-1 font-medium text-[13px]">History</h3>
      <QueryState
        query={query}
        data={query.data?.runs}
        failure="The history could not be loaded"
        loading={<SkeletonRows rows={4} columns={2} />}
        empty={<p className="text-[13px] text-faint">It has not run yet.</p>}
      >
        {(runs) => (
          <ul aria-label="Runs" className="divide-y divide-line rounded-md border border-line">
            {runs.map((run) => (
              <Run
                key={run.run_id}
                run={run}
                isOpen={run.run_id === open}
                onToggle={() => setOpen(run.run_id === open ? null : run.run_id)}
              />
            ))}
          </ul>
        )}
      </QueryState>
    </section>
  );
}

/** "2 done · 1 skipped" */
function countsText({ completed, failed, skipped, bots }: ScheduleRun): string {
  const rest = bots - completed - failed - skipped;
  return [
    completed > 0 ? `${completed} done` : null,
    failed > 0 ? `${failed} failed` : null,
    skipped > 0 ? `${skipped} skipped` : null,
    rest > 0 ? `${rest} waiting` : null,
  ]
    .filter((text) => text !== null)
    .join(" · ");
}

type RunProps = { run: ScheduleRun; isOpen: boolean; onToggle: () => void };

function Run({ run, isOpen, onToggle }: RunProps) {
  const { word, tone } = outcomeOf(run);
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex min-h-9 w-full flex-wrap items-center gap-x-3 px-2.5 py-1 text-left text-[13px] hover:bg-raised/60"
        onClick={onToggle}
      >
        <ChevronRight className={cn("size-4 shrink-0 text-faint", isOpen && "rotate-90")} aria-hidden />
        <span className={cn("font-medium", toneText[tone])}>{word}</span>
        <span className="text-muted">{run.reason ?? countsText(run)}</span>
        <span className="ml-auto text-faint">
          {TRIGGERS[run.trigger]} <TimeAgo at={run.started_at} />
        </span>
      </button>
      {isOpen ? <Targets scheduleId={run.schedule_id} runId={run.run_id} /> : null}
    </li>
  );
}

function Targets({ scheduleId, runId }: { scheduleId: string; runId: string }) {
  const query = useScheduleRun(scheduleId, runId);
  return (
    <QueryState
      query={query}
      data={query.data?.targets}
      failure="The bots of this run could not be loaded"
      loading={<SkeletonRows rows={2} columns={2} />}
      empty={<p className="px-3 pb-2 text-[13px] text-faint">No bot that you may see was part of this run.</p>}
    >
      {(targets) => (
        <ul aria-label="Bots of this run" className="max-h-80 space-y-1 overflow-y-auto px-3 pb-2">
          {targets.map((target) => (
            <Target key={target.bot_id} target={target} />
          ))}
        </ul>
      )}
    </QueryState>
  );
}

function Target({ target: { bot_id, bot_name, state, command_id, note } }: { target: ScheduleTarget }) {
  const { word, tone } = TARGETS[state];
  return (
    <li className="flex flex-wrap items-center gap-x-2 text-[13px]">
      <Badge tone={tone}>{word}</Badge>
      <BotLink id={bot_id} name={bot_name ?? undefined} />
      {note ? <span className="text-muted">{note}</span> : null}
      {command_id ? (
        <Link
          href={`/dashboard/commands?command=${encodeURIComponent(command_id)}`}
          prefetch={false}
          className="ml-auto text-accent hover:underline"
        >
          View command
        </Link>
      ) : null}
    </li>
  );
}
