"use client";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { StaleNote } from "@/app/_ui/empty-state";
import { Field, Input } from "@/app/_ui/input";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import type { PendingAddress } from "@/lib/identity/accounts/addresses/contract";
import { useCancelEmailChange, useEmailAddress, useStartEmailChange } from "@/lib/identity/accounts/addresses/queries";

export function EmailAddress({ current }: { current: string }) {
  const address = useEmailAddress();
  const { email = current, verified = true, pending = null } = address.data ?? {};
  return (
    <Card id="email">
      <CardHeader>
        <CardTitle>Email address</CardTitle>
      </CardHeader>
      {address.isError ? <StaleNote message={errorText(address.error)} onRetry={() => void address.refetch()} /> : null}
      <div className="grid gap-4 p-4">
        <p className="break-all font-medium">
          {email} {verified ? null : <Badge tone="warn">Not verified</Badge>}
        </p>
        {pending ? <Pending change={pending} /> : null}
        <ChangeForm />
      </div>
    </Card>
  );
}

function Pending({ change }: { change: PendingAddress }) {
  const cancel = useCancelEmailChange();
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-line p-3">
      <p className="min-w-0">
        Waiting for <strong className="break-all font-medium">{change.email}</strong>
        <span className="block text-[13px] text-muted">
          Open the link that we sent there. Requested <TimeAgo at={change.requested_at} />. The link works for 24 hours.
        </span>
      </p>
      <Button
        size="sm"
        loading={cancel.isPending}
        onClick={() => cancel.mutate(undefined, { onError: (error) => errorToast(error) })}
      >
        Cancel change
      </Button>
    </div>
  );
}

function ChangeForm() {
  const start = useStartEmailChange();
  const { form, field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/addresses/contract").then((one) => one.startEmailChange.body),
    { email: "" },
    async (body) => {
      const { message } = await start.mutateAsync(body);
      form.reset({ email: "" });
      toast.success(message);
    },
  );
  return (
    <form {...formProps} className="grid gap-3">
      <Field
        label="New email address"
        error={errorOf("email")}
        hint="We send a link to the new address, and a notice to the old one."
      >
        <Input type="email" autoComplete="email" className="sm:max-w-sm" {...field("email")} />
      </Field>
      <div className="empty:hidden">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
      </div>
      <div>
        <Button type="submit" loading={busy} disabled={!ready || waitSeconds > 0 || !form.formState.isDirty}>
          Change address
        </Button>
      </div>
    </form>
  );
}
