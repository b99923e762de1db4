"use client";
import { useState } from "react";
import { type Stored, useMerge } from "@/app/_shell/use-merge";
import { Dialog } from "@/app/_ui/dialog";
import { useTimeFormat } from "@/app/_ui/time-format";
import { toast } from "@/app/_ui/toast";
import type { ScheduleDetail } from "@/lib/operations/schedules/contract";
import { type NewSchedule, type ScheduleChange, useSaveSchedule } from "@/lib/operations/schedules/queries";
import { draftOf, inputOf, newDraft, SCHEDULE_LABELS, type ScheduleDraft } from "./schedule-draft";
import { ScheduleForm } from "./schedule-form";

type Props = {
  /** The schedule to change; a new one is created without it. */
  schedule?: ScheduleDetail;
  /** Values that fill in the form of a new schedule. */
  initial?: Partial<ScheduleDraft>;
  onSaved: (scheduleId: string) => void;
  onClose: () => void;
};

/** Creates or changes a schedule. */
export default function ScheduleDialog({ schedule, initial, onSaved, onClose }: Props) {
  const { zone } = useTimeFormat();
  const save = useSaveSchedule();
  const [start, setStart] = useState(() => ({
    draft: schedule ? draftOf(inputOf(schedule)) : { ...newDraft(zone()), ...initial },
    base: schedule && ({ values: inputOf(schedule), version: schedule.version } satisfies Stored<ScheduleChange>),
  }));
  const send = async (body: NewSchedule, version?: number) => {
    const saved = await save.mutateAsync({ schedule_id: schedule?.schedule_id, body, version });
    toast.success(schedule ? `Schedule ${body.name} saved` : `Schedule ${body.name} created`);
    onSaved(saved.schedule.schedule_id);
  };
  const merge = useMerge<ScheduleChange>({
    ...{ what: "The schedule", labels: SCHEDULE_LABELS, send },
    fromStored: (stored) => inputOf(stored as ScheduleDetail),
    onRebase: (values, base) => setStart({ draft: draftOf(values), base }),
  });
  return (
    <>
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={schedule ? `Edit ${schedule.name}` : "New schedule"}
        description="Sends a command to bots again and again."
        className="max-w-2xl"
      >
        <ScheduleForm
          key={start.base?.version}
          initial={start.draft}
          isNew={!schedule}
          busy={save.isPending}
          onSubmit={(body) => (start.base ? merge.save(start.base, body) : send(body))}
        />
      </Dialog>
      {merge.dialog}
    </>
  );
}
