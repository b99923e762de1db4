"use client";
import { BellRing, Plus } from "lucide-react";
import Link from "next/link";
import { parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from "nuqs";
import { useEffect, useRef, useState } from "react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader } from "@/app/_ui/card";
import { Checkbox } from "@/app/_ui/checkbox";
import { cn } from "@/app/_ui/cn";
import { EmptyState, ErrorState, StaleNote } from "@/app/_ui/empty-state";
import { Select } from "@/app/_ui/input";
import { lazyPart } from "@/app/_ui/lazy-part";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import type { Alert, Severity } from "@/lib/operations/alerts/contract";
import { SEVERITIES } from "@/lib/operations/alerts/contract.constants";
import { useActOnAlerts, useAlerts } from "@/lib/operations/alerts/queries";
import { Actions, type ChangeAlerts } from "./actions";
import { AlertPanel } from "./alert-panel";
import { mayChange, type Reader, SeverityMark, STATES } from "./labels";
import { useResolve } from "./use-resolve";

const SHOWN = ["open", "firing", "acknowledged", "snoozed", "resolved", "all"] as const;
const DONE = { acknowledge: "acknowledged", snooze: "snoozed", resolve: "resolved" } as const;

const TriggerDialog = lazyPart(() => import("./trigger-dialog").then((part) => part.TriggerDialog));

/** Alerts, most severe first, with what can be done about them: by button, in bulk and by key. */
export function AlertList({ reader }: { reader: Reader }) {
  const [filter, setFilter] = useQueryStates({
    state: parseAsStringLiteral(SHOWN).withDefault("open"),
    severity: parseAsStringLiteral(SEVERITIES),
    owner: parseAsStringLiteral(["all"] as const),
  });
  const [open, setOpen] = useQueryState("alert", parseAsString);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  // By id: what comes meanwhile on top must not slide under the keys. The place is for when that one is gone.
  const [marked, setMarked] = useState({ id: "", at: 0 });
  const [triggering, setTriggering] = useState(false);
  const list = useAlerts({
    state: filter.state,
    severity: filter.severity ?? undefined,
    owner: filter.owner ?? undefined,
  });
  const act = useActOnAlerts();
  const resolving = useResolve((ids, isLeaving) => change(ids, "resolve", undefined, isLeaving));
  // A list of every state shows them as resolved once they are.
  const rows = list.data?.pages.flatMap((page) => page.alerts).filter((row) => !resolving.held.has(row.alert_id));
  const filtered = filter.state !== "open" || filter.severity !== null;
  const chosen = (rows ?? []).filter((row) => picked.has(row.alert_id)).map((row) => row.alert_id);

  const ask: ChangeAlerts = (ids, action, minutes) => {
    if (action !== "resolve") return change(ids, action, minutes);
    setPicked(new Set());
    resolving.resolve(ids);
  };
  const change = (ids: string[], action: Parameters<ChangeAlerts>[1], minutes?: number, isLeaving?: boolean) =>
    act.mutate(
      { ids, action, minutes, isLeaving },
      {
        onSettled: () => resolving.release(ids),
        onSuccess: ({ changed }) => {
          if (action === "resolve" && changed > 0) return;
          setPicked(new Set());
          if (changed > 0) toast.success(`${changed === 1 ? "Alert" : `${changed} alerts`} ${DONE[action]}`);
          else toast.info("No change: the alert is already resolved");
        },
        onError: (error) => errorToast(error),
      },
    );

  const end = (rows?.length ?? 1) - 1;
  const found = rows?.findIndex((row) => row.alert_id === marked.id) ?? -1;
  const cursor = found < 0 ? Math.min(marked.at, end) : found;
  const current = rows?.[cursor];
  const mark = (at: number) => setMarked({ id: rows?.[at]?.alert_id ?? "", at });
  const changeCurrent = (action: Parameters<ChangeAlerts>[1], minutes?: number) => {
    if (!current || !mayChange(reader, current)) return;
    mark(cursor);
    ask([current.alert_id], action, minutes);
  };
  useAlertKeys({
    j: () => mark(Math.min(cursor + 1, end)),
    k: () => mark(Math.max(cursor - 1, 0)),
    enter: () => current && void setOpen(current.alert_id),
    a: () => changeCurrent("acknowledge"),
    s: () => changeCurrent("snooze", 60),
    e: () => changeCurrent("resolve"),
  });

  return (
    <Card>
      <CardHeader>
        <div className="flex flex-wrap gap-2">
          <Select
            aria-label="State"
            className="w-36"
            value={filter.state}
            onChange={(event) => void setFilter({ state: event.target.value as (typeof SHOWN)[number] })}
          >
            <option value="open">Not resolved</option>
            <option value="firing">Firing</option>
            <option value="acknowledged">Acknowledged</option>
            <option value="snoozed">Snoozed</option>
            <option value="resolved">Resolved</option>
            <option value="all">All</option>
          </Select>
          <Select
            aria-label="Severity"
            className="w-36"
            value={filter.severity ?? ""}
            onChange={(event) => void setFilter({ severity: (event.target.value || null) as Severity | null })}
          >
            <option value="">Any severity</option>
            {SEVERITIES.map((one) => (
              <option key={one} value={one}>
                {one[0]?.toUpperCase() + one.slice(1)}
              </option>
            ))}
          </Select>
          {reader.role === "user" ? null : (
            <Select
              aria-label="Owner"
              className="w-44"
              value={filter.owner ?? ""}
              onChange={(event) => void setFilter({ owner: event.target.value === "all" ? "all" : null })}
            >
              <option value="">Server alerts and mine</option>
              <option value="all">Everyone's alerts</option>
            </Select>
          )}
        </div>
        {reader.role === "admin" ? (
          <Button size="sm" onClick={() => setTriggering(true)}>
            <Plus /> Trigger alert
          </Button>
        ) : null}
      </CardHeader>
      {chosen.length > 0 ? (
        <fieldset className="flex flex-wrap items-center gap-2 border-line border-b bg-accent-soft px-4 py-1.5 text-[13px]">
          <legend className="sr-only">Selected alerts</legend>
          <span className="mr-1">{chosen.length} selected</span>
          <Actions alerts={chosen} change={ask} busy={act.isPending} />
        </fieldset>
      ) : null}
      {rows && list.isError ? <StaleNote message={errorText(list.error)} onRetry={() => void list.refetch()} /> : null}
      {!rows && list.isError ? (
        <ErrorState
          title="Alerts could not be loaded"
          message={errorText(list.error)}
          onRetry={() => void list.refetch()}
        />
      ) : null}
      {!rows && !list.isError ? <SkeletonRows rows={6} columns={3} /> : null}
      {rows?.length === 0 ? (
        filtered ? (
          <EmptyState
            icon={<BellRing />}
            title="No alerts match"
            description="No alerts match these filters."
            filterHint={{ onClear: () => void setFilter({ state: null, severity: null, owner: null }) }}
          />
        ) : (
          <EmptyState
            icon={<BellRing />}
            title="Nothing needs attention"
            description="Rules watch your bots and raise an alert here when something goes wrong."
            action={
              <Button asChild>
                <Link href="/dashboard/alerts?tab=rules">View rules</Link>
              </Button>
            }
          />
        )
      ) : null}
      {rows && rows.length > 0 ? (
        <ul aria-label="Alerts">
          {rows.map((alert, index) => (
            <AlertRow
              key={alert.alert_id}
              alert={alert}
              current={index === cursor}
              picked={picked.has(alert.alert_id)}
              mine={mayChange(reader, alert) && alert.state !== "resolved"}
              busy={act.isPending}
              change={ask}
              onPick={(on) => {
                const next = new Set(picked);
                if (on) next.add(alert.alert_id);
                else next.delete(alert.alert_id);
                setPicked(next);
              }}
              onOpen={() => {
                mark(index);
                void setOpen(alert.alert_id);
              }}
            />
          ))}
        </ul>
      ) : null}
      {list.hasNextPage ? (
        <div className="border-line border-t p-3 text-center">
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load older alerts
          </Button>
        </div>
      ) : null}
      {open ? <AlertPanel id={open} reader={reader} change={ask} onClose={() => void setOpen(null)} /> : null}
      {triggering ? <TriggerDialog open onOpenChange={setTriggering} /> : null}
    </Card>
  );
}

type RowProps = {
  alert: Alert;
  current: boolean;
  picked: boolean;
  mine: boolean;
  busy: boolean;
  change: ChangeAlerts;
  onPick: (on: boolean) => void;
  onOpen: () => void;
};

function AlertRow({ alert, current, picked, mine, busy, change, onPick, onOpen }: RowProps) {
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
        disabled={!mine}
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
          {alert.escalated > 0 ? <Badge tone="warn">escalated</Badge> : null}
        </div>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-3 text-faint text-xs">
          <StatusDot status={label} tone={tone} />
          <span>
            {alert.source === "manual" ? "by " : ""}
            <bdi>{alert.source_name}</bdi>
          </span>
          <TimeAgo at={alert.last_seen} />
          {alert.state === "snoozed" ? (
            <span>
              snooze ends <TimeAgo at={alert.snoozed_until} />
            </span>
          ) : null}
          {alert.handled_by ? <span>handled by {alert.handled_by}</span> : null}
        </p>
        {mine ? (
          <div className="mt-1.5 flex flex-wrap gap-1.5 sm:hidden">
            <Actions alerts={[alert.alert_id]} change={change} busy={busy} />
          </div>
        ) : null}
      </div>
      {mine ? (
        <div className="hidden shrink-0 items-start gap-1.5 sm:flex">
          <Actions alerts={[alert.alert_id]} change={change} busy={busy} />
        </div>
      ) : null}
    </li>
  );
}

/** Keys of the page, while nobody types and nothing lies over it. */
function useAlertKeys(keys: Record<string, () => unknown>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.metaKey || event.ctrlKey || event.altKey || event.repeat || !(target instanceof HTMLElement)) return;
      if (
        /^(INPUT|TEXTAREA|SELECT|BUTTON|A)$/.test(target.tagName) &&
        (event.key === "Enter" || target.tagName !== "BUTTON")
      )
        return;
      if (document.querySelector('[role="dialog"],[role="alertdialog"],[role="menu"]')) return;
      const run = latest.current[event.key === "Enter" ? "enter" : event.key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
