"use client";
import type { z } from "zod";
import { FormProblem } from "@/app/_shell/form-problem";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { StaleNote } from "@/app/_ui/empty-state";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import { DEFAULT_RETENTION } from "@/lib/fleet/telemetry/contract.constants";
import type { Retention } from "@/lib/fleet/telemetry/contract.retention";
import { usePutRetention, useRetention } from "@/lib/operations/system/queries";

const FIELDS: [keyof Retention, string, string][] = [
  ["logs_days", "Logs: keep for (days)", "Older ones are deleted"],
  ["logs_per_bot", "Logs: maximum per bot", "The oldest are deleted first"],
  ["messages_days", "Messages: keep for (days)", "Older ones are deleted"],
  ["messages_per_bot", "Messages: maximum per bot", "The oldest are deleted first"],
  ["commands_days", "Finished commands: keep for (days)", "Pending commands are always kept"],
];

const LABELS = Object.fromEntries(FIELDS.map(([name, label]) => [name, label]));

/** How long logs, messages and settled commands are kept. */
export function RetentionForm({ initial }: { initial: { retention: Retention; version: number } }) {
  const stored = useRetention(initial);
  const put = usePutRetention();
  const { retention, version } = stored.data;
  const { form, field, formProps, ready, busy, problem, errorOf, dialog } = useContractForm<
    z.input<typeof Retention>,
    Retention
  >(
    () => import("@/lib/fleet/telemetry/contract.retention").then((one) => one.Retention),
    retention,
    async (body, edited) => {
      const saved = await put.mutateAsync({ body, version: edited });
      form.reset(saved.retention);
      toast.success("Retention policy saved. Muster applies it in the background");
      return saved;
    },
    { version, what: "The retention policy", labels: LABELS },
  );
  const dirty = form.formState.isDirty;
  const values = form.watch();
  const lowered = FIELDS.some(
    ([name]) => values[name] > 0 && (retention[name] === 0 || values[name] < retention[name]),
  );
  return (
    <Card>
      <CardHeader>
        <CardTitle>Retention</CardTitle>
        <span className="text-[13px] text-faint">0 keeps data forever</span>
      </CardHeader>
      {stored.isError ? <StaleNote message={errorText(stored.error)} onRetry={() => void stored.refetch()} /> : null}
      <form {...formProps} className="space-y-4 p-4">
        <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-5">
          {FIELDS.map(([name, label, meaning]) => (
            <Field
              key={name}
              label={label}
              error={errorOf(name)}
              hint={`${meaning}. Default: ${DEFAULT_RETENTION[name].toLocaleString("en")}`}
            >
              <Input
                type="number"
                min={0}
                inputMode="numeric"
                className="tnum"
                {...field(name, { valueAsNumber: true })}
              />
            </Field>
          ))}
        </div>
        <FormProblem problem={problem} />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" loading={busy} disabled={!ready || !dirty}>
            Save retention
          </Button>
          <Button disabled={!dirty || busy} onClick={() => form.reset(retention)}>
            Discard changes
          </Button>
          {dirty ? (
            <span className="text-[13px] text-warn">
              {lowered ? "Unsaved changes. Data over the new limits will be permanently deleted." : "Unsaved changes"}
            </span>
          ) : null}
        </div>
      </form>
      {dialog}
      <LeaveGuard dirty={dirty} />
    </Card>
  );
}
