"use client";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Field, Input } from "@/app/_ui/input";
import { AreasField, LimitFields } from "@/app/(console)/account/key-limits";
import { ExpirySelect, NewKeyDialog, readExpiry } from "@/app/(console)/account/new-key-dialog";
import type { createTeamKey } from "@/generated/calls/identity/teams";
import type { BodyOf } from "@/lib/client/api";
import { SERVICE_AREAS } from "@/lib/core/contract.areas";
import type { Team } from "@/lib/identity/teams/contract";
import { useCreateTeamKey } from "@/lib/identity/teams/queries.keys";

type ServiceArea = (typeof SERVICE_AREAS)[number];
const FORM = "create-service-key";

type KeyBody = BodyOf<typeof createTeamKey>;

/** The form of a new key, checked by its contract. */
const useKeyForm = (send: (body: KeyBody) => Promise<void>) =>
  useContractForm(
    () => import("@/lib/identity/teams/contract.keys").then((one) => one.createTeamKey.body),
    { name: "", scopes: [], expires_in_days: 90 },
    send,
  );

/** Makes a service key; its secret is shown here once and then forgotten. */
export function CreateServiceKey({ team }: { team: Team }) {
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const create = useCreateTeamKey(team.id);
  const contract = useKeyForm(async (body) => setSecret((await create.mutateAsync(body)).secret));
  const { form, field, formProps, problem, errorOf, ready, busy } = contract;
  const scopes = form.watch("scopes");
  const change = (next: boolean) => {
    setOpen(next);
    if (next) return;
    setSecret(null);
    form.reset();
  };
  return (
    <NewKeyDialog
      open={open}
      onOpenChange={change}
      secret={secret}
      form={FORM}
      title="Create a service key"
      shownTitle="Your new service key"
      description={`A program with this key acts for ${team.name}. It reaches the bots that the team owns, and no other.`}
      isReady={ready}
      isBusy={busy}
    >
      <form id={FORM} {...formProps} className="space-y-4">
        <FormProblem problem={problem} />
        <Field label="Name" error={errorOf("name")} hint="Describes where you use the key.">
          <Input placeholder="deploy script" autoComplete="off" {...field("name")} />
        </Field>
        <AreasField
          areas={SERVICE_AREAS}
          value={scopes}
          onChange={(next) =>
            form.setValue("scopes", next as ServiceArea[], { shouldValidate: form.formState.isSubmitted })
          }
          error={form.formState.errors.scopes ? "Choose at least one scope." : undefined}
        />
        <LimitFields
          onBots={(ids) => form.setValue("bots", ids)}
          onTags={(tags) => form.setValue("tags", tags)}
          onRanges={(ranges) => form.setValue("ip_ranges", ranges)}
          errors={{ ...form.formState.errors, bots: errorOf("bots") }}
        />
        <Field label="Expires after" error={errorOf("expires_in_days")}>
          <ExpirySelect {...field("expires_in_days", { setValueAs: readExpiry })} />
        </Field>
      </form>
    </NewKeyDialog>
  );
}
