"use client";
import { RotateCcw } from "lucide-react";
import { useId } from "react";
import { same } from "@/app/_shell/merge";
import { Button } from "@/app/_ui/button";
import { cutText } from "@/lib/core/format/text";
import { ValueText, valueText } from "./change-view";
import type { Conflict } from "./draft";

import { FieldEditor } from "./field-editor";
import type { FieldSchema } from "./schema";

type Props = {
  field: string;
  schema: FieldSchema;
  value: unknown;
  defaultValue: unknown;
  dirty: boolean;
  problem?: string;
  conflict?: Conflict;
  onChange: (value: unknown) => void;
  onKeep: () => void;
};

/** One setting: its title, control and default, and a conflict if somebody else changed it meanwhile. */
export function Setting({ field, schema, value, defaultValue, dirty, problem, conflict, onChange, onKeep }: Props) {
  const id = useId();
  const label = schema.title ?? field;
  const isDefault = same(value, defaultValue);
  const grouped = schema.type === "array" || schema.type === "object";
  const note = problem ? `${id}-note` : undefined;
  return (
    <div
      data-setting={field}
      className="grid gap-x-6 gap-y-2 border-line border-b px-4 py-4 last:border-b-0 md:grid-cols-[minmax(0,15rem)_minmax(0,1fr)]"
    >
      <div className="min-w-0">
        <div className="flex items-center gap-1.5">
          <label id={`${id}-label`} htmlFor={grouped ? undefined : id} className="font-medium text-sm">
            {label}
          </label>
          {dirty ? (
            <span
              role="img"
              aria-label="changed"
              title="Changed, not saved"
              className="size-2 rounded-full bg-accent"
            />
          ) : null}
        </div>
        {schema.description ? <p className="mt-0.5 text-[13px] text-muted">{schema.description}</p> : null}
        <code className="text-faint text-xs">{field}</code>
      </div>
      <div className="min-w-0 space-y-1.5">
        <FieldEditor
          schema={schema}
          id={id}
          label={label}
          value={value}
          invalid={Boolean(problem)}
          describedBy={note}
          onChange={onChange}
        />
        {problem ? (
          <p id={note} role="alert" className="text-[13px] text-bad">
            {problem}
          </p>
        ) : null}
        {conflict ? (
          <div role="alert" className="space-y-2 rounded-md bg-warn-soft px-3 py-2 text-[13px]">
            <p className="text-warn">{conflict.by} saved a different value while you were editing:</p>
            <ValueText value={conflict.theirs} />
            <div className="flex flex-wrap gap-2">
              <Button size="sm" onClick={() => onChange(conflict.theirs)}>
                Take theirs
              </Button>
              <Button size="sm" onClick={onKeep}>
                Keep mine
              </Button>
            </div>
          </div>
        ) : null}
        <p className="flex min-h-6 flex-wrap items-center gap-x-2 text-faint text-xs">
          {isDefault ? (
            "This is the default"
          ) : (
            <>
              <span className="max-w-full truncate">Default: {short(defaultValue)}</span>
              <Button
                variant="ghost"
                size="sm"
                className="h-6 px-1.5 text-xs"
                aria-label={`Reset ${label} to its default`}
                onClick={() => onChange(defaultValue)}
              >
                <RotateCcw />
                Reset
              </Button>
            </>
          )}
        </p>
      </div>
    </div>
  );
}

const short = (value: unknown): string => {
  const text = valueText(value).replaceAll("\n", ", ");
  return cutText(text, 80);
};
