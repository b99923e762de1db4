"use client";
import { useState } from "react";
import { Checkbox } from "@/app/_ui/checkbox";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import { writeJson } from "@/lib/core/format/json";
import { type ParamField, payloadOf, type Typed, typedOf } from "./fields";

type ParamsFormProps = {
  fields: readonly ParamField[];
  payload: Record<string, unknown>;
  onPayload: (payload: Record<string, unknown>) => void;
  /** The field that failed validation (dots between levels); set after the first attempt to send. */
  problem?: { field: string; message: string };
  /** Paths of required fields that are empty; set after the first attempt to send. */
  empty?: readonly string[];
};

/** Returns whether the fields can show the whole payload. */
export const fitsFields = (fields: readonly ParamField[], payload: Record<string, unknown>): boolean =>
  typedOf(fields, payload) !== null;

/** A command's parameters as form fields. */
export function ParamsForm({ fields, payload, onPayload, problem, empty = [] }: ParamsFormProps) {
  // Keeps the text that is being typed, because it may not be a valid value yet ("1." on the way to 1.5).
  const [own, setOwn] = useState<{ typed: Typed; text: string } | null>(null);
  const typed = own?.text === writeJson(payload) ? own.typed : (typedOf(fields, payload) ?? {});
  if (fields.length === 0) return <p className="text-[13px] text-faint">This command takes no parameters.</p>;
  return (
    <Fields
      fields={fields}
      typed={typed}
      path=""
      problem={problem}
      empty={empty}
      onTyped={(next) => {
        const value = payloadOf(fields, next);
        setOwn({ typed: next, text: writeJson(value) });
        onPayload(value);
      }}
    />
  );
}

type FieldsProps = {
  fields: readonly ParamField[];
  typed: Typed;
  path: string;
  problem?: { field: string; message: string };
  empty: readonly string[];
  onTyped: (typed: Typed) => void;
};

function Fields({ fields, typed, path, problem, empty, onTyped }: FieldsProps) {
  return (
    <div className="space-y-3">
      {fields.map((field) => {
        const at = path + field.name;
        const wrong = problem && (problem.field === at || problem.field.startsWith(`${at}.`));
        const set = (value: Typed[string]) => onTyped({ ...typed, [field.name]: value });
        if (field.kind === "group")
          return (
            <fieldset key={field.name} className="rounded-md border border-line px-3 pt-1 pb-3">
              <legend className="px-1 font-medium text-[13px]">{field.label}</legend>
              {field.hint ? <p className="mb-2 text-[13px] text-faint">{field.hint}</p> : null}
              {wrong && problem.field === at ? <p className="mb-2 text-[13px] text-bad">{problem.message}</p> : null}
              <Fields
                fields={field.fields}
                typed={(typed[field.name] ?? {}) as Typed}
                path={`${at}.`}
                problem={problem}
                empty={empty}
                onTyped={set}
              />
            </fieldset>
          );
        return (
          <Field
            key={field.name}
            label={field.label}
            hint={field.kind === "texts" ? [field.hint, "One per line"].filter(Boolean).join(" · ") : field.hint}
            error={empty.includes(at) ? "This is required." : wrong ? problem.message : undefined}
            aside={field.required ? <span className="text-faint text-xs">required</span> : null}
          >
            <Control field={field} value={typed[field.name]} set={set} />
          </Field>
        );
      })}
    </div>
  );
}

type ControlProps = { field: ParamField; value: Typed[string] | undefined; set: (value: string | boolean) => void };

function Control({ field, value, set }: ControlProps) {
  const text = typeof value === "string" ? value : "";
  switch (field.kind) {
    case "switch":
      return (
        <span className="flex h-6 items-center">
          <Checkbox aria-label={field.label} checked={value === true} onCheckedChange={(on) => set(on === true)} />
        </span>
      );
    case "choice":
      return (
        <Select value={text || "-1"} onChange={(event) => set(event.target.value)}>
          <option value="-1">{field.required ? "Choose…" : "–"}</option>
          {field.choices.map((choice, at) => (
            <option key={writeJson(choice)} value={String(at)}>
              {String(choice)}
            </option>
          ))}
        </Select>
      );
    case "number":
      return (
        <Input
          inputMode={field.whole ? "numeric" : "decimal"}
          autoComplete="off"
          value={text}
          placeholder={range(field)}
          onChange={(event) => set(event.target.value)}
        />
      );
    case "texts":
      return <Textarea rows={3} value={text} onChange={(event) => set(event.target.value)} />;
    case "text":
      return field.long ? (
        <Textarea rows={3} value={text} maxLength={field.maxLength} onChange={(event) => set(event.target.value)} />
      ) : (
        <Input
          autoComplete="off"
          value={text}
          maxLength={field.maxLength}
          onChange={(event) => set(event.target.value)}
        />
      );
    case "group":
      return null;
  }
}

function range({ min, max }: { min?: number | bigint; max?: number | bigint }): string | undefined {
  if (min !== undefined && max !== undefined) return `From ${min} to ${max}`;
  return min !== undefined ? `${min} or more` : max !== undefined ? `${max} or less` : undefined;
}
