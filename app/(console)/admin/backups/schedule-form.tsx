"use client";
import type { z } from "zod";
import { FormProblem } from "@/app/_shell/form-problem";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Field, Input } from "@/app/_ui/input";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import type { Schedule } from "@/lib/operations/backups/contract";
import { usePutBackupSchedule } from "@/lib/operations/backups/queries";

type Props = { schedule: Schedule; version: number; nextAt: string | null };
const LABELS = {
  ...{ enabled: "Daily backup", include_downloads: "Include downloaded files", time: "Time", timezone: "Time zone" },
  ...{ keep_count: "Keep at most", keep_days: "Keep for (days)" },
};

const KEPT =
  "The newest automatic backup is never deleted. Backups that you create or upload are kept until you delete them.";

/** The schedule of automatic backups, and how many of them are kept. */
export function ScheduleForm({ schedule, version, nextAt }: Props) {
  const put = usePutBackupSchedule();
  const { form, field, formProps, ready, busy, problem, errorOf, dialog } = useContractForm<
    z.input<typeof Schedule>,
    Schedule
  >(
    () => import("@/lib/operations/backups/contract").then((one) => one.Schedule),
    schedule,
    async (body, edited) => {
      const saved = await put.mutateAsync({ body, version: edited });
      form.reset(saved.schedule);
      toast.success("Schedule saved");
      return saved;
    },
    { version, what: "The backup schedule", labels: LABELS },
  );
  const dirty = form.formState.isDirty;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Daily backup</CardTitle>
        <span className="text-[13px] text-faint">
          {nextAt ? (
            <>
              next backup <TimeAgo at={nextAt} />
            </>
          ) : (
            "off"
          )}
        </span>
      </CardHeader>
      <form {...formProps} className="space-y-4 p-4">
        <label className="flex w-fit items-center gap-2 text-sm">
          <input type="checkbox" className="size-4 accent-accent" {...form.register("enabled")} />
          Create a backup every day
        </label>
        <label className="flex w-fit items-center gap-2 text-sm">
          <input type="checkbox" className="size-4 accent-accent" {...form.register("include_downloads")} />
          Include downloaded files
        </label>
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
          <Field label="Time" error={errorOf("time")} hint="Default: 02:30">
            <Input type="time" className="tnum" {...field("time")} />
          </Field>
          <Field label="Time zone" error={errorOf("timezone")} hint="For example UTC or Europe/Berlin">
            <Input spellCheck={false} {...field("timezone")} />
          </Field>
          <Field
            label="Keep at most"
            error={errorOf("keep_count")}
            hint="Daily backups and those before restores. Default: 7"
          >
            <Input type="number" min={1} max={365} className="tnum" {...field("keep_count", { valueAsNumber: true })} />
          </Field>
          <Field
            label="Keep for (days)"
            error={errorOf("keep_days")}
            hint="Older ones are deleted; 0 for no limit. Default: 30"
          >
            <Input type="number" min={0} max={3650} className="tnum" {...field("keep_days", { valueAsNumber: true })} />
          </Field>
        </div>
        <p className="text-[13px] text-faint">{KEPT}</p>
        <FormProblem problem={problem} />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" loading={busy} disabled={!ready || !dirty}>
            Save schedule
          </Button>
          <Button disabled={!dirty || busy} onClick={() => form.reset(schedule)}>
            Discard changes
          </Button>
          {dirty ? <span className="text-[13px] text-warn">Unsaved changes</span> : null}
        </div>
      </form>
      {dialog}
      <LeaveGuard dirty={dirty} />
    </Card>
  );
}
