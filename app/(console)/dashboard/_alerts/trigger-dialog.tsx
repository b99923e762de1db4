"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Select, Textarea } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { triggerAlert } from "@/generated/calls/operations/alerts";
import { request } from "@/lib/client/api";
import { Level, SEVERITY_OF } from "@/lib/operations/alerts/contract";
import { ALERTS } from "@/lib/operations/alerts/queries.live";

/** Triggers an alert by hand, which notifies everyone who receives the server's alerts. */
export function TriggerDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const client = useQueryClient();
  const trigger = useMutation({
    mutationFn: (body: { level?: Level; message: string }) => request(triggerAlert, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ALERTS }),
  });
  const { field, formProps, form, busy, problem, errorOf } = useContractForm(
    () => import("@/lib/operations/alerts/contract").then((one) => one.triggerAlert.body),
    { level: "warning", message: "" },
    async (body) => {
      const { message } = await trigger.mutateAsync(body);
      toast.success(message);
      form.reset();
      onOpenChange(false);
    },
  );
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Trigger alert"
      description="Notifies all admins in their inbox, and sends the alert to the server's channels."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="primary" type="submit" form="trigger-alert" loading={busy}>
            Trigger alert
          </Button>
        </>
      }
    >
      <form id="trigger-alert" {...formProps} className="space-y-4">
        <Field label="Severity" error={errorOf("level")}>
          <Select {...field("level")}>
            {Level.options.map((level) => (
              <option key={level} value={level}>
                {SEVERITY_OF[level][0]?.toUpperCase() + SEVERITY_OF[level].slice(1)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Message" error={errorOf("message")}>
          <Textarea rows={3} maxLength={1000} {...field("message")} />
        </Field>
        <FormProblem problem={problem} />
      </form>
    </Dialog>
  );
}
