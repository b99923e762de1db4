"use client";
import { useState } from "react";
import { DraftDialog, useDraft } from "@/app/_shell/use-draft";
import { Checkbox } from "@/app/_ui/checkbox";
import { Field, Input, Select } from "@/app/_ui/input";
import { useTimeFormat } from "@/app/_ui/time-format";
import { toast } from "@/app/_ui/toast";
import type { Team } from "@/lib/identity/teams/contract";
import type { MaintenanceWindow } from "@/lib/operations/maintenance/contract";
import { type NewWindow, useSaveWindow, type WindowChange } from "@/lib/operations/maintenance/queries";
import type { Reader } from "../_alerts/labels";
import { WhenFields } from "../_schedules/when-fields";
import { BotsScopeField } from "../_shared/bots-scope";
import { type NewOwner, OwnerField, useOwnerTeam } from "../_shared/owner-select";
import { bodyOf, draftOf, inputOf, lengthsWith, newDraft, WINDOW_LABELS, type WindowDraft } from "./window-draft";

type Props = {
  reader: Reader;
  /** The teams for which the reader may create windows. */
  teams: readonly Team[];
  /** The window to change; a new one is created without it. */
  window?: MaintenanceWindow;
  onClose: () => void;
};
/** Fields that show their own error. */
const FIELDS = ["name", "note", "bots", "tag", "starts_at", "ends_at", "cron", "time_zone", "team_id"];

/** The state of the form, from its fields to the stored window. */
function useWindowForm({ window, onClose }: Pick<Props, "window" | "onClose">) {
  const { zone } = useTimeFormat();
  const save = useSaveWindow();
  const [owner, setOwner] = useState<NewOwner>();
  const send = async (body: NewWindow, version?: number) => {
    await save.mutateAsync({ window_id: window?.window_id, body, version });
    toast.success(window ? `Maintenance window ${body.name} saved` : `Maintenance window ${body.name} created`);
    onClose();
  };
  const form = useDraft<WindowDraft, WindowChange>({
    ...{ what: "The maintenance window", labels: WINDOW_LABELS, draftOf, change: send },
    stored: window && { values: inputOf(window), version: window.version },
    newDraft: () => newDraft(zone()),
    valuesOf: (draft) => bodyOf(draft, Date.now()),
    fromStored: (stored) => inputOf(stored as MaintenanceWindow),
    create: (values) => send({ ...values, team_id: owner }),
  });
  return { ...form, owner, setOwner, busy: save.isPending };
}

type Form = ReturnType<typeof useWindowForm>;

/** Creates or changes a maintenance window. */
export default function WindowDialog({ reader, teams, window, onClose }: Props) {
  const form = useWindowForm({ window, onClose });
  const { draft, set, problems } = form;
  const teamId = useOwnerTeam(form.owner, window);
  return (
    <DraftDialog
      form={form}
      title={window ? `Edit ${window.name}` : "New maintenance window"}
      description="While it lasts, no rule raises an alert for its bots. What still holds at the end raises its alert then."
      verb={window ? "Save window" : "Create window"}
      busy={form.busy}
      fields={FIELDS}
      onClose={onClose}
    >
      <Field label="Name" error={problems.errorOf("name")}>
        <Input
          autoFocus
          maxLength={80}
          autoComplete="off"
          placeholder="Move to the new host"
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
        />
      </Field>
      <Field label="Note (optional)" hint="Shown to people who see the bots." error={problems.errorOf("note")}>
        <Input maxLength={500} value={draft.note} onChange={(event) => set({ note: event.target.value })} />
      </Field>
      {window ? null : (
        <OwnerField
          {...{ teams, value: form.owner, error: problems.errorOf("team_id") }}
          onChange={(owner) => {
            form.setOwner(owner);
            if (draft.scope.bots) set({ scope: { ...draft.scope, bots: [] } });
          }}
          hasServer={reader.role === "admin"}
          hint="The window covers the owner's bots."
        />
      )}
      <BotsScopeField
        value={draft.scope}
        teamId={teamId}
        onChange={(scope) => set({ scope })}
        errors={{ bots: problems.errorOf("bots"), tag: problems.errorOf("tag") }}
      />
      <TimeFields form={form} />
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is inside */}
      <label className="flex items-start gap-2 text-sm">
        <Checkbox
          className="mt-0.5"
          aria-label="Schedules leave out these bots"
          checked={draft.pause_schedules}
          onCheckedChange={(pause_schedules) => set({ pause_schedules })}
        />
        <span className="min-w-0">
          Schedules leave out these bots
          <span className="block text-[13px] text-faint">The history of each run says why.</span>
        </span>
      </label>
    </DraftDialog>
  );
}

/** Chooses when the window begins and how long it lasts. */
function TimeFields({ form: { draft, set, problems } }: { form: Form }) {
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Happens">
          <Select
            value={draft.isRepeating ? "repeating" : "once"}
            onChange={(event) => set({ isRepeating: event.target.value === "repeating" })}
          >
            <option value="once">Once</option>
            <option value="repeating">Again and again</option>
          </Select>
        </Field>
        <Field label="Lasts" error={problems.errorOf("ends_at")}>
          <Select value={String(draft.minutes)} onChange={(event) => set({ minutes: Number(event.target.value) })}>
            {lengthsWith(draft.minutes).map(([minutes, label]) => (
              <option key={minutes} value={minutes}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {draft.isRepeating ? (
        <WhenFields
          draft={draft}
          set={set}
          error={problems.errorOf("cron") ?? problems.errorOf("time_zone")}
          legend="When it begins"
          nextLabel="Next times"
          isByClock
        />
      ) : (
        <Field label="Begins" hint="Leave empty to begin now." error={problems.errorOf("starts_at")}>
          <Input type="datetime-local" value={draft.starts} onChange={(event) => set({ starts: event.target.value })} />
        </Field>
      )}
    </>
  );
}
