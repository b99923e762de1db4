"use client";
import { FormProblem } from "@/app/_shell/form-problem";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import type { AnalyticsSettings } from "@/lib/community/analytics/contract";
import { DEFAULT_SETTINGS } from "@/lib/community/analytics/contract.constants";
import { useAnalyticsSettings, usePutAnalyticsSettings } from "@/lib/community/analytics/queries";

/** The setting for how long individual sessions are kept. */
export function Retention({ initial }: { initial: AnalyticsSettings & { version: number } }) {
  const { data } = useAnalyticsSettings(initial);
  const put = usePutAnalyticsSettings();
  const { keep_days, version } = data;
  const { form, field, formProps, ready, busy, problem, errorOf, dialog } = useContractForm(
    () => import("@/lib/community/analytics/contract").then((one) => one.AnalyticsSettings),
    { keep_days },
    async (body, edited) => {
      const saved = await put.mutateAsync({ body, version: edited });
      form.reset({ keep_days: saved.keep_days });
      toast.success("Saved. Older sessions are deleted in the background.");
      return saved;
    },
    { version, what: "The analytics settings", labels: { keep_days: "Keep individual sessions for (days)" } },
  );
  const dirty = form.formState.isDirty;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Privacy</CardTitle>
        <span className="text-[13px] text-faint">
          no IP addresses or page IDs are stored; Do Not Track is respected
        </span>
      </CardHeader>
      <form {...formProps} className="space-y-3 p-4">
        <div className="flex flex-wrap items-end gap-3">
          <Field
            label="Keep individual sessions for (days)"
            error={errorOf("keep_days")}
            hint={`Daily totals are kept and are anonymous. Default: ${DEFAULT_SETTINGS.keep_days}`}
          >
            <Input
              type="number"
              min={30}
              max={3650}
              inputMode="numeric"
              className="tnum max-w-40"
              {...field("keep_days", { valueAsNumber: true })}
            />
          </Field>
        </div>
        <FormProblem problem={problem} />
        <Button type="submit" loading={busy} disabled={!ready || !dirty}>
          Save retention
        </Button>
      </form>
      {dialog}
      <LeaveGuard dirty={dirty} />
    </Card>
  );
}
