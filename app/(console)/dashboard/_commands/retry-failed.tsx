"use client";
import { RotateCw } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { toast } from "@/app/_ui/toast";
import { countText } from "@/lib/core/format/units";
import { LEFT_MAX } from "@/lib/fleet/commands/contract.constants";
import type { RetryFilters } from "@/lib/fleet/commands/queries";
import { type RetryProgress, useRetryFailed } from "@/lib/fleet/commands/queries.retry";

/** Words for the commands of each cause: in the button, and in the sentence that says what it does. */
const WORDS: Record<RetryFilters["reason"], { all: string; these: string }> = {
  not_cancelled: { all: "failures", these: "failed, expired and undeliverable" },
  reported: { all: "failed", these: "failed" },
  expired: { all: "expired", these: "expired" },
  dead: { all: "undeliverable", these: "undeliverable" },
  cancelled: { all: "cancelled", these: "cancelled" },
};

const shown = (count: number): string => count.toLocaleString("en");
/** The server counts commands that are left up to a limit. */
const atLeast = (left: number): string => (left === LEFT_MAX ? "at least " : "");

/** "Retried 2,000 of 10,002". */
function progressText({ retried, refused, left }: RetryProgress): string {
  const done = retried + refused;
  return `Retried ${shown(done)} of ${atLeast(left)}${shown(done + left)}`;
}

/** States how many commands were refused, and how many are left because the reader stopped; undefined if none are. */
function restOf({ refused, error, left }: RetryProgress): string | undefined {
  const failed = refused > 0 ? `${shown(refused)} could not be retried: ${error ?? "rejected"}` : undefined;
  const rest = left > 0 ? `Stopped with ${atLeast(left)}${shown(left)} left` : undefined;
  return [failed, rest].filter(Boolean).join(". ") || undefined;
}

type RetryFailedProps = { filters: RetryFilters; names: ReadonlyMap<string, string> };

/** Retries all commands of the current filter that failed. Cancelled ones only if the filter asks for them. */
export function RetryFailed({ filters, names }: RetryFailedProps) {
  const [asking, setAsking] = useState(false);
  const [progress, setProgress] = useState<RetryProgress | null>(null);
  const isStopped = useRef(false);
  const stop = () => {
    isStopped.current = true;
  };
  const retry = useRetryFailed();
  const { bot_id, type, reason } = filters;
  const { all, these } = WORDS[reason];
  const which = `${these}${type ? ` ${type}` : ""} commands${bot_id ? ` of ${names.get(bot_id) ?? bot_id}` : ""}`;
  return (
    <>
      <Button
        className="ml-auto"
        onClick={() => {
          setProgress(null);
          setAsking(true);
        }}
      >
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
          isStopped.current = false;
          const onProgress = (done: RetryProgress) => {
            setProgress(done);
            return isStopped.current ? "stop" : "continue";
          };
          const done = await retry.mutateAsync({ filters, onProgress });
          setProgress(null);
          const { retried } = done;
          toast(countText(retried, "command was queued again", "commands were queued again"), {
            description: restOf(done),
          });
        }}
      >
        {progress ? <Progress progress={progress} onStop={retry.isPending ? stop : undefined} /> : null}
      </ConfirmDialog>
    </>
  );
}

/** Shows how far a retry of all has come. `onStop`: set while it goes on. */
function Progress({ progress, onStop }: { progress: RetryProgress; onStop?: () => void }) {
  return (
    <div className="flex items-center justify-between gap-3 text-sm">
      <p className="tnum" role="status">
        {progressText(progress)}
      </p>
      {onStop ? (
        <Button size="sm" onClick={onStop}>
          Stop
        </Button>
      ) : null}
    </div>
  );
}
