"use client";
import { JsonView } from "@/app/_ui/json-view";
import { lazyPart } from "@/app/_ui/lazy-part";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { useTimeFormat } from "@/app/_ui/time-format";
import { countText } from "@/lib/core/format/units";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import type { ScheduleDetail } from "@/lib/operations/schedules/contract";
import { useSchedule } from "@/lib/operations/schedules/queries";
import { BotLink } from "../_shared/bot-link";
import { Fact, SidePanel } from "../_shared/side-panel";
import { RunHistory } from "./run-history";
import { ScheduleActions } from "./schedule-actions";
import { ScheduleBadge } from "./schedule-list";
import { POLICIES, targetText } from "./texts";
import { WhenLabel } from "./when-label";

const ScheduleDialog = lazyPart(() => import("./schedule-dialog"));
const NAMED = 20;

type Props = { id: string; isEditing: boolean; onEdit: (isEditing: boolean) => void; onClose: () => void };

/** The details of a schedule: when it runs next, what it sends, and its history. */
export function SchedulePanel({ id, isEditing, onEdit, onClose }: Props) {
  const query = useSchedule(id);
  const schedule = query.data?.schedule;
  return (
    <SidePanel open onClose={onClose} title={schedule ? <bdi>{schedule.name}</bdi> : "Schedule"}>
      <QueryState
        query={query}
        data={schedule}
        failure="The schedule could not be loaded"
        loading={<SkeletonRows rows={6} columns={2} />}
      >
        {(shown) => (
          <>
            {shown.can_manage ? (
              <ScheduleActions schedule={shown} onEdit={() => onEdit(true)} onRemoved={onClose} />
            ) : null}
            <Details schedule={shown} />
            <RunHistory scheduleId={id} />
            {isEditing && shown.can_manage ? (
              <ScheduleDialog schedule={shown} onSaved={() => onEdit(false)} onClose={() => onEdit(false)} />
            ) : null}
          </>
        )}
      </QueryState>
    </SidePanel>
  );
}

function Details({ schedule }: { schedule: ScheduleDetail }) {
  return (
    <>
      {schedule.state === "stopped" ? (
        <p className="rounded-md bg-bad-soft px-3 py-2 text-[13px] text-bad">
          Stopped: {schedule.reason}. Fix the cause, then resume the schedule.
        </p>
      ) : null}
      <dl>
        <Fact label="State">
          {schedule.state === "active" ? "Active" : null} <ScheduleBadge schedule={schedule} />
        </Fact>
        <Fact label="Runs">
          <WhenLabel schedule={schedule} />
        </Fact>
        <NextRuns at={schedule.next_runs} />
        <Fact label="Bots">{schedule.bot_ids ? <Bots ids={schedule.bot_ids} /> : targetText(schedule)}</Fact>
        <Fact label="Command">
          <span className="font-mono text-[13px]">{schedule.type}</span>
        </Fact>
        {schedule.expires_in === null ? null : (
          <Fact label="Expires">{countText(Math.round(schedule.expires_in / 60), "minute")} after each run</Fact>
        )}
        <Fact label="Created">
          <TimeAgo at={schedule.created_at} />
          {schedule.created_by_name ? (
            <>
              {" by "}
              <bdi>{schedule.created_by_name}</bdi>
            </>
          ) : null}
        </Fact>
      </dl>
      <ul className="space-y-1 text-[13px] text-muted">
        <li>
          {POLICIES.offline.label}: {POLICIES.offline[schedule.offline].toLowerCase()}.
        </li>
        <li>
          {POLICIES.overlap.label}: {POLICIES.overlap[schedule.overlap].toLowerCase()}.
        </li>
        <li>
          {POLICIES.missed.label}: {POLICIES.missed[schedule.missed].toLowerCase()}.
        </li>
      </ul>
      {Object.keys(schedule.payload).length === 0 ? null : (
        <section>
          <h3 className="mb-1 font-medium text-[13px]">Payload</h3>
          <JsonView value={schedule.payload} />
        </section>
      )}
    </>
  );
}

function NextRuns({ at }: { at: readonly string[] }) {
  const { weekday, clock } = useTimeFormat();
  if (at.length === 0) return null;
  return (
    <Fact label="Next runs">
      <ol className="tnum">
        {at.map((time, place) => (
          <li key={time}>
            {weekday(time)}, {clock(time)}
            {place === 0 ? (
              <>
                {" "}
                <TimeAgo at={time} className="text-faint" />
              </>
            ) : null}
          </li>
        ))}
      </ol>
    </Fact>
  );
}

/** Links to the bots that a schedule names, and counts those beyond the first. */
function Bots({ ids }: { ids: readonly string[] }) {
  const shown = ids.slice(0, NAMED);
  const names = useBotNames(shown);
  return (
    <ul className="flex flex-wrap gap-x-3">
      {shown.map((id) => (
        <li key={id} className="max-w-full truncate">
          <BotLink id={id} name={names.get(id)} />
        </li>
      ))}
      {ids.length > NAMED ? <li className="text-muted">and {ids.length - NAMED} more</li> : null}
    </ul>
  );
}
