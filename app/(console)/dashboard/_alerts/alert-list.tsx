"use client";
import { BellRing, Plus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { parseAsString, useQueryState } from "@/app/_ui/address-state";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { useAlerts } from "@/lib/operations/alerts/queries";
import { ActiveWindows } from "../_maintenance/active-windows";
import { useReach } from "../_shared/use-reach";
import { Actions, type ChangeAlerts } from "./actions";
import { AlertFilters, teamFilter, useAlertFilters } from "./alert-filters";
import { AlertRow } from "./alert-row";
import type { Reader } from "./labels";
import { useAlertChanges } from "./use-alert-changes";
import { useAlertCursor } from "./use-alert-cursor";

const AlertPanel = lazyPart(() => import("./alert-panel").then((part) => part.AlertPanel));
const TriggerDialog = lazyPart(() => import("./trigger-dialog").then((part) => part.TriggerDialog));

/** Lists alerts, most severe first, with actions by button, in bulk and by keyboard. */
export function AlertList({ reader }: { reader: Reader }) {
  const filter = useAlertFilters();
  const { state, severity, owner, team } = filter.state;
  const reach = useReach(reader);
  const [open, setOpen] = useQueryState("alert", parseAsString);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [triggering, setTriggering] = useState(false);
  const list = useAlerts({
    state,
    severity: severity ?? undefined,
    owner: owner ?? undefined,
    team_id: teamFilter(team),
  });
  const { change, held, busy } = useAlertChanges(() => setPicked(new Set()));
  // When the list shows every state, a resolved alert stays in it and is shown as resolved.
  const rows = list.data?.pages.flatMap((page) => page.alerts).filter((row) => !held.has(row.alert_id));
  const onOpen = (id: string) => void setOpen(id);
  const { cursor, mark } = useAlertCursor({ rows, mayAct: reach.mayAct, change, onOpen });
  const pick = (id: string, on: boolean) =>
    setPicked(new Set(on ? [...picked, id] : [...picked].filter((one) => one !== id)));
  return (
    <Card>
      <CardHeader>
        <AlertFilters filter={filter} reader={reader} teams={reach.teams} />
        {reader.role === "admin" ? (
          <Button size="sm" onClick={() => setTriggering(true)}>
            <Plus /> Trigger alert
          </Button>
        ) : null}
      </CardHeader>
      <ActiveWindows />
      <Selection
        ids={(rows ?? []).filter((row) => picked.has(row.alert_id)).map((row) => row.alert_id)}
        change={change}
        busy={busy}
      />
      <QueryState
        query={list}
        data={rows}
        failure="Alerts could not be loaded"
        loading={<SkeletonRows rows={6} columns={3} />}
        empty={<NoAlerts onClear={filter.isFiltered ? filter.clear : undefined} />}
      >
        {(alerts) => (
          <ul aria-label="Alerts">
            {alerts.map((alert, index) => (
              <AlertRow
                key={alert.alert_id}
                alert={alert}
                current={index === cursor}
                picked={picked.has(alert.alert_id)}
                canAct={reach.mayAct(alert) && alert.state !== "resolved"}
                team={reach.nameOf(alert.team_id)}
                busy={busy}
                change={change}
                onPick={(on) => pick(alert.alert_id, on)}
                onOpen={() => {
                  mark(index);
                  onOpen(alert.alert_id);
                }}
              />
            ))}
          </ul>
        )}
      </QueryState>
      {list.hasNextPage ? (
        <div className="border-line border-t p-3 text-center">
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load older alerts
          </Button>
        </div>
      ) : null}
      {open ? <AlertPanel id={open} reach={reach} change={change} onClose={() => void setOpen(null)} /> : null}
      {triggering ? <TriggerDialog open onOpenChange={setTriggering} /> : null}
    </Card>
  );
}

/** Actions for the selected alerts; nothing while none is selected. */
function Selection({ ids, change, busy }: { ids: string[]; change: ChangeAlerts; busy: boolean }) {
  if (ids.length === 0) return null;
  return (
    <fieldset className="flex flex-wrap items-center gap-2 border-line border-b bg-accent-soft px-4 py-1.5 text-[13px]">
      <legend className="sr-only">Selected alerts</legend>
      <span className="mr-1">{ids.length} selected</span>
      <Actions alerts={ids} change={change} busy={busy} />
    </fieldset>
  );
}

/** `onClear`: set when filters hide everything. */
function NoAlerts({ onClear }: { onClear?: () => void }) {
  if (onClear)
    return (
      <EmptyState
        icon={<BellRing />}
        title="No alerts match"
        description="No alerts match these filters."
        filterHint={{ onClear }}
      />
    );
  return (
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
  );
}
