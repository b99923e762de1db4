"use client";
import { Field, Input, Select } from "@/app/_ui/input";
import { Skeleton } from "@/app/_ui/skeleton";
import { useTimeFormat } from "@/app/_ui/time-format";
import { zonesWith } from "@/app/_ui/time-zones";
import { useDebounced } from "@/app/_ui/use-debounced";
import { errorText } from "@/lib/client/api";
import { readJson, writeJson } from "@/lib/core/format/json";
import { PREVIEWED } from "@/lib/operations/schedules/contract.constants";
import { useSchedulePreview } from "@/lib/operations/schedules/queries";
import type { ScheduleDraft } from "./schedule-draft";
import { recurrenceOf, WEEKDAYS, type WhenDraft } from "./when";

const KINDS: Record<WhenDraft["kind"], string> = {
  minutes: "Every few minutes",
  hourly: "Every hour",
  daily: "Every day",
  weekdays: "Monday to Friday",
  weekly: "Every week",
  monthly: "Every month",
  cron: "By cron expression",
};

type Props = {
  draft: Pick<ScheduleDraft, "when" | "time_zone">;
  set: (change: Partial<Pick<ScheduleDraft, "when" | "time_zone">>) => void;
  error: string | undefined;
  legend?: string;
  /** The heading of the next times. */
  nextLabel?: string;
  /** Leaves out intervals, which are not counted by the clock. */
  isByClock?: boolean;
};

/** Chooses when something repeats, and shows the next times as the server computes them. */
export function WhenFields({ draft, set, error, legend = "When it runs", nextLabel = "Next runs", isByClock }: Props) {
  const { when, time_zone } = draft;
  const change = (next: Partial<WhenDraft>) => set({ when: { ...when, ...next } });
  return (
    <fieldset className="grid gap-3 rounded-md border border-line px-3 pt-1 pb-3 sm:grid-cols-2">
      <legend className="px-1 font-medium text-[13px]">{legend}</legend>
      <Field label="Repeats">
        <Select value={when.kind} onChange={(event) => change({ kind: event.target.value as WhenDraft["kind"] })}>
          {Object.entries(KINDS).map(([kind, label]) =>
            isByClock && kind === "minutes" ? null : (
              <option key={kind} value={kind}>
                {label}
              </option>
            ),
          )}
        </Select>
      </Field>
      <KindFields when={when} change={change} />
      {when.kind === "minutes" ? null : (
        <Field label="Time zone" className="sm:col-span-2">
          <Select value={time_zone} onChange={(event) => set({ time_zone: event.target.value })}>
            {zonesWith(time_zone).map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </Select>
        </Field>
      )}
      <NextRuns when={when} time_zone={time_zone} error={error} label={nextLabel} />
    </fieldset>
  );
}

function KindFields({ when, change }: { when: WhenDraft; change: (next: Partial<WhenDraft>) => void }) {
  switch (when.kind) {
    case "minutes":
      return (
        <Field label="Minutes between runs">
          <Input
            inputMode="numeric"
            value={when.minutes}
            onChange={(event) => change({ minutes: event.target.value })}
          />
        </Field>
      );
    case "hourly":
      return (
        <Field label="At minute">
          <Input inputMode="numeric" value={when.minute} onChange={(event) => change({ minute: event.target.value })} />
        </Field>
      );
    case "cron":
      return (
        <Field label="Cron expression" hint="Minute, hour, day of the month, month, day of the week">
          <Input
            className="font-mono"
            maxLength={100}
            autoComplete="off"
            spellCheck={false}
            value={when.cron}
            onChange={(event) => change({ cron: event.target.value })}
          />
        </Field>
      );
    default:
      return (
        <>
          <Field label="At">
            <Input type="time" value={when.time} onChange={(event) => change({ time: event.target.value })} />
          </Field>
          {when.kind === "weekly" ? (
            <Field label="On" className="sm:col-span-2">
              <Select value={when.weekday} onChange={(event) => change({ weekday: event.target.value })}>
                {WEEKDAYS.map((day, at) => (
                  <option key={day} value={String(at)}>
                    {day}
                  </option>
                ))}
              </Select>
            </Field>
          ) : null}
          {when.kind === "monthly" ? (
            <Field label="On day" hint="Months without this day are left out" className="sm:col-span-2">
              <Input inputMode="numeric" value={when.day} onChange={(event) => change({ day: event.target.value })} />
            </Field>
          ) : null}
        </>
      );
  }
}

type NextProps = { when: WhenDraft; time_zone: string; error: string | undefined; label: string };

/** The next runs, in the time zone of the reader. Has the same height while it waits, so that nothing below moves. */
function NextRuns({ when, time_zone, error, label }: NextProps) {
  const format = useTimeFormat();
  const recurrence = recurrenceOf(when);
  // The text is debounced instead of the object, which is another one at every render.
  const text = useDebounced(writeJson(recurrence ? { ...recurrence, time_zone } : null));
  const preview = useSchedulePreview(readJson(text));
  const problem = error ?? (preview.error ? errorText(preview.error) : undefined);
  return (
    <div className="min-h-36 sm:col-span-2">
      <p className="font-medium text-[13px]">
        {label} <span className="font-normal text-faint">in your time zone, {format.zone()}</span>
      </p>
      {problem ? (
        <p role="alert" className="text-[13px] text-bad">
          {problem}
        </p>
      ) : !recurrence ? (
        <p className="text-[13px] text-faint">Fill in the fields above to see when it runs.</p>
      ) : preview.data ? (
        <ol aria-label={label} className="tnum mt-1 space-y-0.5 text-[13px] text-muted">
          {preview.data.next_runs.map((at) => (
            <li key={at}>
              {format.weekdayOfYear(at)}, {format.clock(at)}
            </li>
          ))}
        </ol>
      ) : (
        <div className="mt-1 space-y-0.5">
          {Array.from({ length: PREVIEWED }, (_, at) => (
            <Skeleton key={at} className="h-5 w-48" />
          ))}
        </div>
      )}
    </div>
  );
}
