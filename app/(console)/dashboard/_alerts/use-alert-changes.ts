"use client";
import { errorToast, toast } from "@/app/_ui/toast";
import { useActOnAlerts } from "@/lib/operations/alerts/queries";
import type { ChangeAlerts } from "./actions";
import { useResolve } from "./use-resolve";

const DONE = { acknowledge: "acknowledged", snooze: "snoozed", resolve: "resolved" } as const;

/**
 * Changes alerts and reports the outcome. A resolution is delayed so that it can be undone; `held` lists the alerts
 * whose resolution is delayed.
 *
 * @param onDone clears the selection
 */
export function useAlertChanges(onDone: () => void) {
  const act = useActOnAlerts();
  const resolving = useResolve((ids, isLeaving) => send(ids, "resolve", undefined, isLeaving));
  const send = (ids: string[], action: Parameters<ChangeAlerts>[1], minutes?: number, isLeaving?: boolean) =>
    act.mutate(
      { ids, action, minutes, isLeaving },
      {
        onSettled: () => resolving.release(ids),
        onSuccess: ({ changed }) => {
          if (action === "resolve" && changed > 0) return;
          onDone();
          if (changed > 0) toast.success(`${changed === 1 ? "Alert" : `${changed} alerts`} ${DONE[action]}`);
          else toast.info("No change: the alert is already resolved");
        },
        onError: (error) => errorToast(error),
      },
    );
  const change: ChangeAlerts = (ids, action, minutes) => {
    if (action !== "resolve") return send(ids, action, minutes);
    onDone();
    resolving.resolve(ids);
  };
  return { change, held: resolving.held, busy: act.isPending };
}
