"use client";
import { Columns3, ListFilter, ListX } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { COLUMN_NAME } from "@/lib/fleet/telemetry/contract.constants";
import { type Field, fieldsOf } from "./fields";
import type { ColumnsState } from "./use-columns";

type LineFieldsProps = {
  metadata: Record<string, unknown>;
  /** Adds a term to the query. */
  onTerm: (term: string) => void;
  columns: ColumnsState;
};

/** The values of a line's metadata, each of which can be filtered by or excluded. */
export function LineFields({ metadata, onTerm, columns }: LineFieldsProps) {
  const fields = fieldsOf(metadata);
  if (fields.length === 0) return null;
  return (
    <dl className="divide-y divide-line rounded-md border border-line">
      {fields.map((field) => (
        <FieldRow key={field.label} {...{ field, onTerm, columns }} />
      ))}
    </dl>
  );
}

type FieldRowProps = Omit<LineFieldsProps, "metadata"> & { field: Field };

function FieldRow({ field: { key, value, label }, onTerm, columns }: FieldRowProps) {
  const isColumn = columns.columns.includes(key);
  return (
    <div className="flex min-h-9 items-center gap-2 px-2 font-mono text-[13px]">
      <dt className="w-32 shrink-0 truncate text-muted" title={key}>
        {key}
      </dt>
      <dd className="min-w-0 flex-1 break-all">{value}</dd>
      <Button
        variant="ghost"
        size="sm"
        icon
        aria-label={`Filter by ${label}`}
        title="Filter by this value"
        onClick={() => onTerm(label)}
      >
        <ListFilter />
      </Button>
      <Button
        variant="ghost"
        size="sm"
        icon
        aria-label={`Exclude ${label}`}
        title="Exclude this value"
        onClick={() => onTerm(`-${label}`)}
      >
        <ListX />
      </Button>
      {COLUMN_NAME.test(key) ? (
        <Button
          variant="ghost"
          size="sm"
          icon
          aria-label={`Show ${key} as a column`}
          aria-pressed={isColumn}
          title={isColumn ? "Hide this column" : "Show as a column"}
          disabled={columns.isFull && !isColumn}
          className={cn(isColumn && "bg-raised text-accent")}
          onClick={() => columns.toggle(key)}
        >
          <Columns3 />
        </Button>
      ) : null}
    </div>
  );
}
