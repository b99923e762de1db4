"use client";
import { Button } from "@/app/_ui/button";
import { Field } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";

type SecretFieldProps = {
  label: string;
  hint?: string;
  isSet: boolean;
  required: boolean;
  /** The typed value; null removes the stored one, undefined keeps it. */
  value: string | null | undefined;
  error?: string;
  onChange: (value: string | null | undefined) => void;
};

/** The input of a secret setting. The server never returns the stored value, so the field can only replace it. */
export function SecretField({ label, hint, isSet, required, value, error, onChange }: SecretFieldProps) {
  const state = value === null ? "Will be removed" : isSet ? "Set. Leave empty to keep the current value." : "Not set";
  return (
    <Field
      label={label}
      hint={[hint, state].filter(Boolean).join(" · ")}
      error={error}
      aside={required ? <span className="text-faint text-xs">required</span> : null}
    >
      <div className="flex gap-2">
        <PasswordInput
          autoComplete="new-password"
          placeholder={isSet && value !== null ? "••••••••" : undefined}
          value={value ?? ""}
          onChange={(event) => onChange(event.target.value || undefined)}
        />
        {isSet && !required ? (
          <Button onClick={() => onChange(value === null ? undefined : null)}>
            {value === null ? "Keep" : "Remove"}
          </Button>
        ) : null}
      </div>
    </Field>
  );
}
