"use client";
import { Pencil, Plus, Square, Trash2, Wrench } from "lucide-react";
import { useState } from "react";
import { parseAsBoolean, parseAsString, useQueryStates } from "@/app/_ui/address-state";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { useTimeFormat } from "@/app/_ui/time-format";
import { errorToast, toast } from "@/app/_ui/toast";
import { spanText } from "@/lib/core/format/units";
import type { MaintenanceWindow } from "@/lib/operations/maintenance/contract";
import { useEndWindow, useRemoveWindow, useWindows } from "@/lib/operations/maintenance/queries";
import type { Reader } from "../_alerts/labels";
import { whenText } from "../_schedules/when";
import { scopeText } from "../_shared/bots-scope";
import { OwnerFilter } from "../_shared/owner-select";
import { useReach } from "../_shared/use-reach";

const WindowDialog = lazyPart(() => import("./window-dialog"));
const STATES = {
  active: { label: "active", tone: "warn" },
  upcoming: { label: "upcoming", tone: "info" },
  ended: { label: "ended", tone: "neutral" },
} as const;

/** Lists maintenance windows, newest first, with the form for a new or changed one (`?new=true`, `?edit=`). */
export function Maintenance({ reader }: { reader: Reader }) {
  const reach = useReach(reader);
  const [team, setTeam] = useState<number>();
  const [open, setOpen] = useQueryStates({ new: parseAsBoolean.withDefault(false), edit: parseAsString });
  const list = useWindows(team);
  const windows = list.data?.pages.flatMap((page) => page.windows);
  const edited = windows?.find(({ window_id }) => window_id === open.edit);
  const create = () => void setOpen({ new: true });
  return (
    <Card>
      <CardHeader>
        <CardTitle>Maintenance windows</CardTitle>
        <OwnerFilter teams={reach.teams} value={team} onChange={setTeam} />
        <Button size="sm" variant="primary" onPointerEnter={WindowDialog.preload} onClick={create}>
          <Plus aria-hidden /> New window
        </Button>
      </CardHeader>
      <p className="border-line border-b px-4 py-2 text-[13px] text-muted">
        While a window lasts, no rule raises an alert for its bots. What still holds at the end raises its alert then.
      </p>
      <QueryState
        query={list}
        data={windows}
        failure="Maintenance windows could not be loaded"
        loading={<SkeletonRows rows={3} columns={2} />}
        empty={
          team === undefined ? (
            <NoWindows onCreate={create} />
          ) : (
            <EmptyState
              title="This team has no maintenance windows"
              filterHint={{ onClear: () => setTeam(undefined) }}
            />
          )
        }
      >
        {(rows) => (
          <ul aria-label="Maintenance windows">
            {rows.map((window) => (
              <Row
                key={window.window_id}
                window={window}
                team={reach.nameOf(window.team_id)}
                onEdit={() => void setOpen({ edit: window.window_id })}
              />
            ))}
          </ul>
        )}
      </QueryState>
      <LoadMore list={list}>Show more windows</LoadMore>
      {open.new || edited ? (
        <WindowDialog
          key={edited?.window_id}
          reader={reader}
          teams={reach.managed}
          window={edited}
          onClose={() => void setOpen({ new: null, edit: null })}
        />
      ) : null}
    </Card>
  );
}

function NoWindows({ onCreate }: { onCreate: () => void }) {
  return (
    <EmptyState
      icon={<Wrench />}
      title="No maintenance windows yet"
      description="Create one before you restart a host or deploy, so that nobody is woken by alerts that you expect."
      action={<Button onClick={onCreate}>New window</Button>}
      docs={{ href: "/docs/maintenance", label: "About maintenance windows" }}
    />
  );
}

type RowProps = { window: MaintenanceWindow; team: string | undefined; onEdit: () => void };

function Row({ window, team, onEdit }: RowProps) {
  const { name, note, state, team_id, can_manage } = window;
  const { label, tone } = STATES[state];
  const scope = scopeText(window);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium text-sm">{name}</span>
          {team_id === null ? <Badge>whole server</Badge> : null}
          {team ? <Badge>{team}</Badge> : null}
          {scope ? <Badge>{scope}</Badge> : null}
          {window.pause_schedules ? null : <Badge>schedules go on</Badge>}
        </p>
        {note ? <p className="break-words text-[13px] text-muted">{note}</p> : null}
        <p className="text-[13px] text-faint">
          <Times window={window} />
        </p>
      </div>
      <StatusDot status={label} tone={tone} />
      {can_manage ? <RowActions window={window} onEdit={onEdit} /> : null}
    </li>
  );
}

/** Says when the window lasts, and for one that repeats its present or next time too. */
function Times({ window: { cron, duration_minutes, starts_at, ends_at, next } }: Pick<RowProps, "window">) {
  const format = useTimeFormat();
  const span = (from: string, to: string) =>
    `${format.weekdayOfYear(from)}, ${format.clock(from)} to ${format.weekdayOfYear(to)}, ${format.clock(to)}`;
  if (cron === null) return <>{span(starts_at!, ends_at!)}</>;
  return (
    <>
      {whenText({ cron, every_minutes: null })}, for {spanText((duration_minutes ?? 0) * 60)}
      {next ? <span className="block">Next: {span(next.starts_at, next.ends_at)}</span> : null}
    </>
  );
}

function RowActions({ window: { window_id, name, state, cron }, onEdit }: Pick<RowProps, "window" | "onEdit">) {
  const end = useEndWindow();
  const remove = useRemoveWindow();
  return (
    <div className="flex flex-wrap gap-1.5">
      {state === "active" ? (
        <Button
          size="sm"
          loading={end.isPending}
          onClick={() =>
            end.mutate(window_id, {
              onSuccess: () => toast.success(cron === null ? `${name} ended` : `${name} ended until its next time`),
              onError: (error) => errorToast(error),
            })
          }
        >
          <Square aria-hidden /> End now
        </Button>
      ) : null}
      <Button size="sm" onClick={onEdit}>
        <Pencil aria-hidden /> Edit
      </Button>
      <ConfirmDialog
        trigger={
          <Button size="sm">
            <Trash2 aria-hidden /> Delete
          </Button>
        }
        title={`Delete maintenance window ${name}`}
        consequence={
          state === "active"
            ? "It ends at once: what holds now raises its alert within seconds."
            : "It no longer holds back alerts and schedules."
        }
        verb="Delete window"
        onConfirm={async () => {
          await remove.mutateAsync(window_id);
          toast.success(`Maintenance window ${name} deleted`);
        }}
      />
    </div>
  );
}
