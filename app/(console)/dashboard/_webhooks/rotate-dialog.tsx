"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Select } from "@/app/_ui/input";
import type { Webhook } from "@/lib/operations/webhooks/contract";
import { useRotateSecret } from "@/lib/operations/webhooks/queries";
import { SecretDialog } from "./secret-dialog";

const OVERLAPS: [number, string][] = [
  [1, "1 hour"],
  [24, "1 day"],
  [168, "1 week"],
  [0, "Not at all: the old secret has leaked"],
];

/** Replaces the secret of a webhook, and then shows the new one once. */
export function RotateDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const rotate = useRotateSecret(webhook.webhook_id);
  const [hours, setHours] = useState(24);
  if (rotate.data) return <SecretDialog secret={rotate.data.secret} onClose={onClose} />;
  return (
    <FormDialog
      title="Rotate secret"
      description="Requests are signed with the new secret and, for a while, with the old one as well. Change the receiver before that time ends."
      verb="Rotate secret"
      ready
      busy={rotate.isPending}
      problem={rotate.error}
      onSubmit={() => rotate.mutate(hours)}
      onClose={onClose}
    >
      <Field label="Old secret keeps signing for">
        <Select value={hours} onChange={(event) => setHours(Number(event.target.value))}>
          {OVERLAPS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  );
}
