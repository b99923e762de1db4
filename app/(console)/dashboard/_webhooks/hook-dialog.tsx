"use client";
import { useState } from "react";
import { type Stored, useMerge } from "@/app/_shell/use-merge";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import type { Team } from "@/lib/identity/teams/contract";
import type { IncomingWebhook } from "@/lib/operations/incoming/contract";
import { PRESETS, type PresetId } from "@/lib/operations/incoming/contract.presets";
import { type NewAddress, useCreateIncomingWebhook, useUpdateIncomingWebhook } from "@/lib/operations/incoming/queries";
import { useProblem } from "../_alerts/use-problem";
import { OwnerSelect } from "../_shared/owner-select";
import { AddressDialog } from "./address-dialog";
import {
  type HookDraft,
  type HookFields,
  hookDraftOf,
  hookFieldsOf,
  isMissingField,
  newHookDraft,
  newHookOf,
  presetDraft,
} from "./hook-draft";
import { HookFields as Fields, SHOWN_FIELDS } from "./hook-fields";

type Props = {
  /** The teams for which the reader may create webhooks. */
  teams: readonly Team[];
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
  const problems = useProblem();
  const [team_id, setTeam] = useState<number>();
  const [address, setAddress] = useState<Partial<NewAddress> | null>(null);
  const [state, setState] = useState(() => ({
    draft: hook ? hookDraftOf(hook) : newHookDraft(),
    base: hook && ({ values: storedFields(hook), version: hook.version } satisfies Stored<HookFields>),
  }));

  async function change(fields: HookFields, version?: number): Promise<void> {
    if (!hook) return;
    const { secret } = await update.mutateAsync({ hook_id: hook.hook_id, body: fields, version });
    toast.success(`Incoming webhook ${fields.name} saved`);
    if (secret) setAddress({ secret });
    else onClose();
  }
  async function add(fields: HookFields): Promise<void> {
    const { path, secret } = await create.mutateAsync(newHookOf(fields, team_id));
    setAddress({ path, secret });
  }
  const merge = useMerge<HookFields>({
    ...{ what: "The incoming webhook", labels: LABELS, send: change },
    fromStored: (stored) => storedFields(stored as IncomingWebhook),
    onRebase: (values, base) => setState({ draft: hookDraftOf(values), base }),
  });
  return {
    ...{ draft: state.draft, problems, team_id, setTeam, address, dialog: merge.dialog },
    busy: create.isPending || update.isPending,
    set(edit: Partial<HookDraft>): void {
      setState((last) => ({ ...last, draft: { ...last.draft, ...edit } }));
      problems.clear();
    },
    submit(): void {
      const fields = hookFieldsOf(state.draft);
      if (isMissingField(fields)) {
        problems.report(fields.field, fields.message);
        return;
      }
      const saving = state.base ? merge.save(state.base, fields) : add(fields);
      saving.catch(problems.reportError);
    },
  };
}

/** Creates or changes an incoming webhook, and then shows its address or its new secret once. */
export default function HookDialog({ teams, hook, onClose }: Props) {
  const form = useHookForm({ hook, onClose });
  const [preset, setPreset] = useState<PresetId>("custom");
  const { draft, set, problems } = form;
  const message = problems.messageBeside(SHOWN_FIELDS);
  if (form.address) return <AddressDialog address={form.address} onClose={onClose} />;
  return (
    <>
      <FormDialog
        title={hook ? `Edit ${hook.name}` : "Create incoming webhook"}
        description="It acts with your rights at the time of each request."
        verb={hook ? "Save webhook" : "Create webhook"}
        ready
        busy={form.busy}
        problem={message === undefined ? undefined : new Error(message)}
        onSubmit={form.submit}
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
        {!hook && teams.length > 0 ? (
          <Field label="Owner" hint="A team's webhook reaches the bots of that team.">
            <OwnerSelect teams={teams} none="You" value={form.team_id} onChange={form.setTeam} />
          </Field>
        ) : null}
        <Fields
          {...{ draft, set, problems }}
          teamId={hook ? undefined : form.team_id}
          hasSecret={hook !== undefined && hook.signature === draft.signature}
          payloadKey={preset}
        />
      </FormDialog>
      {form.dialog}
    </>
  );
}
