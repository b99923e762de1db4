"use client";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { toast } from "@/app/_ui/toast";
import { type RetryFilters, useRetryFailed } from "@/lib/fleet/commands/queries";

/** Words for the commands of each cause: in the button, and in the sentence that says what it does. */
const WORDS: Record<RetryFilters["reason"], { all: string; these: string }> = {
  not_cancelled: { all: "failures", these: "failed, expired and undeliverable" },
  reported: { all: "failed", these: "failed" },
  expired: { all: "expired", these: "expired" },
  dead: { all: "undeliverable", these: "undeliverable" },
  cancelled: { all: "cancelled", these: "cancelled" },
};

type RetryFailedProps = { filters: RetryFilters; names: ReadonlyMap<string, string> };

/** Retries all commands of the current filter that failed. Cancelled ones only if the filter asks for them. */
export function RetryFailed({ filters, names }: RetryFailedProps) {
  const [asking, setAsking] = useState(false);
  const retry = useRetryFailed();
  const { bot_id, type, reason } = filters;
  const { all, these } = WORDS[reason];
  const which = `${these}${type ? ` ${type}` : ""} commands${bot_id ? ` of ${names.get(bot_id) ?? bot_id}` : ""}`;
  return (
    <>
      <Button className="ml-auto" onClick={() => setAsking(true)}>
        <RotateCw aria-hidden /> Retry all {all}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Retry all ${which}`}
        consequence={`Queues all of them again as new commands, newest first, skipping those you already retried this way.${reason === "not_cancelled" ? " Cancelled commands are not retried." : ""} Bots repeat anything such a command already did.`}
        verb={`Retry all ${all}`}
        tone="primary"
        onConfirm={async () => {
          const { results } = await retry.mutateAsync(filters);
          const refused = results.filter((one) => one.status === "error");
          const sent = results.length - refused.length;
          toast(sent === 1 ? "1 command was queued again" : `${sent} commands were queued again`, {
            description:
              refused.length > 0
                ? `${refused.length} could not be retried: ${refused[0]?.error ?? "rejected"}`
                : undefined,
          });
        }}
      />
    </>
  );
}
