"use client";
import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Select } from "@/app/_ui/input";
import { errorText } from "@/lib/client/api";

const HOUR_MS = 3_600_000;
const OVERLAPS: [string, number][] = [
  ["Stops working now", 0],
  ["Works for one more hour", HOUR_MS],
  ["Works for one more day", 24 * HOUR_MS],
  ["Works for seven more days", 168 * HOUR_MS],
];

type Props = {
  apiKey: { id: string; name: string };
  rotate: UseMutationResult<{ secret: string }, Error, { key_id: string; old_secret_until?: string }>;
};

/** Replaces a key's secret; the new one is shown here once and then forgotten. */
export function RotateKeyDialog({ apiKey, rotate }: Props) {
  const [open, setOpen] = useState(false);
  const [overlap, setOverlap] = useState(24 * HOUR_MS);
  const secret = rotate.data?.secret;
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) rotate.reset();
  };
  const submit = () =>
    rotate.mutate({
      key_id: apiKey.id,
      old_secret_until: overlap > 0 ? new Date(Date.now() + overlap).toISOString() : undefined,
    });
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={
        <Button size="sm" variant="ghost" aria-label={`Rotate ${apiKey.name}`}>
          Rotate
        </Button>
      }
      title={secret ? "Your new secret" : `Rotate ${apiKey.name}`}
      description={
        secret
          ? "Copy the secret now. You cannot see it again."
          : "The key gets a new secret. Its scope, limits and expiry stay the same."
      }
      footer={
        secret ? (
          <Button variant="primary" onClick={() => change(false)}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button variant="primary" loading={rotate.isPending} onClick={submit}>
              Rotate key
            </Button>
          </>
        )
      }
    >
      {secret ? (
        <CodeBlock code={secret} wrap />
      ) : (
        <Field label="Old secret" error={rotate.isError ? errorText(rotate.error) : undefined}>
          <Select value={overlap} onChange={(event) => setOverlap(Number(event.target.value))}>
            {OVERLAPS.map(([label, ms]) => (
              <option key={ms} value={ms}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </Dialog>
  );
}
