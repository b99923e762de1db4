"use client";
import { ChevronRight } from "lucide-react";
import { useId } from "react";
import { Field, Input, Select } from "@/app/_ui/input";
import { type DispatchDraft, UNITS } from "./dispatch";

type DispatchSettingsProps = {
  draft: DispatchDraft;
  onDraft: (draft: DispatchDraft) => void;
  problem?: { field: keyof DispatchDraft; message: string };
  /** The command belongs to a schedule, which decides itself when it is sent. */
  isScheduled?: boolean;
};

/** Sets when and how often a command is delivered. Collapsed at first, because few commands need it. */
export function DispatchSettings({ draft, onDraft, problem, isScheduled }: DispatchSettingsProps) {
  // The id that Field passes on goes to the number input, so the unit needs an id of its own.
  const unitId = useId();
  const set = (change: Partial<DispatchDraft>) => onDraft({ ...draft, ...change });
  const error = (field: keyof DispatchDraft) => (problem?.field === field ? problem.message : undefined);
  const changed = [draft.priority, draft.expires, draft.runAt, draft.maxAttempts, draft.key].filter(Boolean).length;
  return (
    <details className="group rounded-md border border-line" open={problem ? true : undefined}>
      <summary className="flex h-9 cursor-pointer select-none list-none items-center gap-1.5 px-2.5 font-medium text-[13px]">
        <ChevronRight className="size-4 text-faint group-open:rotate-90" aria-hidden />
        Delivery options
        {changed > 0 ? <span className="text-faint">· {changed} set</span> : null}
      </summary>
      <div className="grid gap-3 border-line border-t p-3 sm:grid-cols-2">
        <Field label="Priority" hint="Higher runs first. Default: 0" error={error("priority")}>
          <Input
            inputMode="numeric"
            placeholder="0"
            value={draft.priority}
            onChange={(event) => set({ priority: event.target.value })}
          />
        </Field>
        <Field
          label="Give up after (attempts)"
          hint="Then the command becomes undeliverable"
          error={error("maxAttempts")}
        >
          <Input
            inputMode="numeric"
            placeholder="10"
            value={draft.maxAttempts}
            onChange={(event) => set({ maxAttempts: event.target.value })}
          />
        </Field>
        <Field label="Expires in" hint="Expires if not delivered by then" error={error("expires")}>
          <span className="flex gap-2">
            <Input
              inputMode="decimal"
              placeholder="never"
              value={draft.expires}
              onChange={(event) => set({ expires: event.target.value })}
            />
            <Select
              id={unitId}
              aria-label="Unit of expiry"
              className="w-24 shrink-0"
              value={draft.unit}
              onChange={(event) => set({ unit: event.target.value as DispatchDraft["unit"] })}
            >
              {Object.keys(UNITS).map((unit) => (
                <option key={unit}>{unit}</option>
              ))}
            </Select>
          </span>
        </Field>
        {isScheduled ? null : <OnceFields draft={draft} set={set} error={error} />}
      </div>
    </details>
  );
}

type OnceProps = {
  draft: DispatchDraft;
  set: (change: Partial<DispatchDraft>) => void;
  error: (field: keyof DispatchDraft) => string | undefined;
};

/** Settings of a command that is sent once. */
function OnceFields({ draft, set, error }: OnceProps) {
  return (
    <>
      <Field label="Run at" hint="In your time zone. Not delivered earlier" error={error("runAt")}>
        <Input type="datetime-local" value={draft.runAt} onChange={(event) => set({ runAt: event.target.value })} />
      </Field>
      <Field
        label="Idempotency key"
        hint="Prevents duplicates: a second send with the same key returns the first command"
        error={error("key")}
        className="sm:col-span-2"
      >
        <Input
          className="font-mono text-[13px]"
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          value={draft.key}
          onChange={(event) => set({ key: event.target.value })}
        />
      </Field>
    </>
  );
}
