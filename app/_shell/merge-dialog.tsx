"use client";
import { useId, useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { Dialog } from "@/app/_ui/dialog";
import { JsonEditor } from "@/app/_ui/json-editor";
import { parseJsonObject } from "@/app/_ui/json-text";
import { errorText } from "@/lib/client/api";
import { writeJson } from "@/lib/core/format/json";
import { type MergeRow, markedLines, mergedValues, mergeRows, type Side, usualSide, type Values } from "./merge";

type Props = {
  what: string;
  labels: Readonly<Record<string, string>>;
  isJson?: boolean;
  /** The values that both edits were made from. */
  base: Values;
  theirs: Values;
  yours: Values;
  /** Saves the merged values over the stored ones. */
  onSave: (values: Values) => Promise<void>;
  /** Goes back to the form with these values. */
  onEdit: (values: Values) => void;
  onClose: () => void;
};

const CHANGED = { both: "Changed by both", them: "Changed by them", you: "Changed by you" } as const;

/** Merges two edits of the same values: shows both sides of each field that differs, and saves the chosen ones. */
export default function MergeDialog({ what, labels, isJson, base, theirs, yours, onSave, onEdit, onClose }: Props) {
  const rows = mergeRows(base, theirs, yours);
  const [picks, setPicks] = useState<Record<string, Side>>({});
  const [text, setText] = useState<string | null>(null);
  const [busy, setBusy] = useState<"mine" | "merged" | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const sideOf = (row: MergeRow): Side => picks[row.field] ?? usualSide(row);
  const merged = mergedValues(yours, rows, sideOf);
  const typed = text === null ? null : parseJsonObject(text);
  const result = typed?.ok ? typed.value : merged;

  const save = async (which: "mine" | "merged", values: Values) => {
    setBusy(which);
    setProblem(null);
    try {
      await onSave(values);
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(null);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Someone else saved first"
      description={`${what} changed while you were editing. Choose a value for each difference, then save.`}
      className="max-w-3xl"
      footer={
        <>
          <Button className="sm:mr-auto" disabled={busy !== null} onClick={() => onEdit(result)}>
            Keep editing
          </Button>
          <Button disabled={busy !== null} onClick={() => onEdit(theirs)}>
            Take theirs
          </Button>
          <Button loading={busy === "mine"} disabled={busy !== null} onClick={() => void save("mine", yours)}>
            Keep mine
          </Button>
          <Button
            variant="primary"
            loading={busy === "merged"}
            disabled={busy !== null || typed?.ok === false}
            onClick={() => void save("merged", result)}
          >
            Save merged
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {rows.map((row) => (
          <Difference
            key={row.field}
            row={row}
            label={labels[row.field] ?? row.field}
            side={sideOf(row)}
            onPick={(side) => {
              setPicks((known) => ({ ...known, [row.field]: side }));
              setText(null);
            }}
          />
        ))}
        {isJson ? (
          <section aria-label="Result">
            <h3 className="mb-1 font-medium text-[13px]">Result</h3>
            <JsonEditor label="Result (JSON object)" value={text ?? writeJson(merged, 2)} onChange={setText} />
          </section>
        ) : null}
        {problem ? (
          <p role="alert" className="text-[13px] text-bad">
            {problem}
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}

type DifferenceProps = { row: MergeRow; label: string; side: Side; onPick: (side: Side) => void };

function Difference({ row, label, side, onPick }: DifferenceProps) {
  const name = useId();
  const [theirs, yours] = [shown(row.theirs), shown(row.yours)];
  return (
    <fieldset>
      <legend className="mb-1 flex flex-wrap items-center gap-2 font-medium text-[13px]">
        <bdi className="[overflow-wrap:anywhere]">{label}</bdi>
        <Badge tone={row.changedBy === "both" ? "warn" : undefined}>{CHANGED[row.changedBy]}</Badge>
      </legend>
      <div className="grid gap-2 sm:grid-cols-2">
        <Option
          {...{ name, text: theirs, other: yours }}
          title="Theirs"
          isPicked={side === "theirs"}
          onPick={() => onPick("theirs")}
        />
        <Option
          {...{ name, text: yours, other: theirs }}
          title="Yours"
          isPicked={side === "yours"}
          onPick={() => onPick("yours")}
        />
      </div>
    </fieldset>
  );
}

type OptionProps = { name: string; title: string; text: string; other: string; isPicked: boolean; onPick: () => void };

function Option({ name, title, text, other, isPicked, onPick }: OptionProps) {
  const isLong = text.includes("\n") || other.includes("\n");
  return (
    <label
      className={cn(
        "flex min-w-0 cursor-pointer items-start gap-2 rounded-md border p-2 focus-within:outline-2 focus-within:outline-accent",
        isPicked ? "border-accent bg-accent-soft" : "border-line hover:bg-raised",
      )}
    >
      <input
        type="radio"
        name={name}
        checked={isPicked}
        onChange={onPick}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0 flex-1">
        <span className="block text-[13px] text-muted">{title}</span>
        <span className="block max-h-60 overflow-y-auto font-mono text-[13px] [overflow-wrap:anywhere]">
          {markedLines(text, other).map(({ line, isOwn }, at) => (
            <bdi key={at} className={cn("block whitespace-pre-wrap", isLong && isOwn && "bg-warn-soft")}>
              {line}
            </bdi>
          ))}
        </span>
      </span>
    </label>
  );
}

/** A value as the dialog shows it: text as it is, everything else as JSON. */
function shown(value: unknown): string {
  if (value === undefined || value === null || value === "") return "Not set";
  return typeof value === "string" ? value : writeJson(value, 2);
}
