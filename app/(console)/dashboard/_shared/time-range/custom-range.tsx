"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input } from "@/app/_ui/input";
import { useTimeFormat } from "@/app/_ui/time-format";
import { spanOf, type TimeRange } from "@/lib/core/format/time-range";
import { parseTyped } from "@/lib/core/format/times";

type CustomRangeProps = { range: TimeRange; onChoose: (range: TimeRange) => void; onClose: () => void };

/** Asks for the two ends of a range, as times in the person's zone or as spans before now. */
export function CustomRange({ range, onChoose, onClose }: CustomRangeProps) {
  const { dayKey, clock, zone } = useTimeFormat();
  const typed = (text: string, at: number | undefined) =>
    text.startsWith("now") || at === undefined ? text : `${dayKey(at)} ${clock(at)}`;
  const [draft, setDraft] = useState(() => {
    const span = spanOf(range, Date.now());
    return { from: typed(range.from, span?.from), to: typed(range.to, span?.to) };
  });
  const [isTried, setTried] = useState(false);
  /** The end as the address has it; undefined when it cannot be read. */
  const endOf = (text: string): string | undefined => {
    const trimmed = text.trim().toLowerCase();
    if (/^now(-\d{1,6}[smhd])?$/.test(trimmed)) return trimmed;
    const at = parseTyped(trimmed, zone());
    return Number.isNaN(at) ? undefined : new Date(at).toISOString();
  };
  const [from, to] = [endOf(draft.from), endOf(draft.to)];
  const isOrdered = from !== undefined && to !== undefined && spanOf({ from, to }, Date.now()) !== undefined;
  const unreadable = "Write a time such as 2026-01-31 14:00, or a span such as now-3h.";
  const submit = () => {
    setTried(true);
    if (from === undefined || to === undefined || !isOrdered) return;
    onChoose({ from, to });
    onClose();
  };
  return (
    <FormDialog
      title="Custom range"
      description={`Times are in your zone, ${zone()}.`}
      verb="Show range"
      ready={draft.from.trim() !== "" && draft.to.trim() !== ""}
      busy={false}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label="From"
        hint="2026-01-31 14:00 or now-3h"
        error={isTried && from === undefined ? unreadable : undefined}
      >
        <Input
          value={draft.from}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setDraft({ ...draft, from: event.target.value })}
        />
      </Field>
      <Field
        label="To"
        hint="2026-01-31 15:00 or now"
        error={
          !isTried
            ? undefined
            : to === undefined
              ? unreadable
              : from !== undefined && !isOrdered
                ? "The range must end after it begins."
                : undefined
        }
      >
        <Input
          value={draft.to}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setDraft({ ...draft, to: event.target.value })}
        />
      </Field>
    </FormDialog>
  );
}
