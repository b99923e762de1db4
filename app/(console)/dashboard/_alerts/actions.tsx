"use client";
import { Check, CheckCheck, Clock } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { Menu, MenuItem } from "@/app/_ui/menu";

const SNOOZES = [
  [15, "15 minutes"],
  [60, "1 hour"],
  [480, "8 hours"],
  [1440, "1 day"],
  [10_080, "1 week"],
] as const;
export type ChangeAlerts = (ids: string[], action: "acknowledge" | "snooze" | "resolve", minutes?: number) => void;

/** Acknowledge, snooze for a while, resolve. */
export function Actions({ alerts, change, busy }: { alerts: string[]; change: ChangeAlerts; busy: boolean }) {
  return (
    <>
      <Button size="sm" disabled={busy} onClick={() => change(alerts, "acknowledge")}>
        <Check /> Acknowledge
      </Button>
      <Menu
        trigger={
          <Button size="sm" disabled={busy}>
            <Clock /> Snooze
          </Button>
        }
      >
        {SNOOZES.map(([minutes, label]) => (
          <MenuItem key={minutes} onSelect={() => change(alerts, "snooze", minutes)}>
            {label}
          </MenuItem>
        ))}
      </Menu>
      <Button size="sm" disabled={busy} onClick={() => change(alerts, "resolve")}>
        <CheckCheck /> Resolve
      </Button>
    </>
  );
}
