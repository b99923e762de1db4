"use client";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Field, Input, Select } from "@/app/_ui/input";
import type { createApiKey } from "@/generated/calls/identity/accounts/credentials";
import type { BodyOf } from "@/lib/client/api";
import { AREAS, type Area } from "@/lib/core/contract.areas";
import type { KeyScope } from "@/lib/identity/accounts/credentials/contract.keys";
import { useCreateApiKey } from "@/lib/identity/accounts/queries";
import { AreasField, LimitFields } from "./key-limits";
import { ExpirySelect, NewKeyDialog, readExpiry } from "./new-key-dialog";

type KeyBody = BodyOf<typeof createApiKey>;

/** The form of a new key, checked by its contract. */
const useKeyForm = (send: (body: KeyBody) => Promise<void>) =>
  useContractForm(
    () => import("@/lib/identity/accounts/credentials/contract.keys").then((one) => one.createApiKey.body),
    { name: "", scope: "read", expires_in_days: 90 },
    send,
  );

/** Makes a key; its secret is shown here once and then forgotten. */
export function CreateKeyDialog({ admin }: { admin: boolean }) {
  const [open, setOpen] = useState(false);
  const [areas, setAreas] = useState<Area[] | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const create = useCreateApiKey();
  const contract = useKeyForm(async (body) => setSecret((await create.mutateAsync(body)).secret));
  const { form, ready, busy } = contract;
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) {
      setSecret(null);
      setAreas(null);
      form.reset();
    }
  };
  /** Chooses areas, or with `null` the level of `scope` for all of them. */
  const choose = (next: Area[] | null, scope: KeyScope = "read") => {
    setAreas(next);
    form.setValue("scopes", next ?? undefined);
    form.setValue("scope", next ? undefined : scope);
  };
  return (
    <NewKeyDialog
      open={open}
      onOpenChange={change}
      secret={secret}
      form="create-key"
      title="Create an API key"
      shownTitle="Your new API key"
      description="A key acts as you, limited to the scope you choose."
      isReady={ready}
      isBusy={busy}
    >
      <KeyForm admin={admin} areas={areas} choose={choose} contract={contract} />
    </NewKeyDialog>
  );
}

type KeyFormProps = {
  admin: boolean;
  /** The chosen areas; null while the key has one level for all of them. */
  areas: Area[] | null;
  choose: (areas: Area[] | null, scope?: KeyScope) => void;
  contract: ReturnType<typeof useKeyForm>;
};

function KeyForm({ admin, areas, choose, contract }: KeyFormProps) {
  const { form, field, formProps, problem, errorOf } = contract;
  return (
    <form id="create-key" {...formProps} className="space-y-4">
      <FormProblem problem={problem} />
      <Field label="Name" error={errorOf("name")} hint="Describes where you use the key.">
        <Input placeholder="backup script" autoComplete="off" {...field("name")} />
      </Field>
      <Field label="Scope" error={errorOf("scope")} hint="A key never has more access than you have.">
        <Select
          defaultValue="read"
          onChange={({ target: { value } }) => choose(value === "areas" ? [] : null, value as KeyScope)}
        >
          <option value="read">Read: view only</option>
          <option value="operate">Operate: view, send commands and change bots</option>
          {admin ? <option value="admin">Admin: everything you can do</option> : null}
          <option value="areas">Only some scopes…</option>
        </Select>
      </Field>
      {areas ? (
        <AreasField
          areas={AREAS.filter((area) => admin || area !== "admin")}
          value={areas}
          onChange={choose}
          error={form.formState.errors.scopes ? "Choose at least one scope." : undefined}
        />
      ) : null}
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
  );
}
