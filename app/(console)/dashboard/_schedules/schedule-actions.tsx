"use client";
import { Pause, Pencil, Play, Trash2, Zap } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { errorToast, toast } from "@/app/_ui/toast";
import type { ScheduleDetail } from "@/lib/operations/schedules/contract";
import { useRemoveSchedule, useRunSchedule, useSetScheduleState } from "@/lib/operations/schedules/queries";
import { outcomeOf, targetText } from "./texts";

type Props = { schedule: ScheduleDetail; onEdit: () => void; onRemoved: () => void };

/** The buttons for those who may manage a schedule. */
export function ScheduleActions({ schedule, onEdit, onRemoved }: Props) {
  const { schedule_id, name, state, type } = schedule;
  const setState = useSetScheduleState();
  const run = useRunSchedule();
  const remove = useRemoveSchedule();
  const change = (to: "pause" | "resume") =>
    setState.mutate(
      { schedule_id, to },
      {
        onError: (error) => errorToast(error),
        onSuccess: () =>
          toast.success(`${name} ${to === "pause" ? "paused" : "resumed"}`, {
            action: to === "pause" ? { label: "Undo", onClick: () => change("resume") } : undefined,
          }),
      },
    );
  return (
    <div className="flex flex-wrap gap-1.5">
      <ConfirmDialog
        trigger={
          <Button size="sm">
            <Zap aria-hidden /> Run now
          </Button>
        }
        tone="primary"
        title={`Run ${name} now`}
        consequence={`Sends ${type} to: ${targetText(schedule)}. The times of the schedule stay as they are.`}
        verb="Run now"
        onConfirm={async () => {
          const { run: begun } = await run.mutateAsync(schedule_id);
          if (begun.state === "skipped") toast.info(`Nothing was sent: ${begun.reason ?? outcomeOf(begun).word}`);
          else toast.success(`Run of ${name} started`);
        }}
      />
      {state === "active" ? (
        <Button size="sm" loading={setState.isPending} onClick={() => change("pause")}>
          <Pause aria-hidden /> Pause
        </Button>
      ) : (
        <Button size="sm" loading={setState.isPending} onClick={() => change("resume")}>
          <Play aria-hidden /> Resume
        </Button>
      )}
      <Button size="sm" onClick={onEdit}>
        <Pencil aria-hidden /> Edit
      </Button>
      <ConfirmDialog
        trigger={
          <Button size="sm">
            <Trash2 aria-hidden /> Delete
          </Button>
        }
        title={`Delete schedule ${name}`}
        consequence="It stops, and its history is deleted. Commands that are queued already stay queued."
        verb="Delete schedule"
        onConfirm={async () => {
          await remove.mutateAsync(schedule_id);
          toast.success(`Schedule ${name} deleted`);
          onRemoved();
        }}
      />
    </div>
  );
}
