"use client";
import { useMemo, useState } from "react";
import { Button } from "@/app/_ui/button";
import { JsonEditor } from "@/app/_ui/json-editor";
import { parseJsonObject } from "@/app/_ui/json-text";
import { writeJson } from "@/lib/core/format/json";
import { fieldsOf } from "./fields";
import { fitsFields, ParamsForm } from "./params-form";

type PayloadInputProps = {
  /** The JSON Schema of the payload, when one is known. */
  params?: Record<string, unknown>;
  text: string;
  onText: (text: string) => void;
  problem?: { field: string; message: string };
  /** Paths of required values that are empty. */
  empty?: readonly string[];
};

/** Edits the payload: as a form if the schema allows it, otherwise (or on request) as JSON. */
export function PayloadInput({ params, text, onText, problem, empty }: PayloadInputProps) {
  const [asJson, setAsJson] = useState(false);
  const fields = useMemo(() => (params ? fieldsOf(params) : null), [params]);
  const payload = parseJsonObject(text);
  const fits = fields !== null && payload.ok && fitsFields(fields, payload.value);
  const form = fits && !asJson;
  return (
    <div>
      <div className="mb-1 flex items-center justify-between gap-2">
        <p className="font-medium text-[13px]">{form ? "Parameters" : "Payload"}</p>
        {fields ? (
          <fieldset className="flex gap-1" aria-label="Edit the payload as">
            <Button
              size="sm"
              variant="ghost"
              aria-pressed={form}
              disabled={!fits}
              title={fits ? undefined : "The payload contains values that the form has no field for"}
              className="aria-pressed:bg-raised aria-pressed:text-text"
              onClick={() => setAsJson(false)}
            >
              Form
            </Button>
            <Button
              size="sm"
              variant="ghost"
              aria-pressed={!form}
              className="aria-pressed:bg-raised aria-pressed:text-text"
              onClick={() => setAsJson(true)}
            >
              JSON
            </Button>
          </fieldset>
        ) : null}
      </div>
      {form ? (
        <ParamsForm
          fields={fields}
          payload={payload.value}
          onPayload={(value) => onText(writeJson(value, 2))}
          problem={problem}
          empty={empty}
        />
      ) : (
        <JsonEditor label="Payload (JSON object)" value={text} onChange={onText} />
      )}
      {empty?.length && !form ? (
        <p role="alert" className="mt-1 text-[13px] text-bad">
          Fill in {empty.join(", ")}.
        </p>
      ) : problem && !form ? (
        <p role="alert" className="mt-1 text-[13px] text-bad">
          {problem.field ? `${problem.field}: ` : ""}
          {problem.message}
        </p>
      ) : null}
    </div>
  );
}
