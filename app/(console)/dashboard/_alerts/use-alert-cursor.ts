"use client";
import { useState } from "react";
import { usePageKeys } from "@/app/_ui/use-page-keys";
import type { Alert } from "@/lib/operations/alerts/contract";
import type { Reach } from "../_shared/use-reach";
import type { ChangeAlerts } from "./actions";

type CursorOptions = {
  rows: readonly Alert[] | undefined;
  mayAct: Reach["mayAct"];
  change: ChangeAlerts;
  onOpen: (id: string) => void;
};

/**
 * Tracks the alert that the keyboard acts on: j and k move, Enter opens, and a, s and e acknowledge, snooze and
 * resolve.
 */
export function useAlertCursor({ rows, mayAct, change, onOpen }: CursorOptions) {
  // Remember the alert by id, so that it stays selected when new ones arrive above. Once it has left the list, the
  // index decides.
  const [marked, setMarked] = useState({ id: "", at: 0 });
  const end = (rows?.length ?? 1) - 1;
  const found = rows?.findIndex((row) => row.alert_id === marked.id) ?? -1;
  const cursor = found < 0 ? Math.min(marked.at, end) : found;
  const current = rows?.[cursor];
  const mark = (at: number) => setMarked({ id: rows?.[at]?.alert_id ?? "", at });
  const changeCurrent = (action: Parameters<ChangeAlerts>[1], minutes?: number) => {
    if (!current || !mayAct(current)) return;
    mark(cursor);
    change([current.alert_id], action, minutes);
  };
  usePageKeys({
    j: () => mark(Math.min(cursor + 1, end)),
    k: () => mark(Math.max(cursor - 1, 0)),
    enter: () => current && onOpen(current.alert_id),
    a: () => changeCurrent("acknowledge"),
    s: () => changeCurrent("snooze", 60),
    e: () => changeCurrent("resolve"),
  });
  return { cursor, mark };
}
