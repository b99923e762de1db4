"use client";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { toast } from "@/app/_ui/toast";
import { type CommandFilters, useRetryFailed } from "@/lib/fleet/commands/queries";

type RetryFailedProps = { filters: Omit<CommandFilters, "status">; names: ReadonlyMap<string, string> };

/** "Retry all failed" of the current filter. */
export function RetryFailed({ filters, names }: RetryFailedProps) {
  const [asking, setAsking] = useState(false);
  const retry = useRetryFailed();
  const { bot_id, type, reason } = filters;
  const because = reason ? `${reason === "dead" ? "undeliverable" : reason} ` : "";
  const which = `${because}${type ? `${type} ` : ""}commands${bot_id ? ` of ${names.get(bot_id) ?? bot_id}` : ""}`;
  return (
    <>
      <Button className="ml-auto" onClick={() => setAsking(true)}>
        <RotateCw aria-hidden /> Retry all failed
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Retry all failed ${which}`}
        consequence="Queues the newest 1,000 of them again as new commands, skipping those you already retried this way. Bots repeat anything a failed command already did."
        verb="Retry all failed"
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
