"use client";
import { useState } from "react";
import { DraftDialog, useDraft } from "@/app/_shell/use-draft";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import type { Team } from "@/lib/identity/teams/contract";
import type { IncomingWebhook } from "@/lib/operations/incoming/contract";
import { PRESETS, type PresetId } from "@/lib/operations/incoming/contract.presets";
import { type NewAddress, useCreateIncomingWebhook, useUpdateIncomingWebhook } from "@/lib/operations/incoming/queries";
import { type NewOwner, OwnerField } from "../_shared/owner-select";
import { AddressDialog } from "./address-dialog";
import { type HookDraft, type HookFields, hookDraftOf, hookFieldsOf, newHookDraft, presetDraft } from "./hook-draft";
import { HookFields as Fields, SHOWN_FIELDS } from "./hook-fields";

type Props = {
  /** The teams for which the reader may create webhooks. */
  teams: readonly Team[];
  /** Admins may name a queue whose messages it takes. */
  isAdmin: boolean;
  /** The webhook to change; a new one is created without it. */
  hook?: IncomingWebhook;
  onClose: () => void;
};

const LABELS = { name: "Name", signature: "Signature", action: "Action", only_when: "Condition", paused: "Paused" };

const storedFields = ({ name, signature, action, only_when }: IncomingWebhook): HookFields => ({
  ...{ name, signature, action, only_when },
});

/** The state of the form, from its fields to the stored webhook. */
function useHookForm({ hook, onClose }: Pick<Props, "hook" | "onClose">) {
  const [create, update] = [useCreateIncomingWebhook(), useUpdateIncomingWebhook()];
  const [owner, setOwner] = useState<NewOwner>();
  const [address, setAddress] = useState<Partial<NewAddress> | null>(null);
  const form = useDraft<HookDraft, HookFields>({
    ...{ what: "The incoming webhook", labels: LABELS, newDraft: newHookDraft, draftOf: hookDraftOf },
    ...{ valuesOf: hookFieldsOf, fromStored: (stored) => storedFields(stored as IncomingWebhook) },
    stored: hook && { values: storedFields(hook), version: hook.version },
    async create(fields) {
      const { path, secret } = await create.mutateAsync({ ...fields, team_id: owner ?? undefined });
      setAddress({ path, secret });
    },
    async change(fields, version) {
      const { secret } = await update.mutateAsync({ hook_id: hook!.hook_id, body: fields, version });
      toast.success(`Incoming webhook ${fields.name} saved`);
      if (secret) setAddress({ secret });
      else onClose();
    },
  });
  return { ...form, owner, setOwner, address, busy: create.isPending || update.isPending };
}

/** Creates or changes an incoming webhook, and then shows its address or its new secret once. */
export default function HookDialog({ teams, isAdmin, hook, onClose }: Props) {
  const form = useHookForm({ hook, onClose });
  const [preset, setPreset] = useState<PresetId>("custom");
  const { draft, set, problems } = form;
  // A person's own webhook reaches all bots that the person may command.
  const teamId = hook ? teams.find(({ id }) => id === hook.team_id)?.id : (form.owner ?? undefined);
  if (form.address) return <AddressDialog address={form.address} onClose={onClose} />;
  return (
    <DraftDialog
      form={form}
      title={hook ? `Edit ${hook.name}` : "Create incoming webhook"}
      description="It acts with your rights at the time of each request."
      verb={hook ? "Save webhook" : "Create webhook"}
      busy={form.busy}
      fields={SHOWN_FIELDS}
      onClose={onClose}
    >
      <Field label="Name" error={problems.errorOf("name")}>
        <Input
          autoFocus
          maxLength={80}
          autoComplete="off"
          placeholder="Deploys"
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
        />
      </Field>
      {hook ? null : (
        <Field label="Preset" hint="Fills in the signature and the templates for what this program sends.">
          <Select
            value={preset}
            onChange={(event) => {
              const id = event.target.value as PresetId;
              setPreset(id);
              set(presetDraft(id));
            }}
          >
            {Object.entries(PRESETS).map(([id, { label }]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {hook ? null : (
        <OwnerField
          {...{ teams, value: form.owner }}
          onChange={(owner) => {
            form.setOwner(owner);
            set({ bot_id: null });
          }}
          hint="A team's webhook reaches the bots of that team."
        />
      )}
      <Fields
        {...{ draft, set, problems }}
        teamId={teamId}
        hasSecret={hook !== undefined && hook.signature === draft.signature}
        hasQueues={isAdmin}
        queue={hook?.source_hint}
        payloadKey={preset}
      />
    </DraftDialog>
  );
}
