"use client";
import { useId, useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { useRemoveSecondFactor, useReplaceRecoveryCodes } from "@/lib/identity/accounts/second-factor/queries";
import { RecoveryCodes } from "./recovery-codes";

const WORDING = {
  codes: {
    title: "New recovery codes",
    description: "Your old recovery codes stop working at once.",
    verb: "Create new codes",
  },
  remove: {
    title: "Turn off two-factor authentication",
    description: "From now on, your password alone signs you in. Your recovery codes stop working.",
    verb: "Turn off",
  },
} as const;

type ProveDialogProps = { purpose: keyof typeof WORDING; onClose: () => void };

/** Asks for the password and a code before the second factor is changed. */
export default function ProveDialog({ purpose, onClose }: ProveDialogProps) {
  const id = useId();
  const remove = useRemoveSecondFactor();
  const replace = useReplaceRecoveryCodes();
  const [codes, setCodes] = useState<string[]>();
  const { title, description, verb } = WORDING[purpose];
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/second-factor/contract").then((one) => one.removeSecondFactor.body),
    { password: "", otp: "" },
    async (body) => {
      if (purpose === "codes") return setCodes((await replace.mutateAsync(body)).recovery_codes);
      await remove.mutateAsync(body);
      toast.success("Two-factor authentication is off");
      onClose();
    },
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      className="max-w-md"
      footer={
        codes ? (
          <Button variant="primary" onClick={onClose}>
            I saved them
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              form={id}
              variant={purpose === "remove" ? "danger" : "primary"}
              loading={busy}
              disabled={!ready || waitSeconds > 0}
            >
              {verb}
            </Button>
          </>
        )
      }
    >
      {codes ? (
        <RecoveryCodes codes={codes} />
      ) : (
        <form id={id} {...formProps} className="space-y-4">
          <FormProblem problem={problem} waitSeconds={waitSeconds} />
          <Field label="Current password" error={errorOf("password")}>
            <Input type="password" autoComplete="current-password" {...field("password")} />
          </Field>
          <Field label="Code" error={errorOf("otp")} hint="From your authenticator app, or a recovery code.">
            <Input autoComplete="one-time-code" {...field("otp")} />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
