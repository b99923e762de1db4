"use client";
import { useEffect, useRef } from "react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Checkbox } from "@/app/_ui/checkbox";
import { cn } from "@/app/_ui/cn";
import { TimeAgo } from "@/app/_ui/time";
import type { Alert } from "@/lib/operations/alerts/contract";
import { Actions, type ChangeAlerts } from "./actions";
import { SeverityMark, SOURCES, STATES } from "./labels";

type RowProps = {
  alert: Alert;
  current: boolean;
  picked: boolean;
  canAct: boolean;
  /** The name of the team that owns the alert; undefined for a person and the server. */
  team: string | undefined;
  busy: boolean;
  change: ChangeAlerts;
  onPick: (on: boolean) => void;
  onOpen: () => void;
};

/** One row of the alert list. It scrolls into view when the arrow keys select it. */
export function AlertRow({ alert, current, picked, canAct, team, busy, change, onPick, onOpen }: RowProps) {
  const { label, tone } = STATES[alert.state];
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <li
      ref={row}
      className={cn(
        "flex gap-3 border-line border-b px-4 py-2.5 last:border-b-0 hover:bg-raised/60",
        current && "bg-raised/60",
      )}
    >
      <Checkbox
        className="mt-1"
        checked={picked}
        disabled={!canAct}
        onCheckedChange={(on) => onPick(on === true)}
        aria-label={`Select ${alert.message}`}
      />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
          <SeverityMark severity={alert.severity} />
          <button
            type="button"
            onClick={onOpen}
            className="min-w-0 max-w-full truncate text-left font-medium text-sm hover:text-accent hover:underline"
          >
            {alert.message}
          </button>
          {alert.members > 1 ? (
            <Badge>
              {alert.open_members} of {alert.members} firing
            </Badge>
          ) : null}
          {alert.count > 1 ? <Badge>occurred {alert.count} times</Badge> : null}
          {team ? <Badge>{team}</Badge> : null}
          {alert.escalated > 0 ? <Badge tone="warn">escalated</Badge> : null}
        </div>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-3 text-faint text-xs">
          <StatusDot status={label} tone={tone} />
          <span>
            {SOURCES[alert.source]} <bdi>{alert.source_name}</bdi>
          </span>
          <span>
            last occurred <TimeAgo at={alert.last_seen} />
          </span>
          {alert.state === "snoozed" ? (
            <span>
              snooze ends <TimeAgo at={alert.snoozed_until} />
            </span>
          ) : null}
          {alert.handled_by ? <span>handled by {alert.handled_by}</span> : null}
        </p>
        {canAct ? (
          <div className="mt-1.5 flex flex-wrap gap-1.5 sm:hidden">
            <Actions alerts={[alert.alert_id]} change={change} busy={busy} />
          </div>
        ) : null}
      </div>
      {canAct ? (
        <div className="hidden shrink-0 items-start gap-1.5 sm:flex">
          <Actions alerts={[alert.alert_id]} change={change} busy={busy} />
        </div>
      ) : null}
    </li>
  );
}
