"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { countText } from "@/lib/core/format/units";
import type { Webhook } from "@/lib/operations/webhooks/contract";
import { useReplay } from "@/lib/operations/webhooks/queries";

const HOUR_MS = 3_600_000;
type From = "failure" | "hour" | "day" | "week" | "time";

/** Delivers the events from a time on once more. */
export function ReplayDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const replay = useReplay(webhook.webhook_id);
  const missedSince = webhook.skipped_since ?? webhook.failing_since ?? webhook.disabled_at;
  const [from, setFrom] = useState<From>(missedSince ? "failure" : "hour");
  const [typed, setTyped] = useState("");
  const start = startOf(from, missedSince, typed);
  return (
    <FormDialog
      title="Replay events"
      description="Events of the last 7 days are delivered once more, in order. A repetition has the same webhook-id, so that the receiver can recognize it."
      verb="Replay events"
      ready={start !== undefined}
      busy={replay.isPending}
      problem={replay.error}
      onSubmit={() =>
        replay.mutate(start!, {
          onSuccess: ({ queued, is_complete }) => {
            const count = countText(queued, "event");
            toast.success(
              is_complete ? `Queued ${count}` : `Queued ${count}; the queue is full, so replay again later`,
            );
            onClose();
          },
        })
      }
      onClose={onClose}
    >
      <Field label="Replay from">
        <Select value={from} onChange={(event) => setFrom(event.target.value as From)}>
          {missedSince ? <option value="failure">The first event that was missed</option> : null}
          <option value="hour">1 hour ago</option>
          <option value="day">1 day ago</option>
          <option value="week">7 days ago</option>
          <option value="time">A time I choose</option>
        </Select>
      </Field>
      {from === "time" ? (
        <Field label="Time">
          <Input type="datetime-local" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </Field>
      ) : null}
    </FormDialog>
  );
}

/** Returns the chosen time; undefined while a typed one cannot be read. */
function startOf(from: From, missedSince: string | null, typed: string): string | undefined {
  if (from === "failure") return missedSince ?? undefined;
  const hours = { hour: 1, day: 24, week: 168 };
  const at = from === "time" ? Date.parse(typed) : Date.now() - hours[from] * HOUR_MS;
  return Number.isFinite(at) ? new Date(at).toISOString() : undefined;
}
