"use client";
import { ListFilter, ListX } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { type Field, fieldsOf } from "./fields";

type LineFieldsProps = {
  metadata: Record<string, unknown>;
  /** Adds a term to the query. */
  onTerm: (term: string) => void;
};

/** The values of a line's metadata, each of which can be filtered by or excluded. */
export function LineFields({ metadata, onTerm }: LineFieldsProps) {
  const fields = fieldsOf(metadata);
  if (fields.length === 0) return null;
  return (
    <dl className="divide-y divide-line rounded-md border border-line">
      {fields.map((field) => (
        <FieldRow key={field.label} field={field} onTerm={onTerm} />
      ))}
    </dl>
  );
}

function FieldRow({ field: { key, value, label }, onTerm }: { field: Field; onTerm: (term: string) => void }) {
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
    </div>
  );
}
