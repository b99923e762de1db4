"use client";
import { useState } from "react";
import { type Stored, useMerge } from "@/app/_shell/use-merge";
import { Checkbox } from "@/app/_ui/checkbox";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { useTimeFormat } from "@/app/_ui/time-format";
import { toast } from "@/app/_ui/toast";
import type { Team } from "@/lib/identity/teams/contract";
import type { MaintenanceWindow } from "@/lib/operations/maintenance/contract";
import { type NewWindow, useSaveWindow, type WindowChange } from "@/lib/operations/maintenance/queries";
import type { Reader } from "../_alerts/labels";
import { useProblem } from "../_alerts/use-problem";
import { WhenFields } from "../_schedules/when-fields";
import { BotsScopeField } from "../_shared/bots-scope";
import { bodyOf, draftOf, inputOf, lengthsWith, newDraft, WINDOW_LABELS, type WindowDraft } from "./window-draft";

type Props = {
  reader: Reader;
  /** The teams for which the reader may create windows. */
  teams: readonly Team[];
  /** The window to change; a new one is created without it. */
  window?: MaintenanceWindow;
  onClose: () => void;
};
const SERVER = "server";
/** Fields that show their own error. */
const FIELDS = ["name", "note", "bots", "tag", "starts_at", "ends_at", "cron", "time_zone", "team_id"];

/** The state of the form, from its fields to the stored window. */
function useWindowForm({ window, onClose }: Pick<Props, "window" | "onClose">) {
  const { zone } = useTimeFormat();
  const save = useSaveWindow();
  const problems = useProblem();
  const [owner, setOwner] = useState("");
  const [start, setStart] = useState(() => ({
    draft: window ? draftOf(inputOf(window)) : newDraft(zone()),
    base: window && ({ values: inputOf(window), version: window.version } satisfies Stored<WindowChange>),
  }));
  const send = async (body: NewWindow, version?: number) => {
    await save.mutateAsync({ window_id: window?.window_id, body, version });
    toast.success(window ? `Maintenance window ${body.name} saved` : `Maintenance window ${body.name} created`);
    onClose();
  };
  const merge = useMerge<WindowChange>({
    ...{ what: "The maintenance window", labels: WINDOW_LABELS, send },
    fromStored: (stored) => inputOf(stored as MaintenanceWindow),
    onRebase: (values, base) => setStart({ draft: draftOf(values), base }),
  });
  return {
    ...{ draft: start.draft, problems, owner, setOwner, busy: save.isPending, dialog: merge.dialog },
    set(change: Partial<WindowDraft>): void {
      setStart((last) => ({ ...last, draft: { ...last.draft, ...change } }));
      problems.clear();
    },
    submit(): void {
      const body = bodyOf(start.draft, Date.now());
      if ("field" in body) {
        problems.report(body.field, body.message);
        return;
      }
      const team_id = owner === "" ? undefined : owner === SERVER ? null : Number(owner);
      const sending = start.base ? merge.save(start.base, body) : send({ ...body, team_id });
      sending.catch(problems.reportError);
    },
  };
}

type Form = ReturnType<typeof useWindowForm>;

/** Creates or changes a maintenance window. */
export default function WindowDialog({ reader, teams, window, onClose }: Props) {
  const form = useWindowForm({ window, onClose });
  const { draft, set, problems } = form;
  const message = problems.messageBeside(FIELDS);
  return (
    <>
      <FormDialog
        title={window ? `Edit ${window.name}` : "New maintenance window"}
        description="While it lasts, no rule raises an alert for its bots. What still holds at the end raises its alert then."
        verb={window ? "Save window" : "Create window"}
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
            placeholder="Move to the new host"
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        <Field label="Note (optional)" hint="Shown to people who see the bots." error={problems.errorOf("note")}>
          <Input maxLength={500} value={draft.note} onChange={(event) => set({ note: event.target.value })} />
        </Field>
        {window ? null : <OwnerField form={form} teams={teams} isAdmin={reader.role === "admin"} />}
        <BotsScopeField
          value={draft.scope}
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
      </FormDialog>
      {form.dialog}
    </>
  );
}

type OwnerProps = { form: Form; teams: readonly Team[]; isAdmin: boolean };

/** Chooses whose bots a new window covers. Renders nothing for a reader who has no choice. */
function OwnerField({ form: { owner, setOwner, problems }, teams, isAdmin }: OwnerProps) {
  if (teams.length === 0 && !isAdmin) return null;
  return (
    <Field label="Owner" hint="The window covers the owner's bots." error={problems.errorOf("team_id")}>
      <Select value={owner} onChange={(event) => setOwner(event.target.value)}>
        <option value="">You</option>
        {teams.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {isAdmin ? <option value={SERVER}>Whole server</option> : null}
      </Select>
    </Field>
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
