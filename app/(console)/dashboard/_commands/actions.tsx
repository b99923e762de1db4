"use client";
import { CircleSlash, RotateCw } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { errorToast, toast } from "@/app/_ui/toast";
import type { Command } from "@/lib/fleet/commands/contract";
import { useCancelCommand, useRetryCommand } from "@/lib/fleet/commands/queries";

/** The actions left for a command: cancel while it is pending, retry once it failed. */
export function CommandActions({ command, onRetried }: { command: Command; onRetried?: (command: Command) => void }) {
  const cancel = useCancelCommand();
  const retry = useRetryCommand();
  if (command.status === "pending")
    return (
      <Button
        variant="ghost"
        size="sm"
        loading={cancel.isPending}
        onClick={() => cancel.mutate(command.id, { onError: errorToast })}
      >
        <CircleSlash aria-hidden /> Cancel
      </Button>
    );
  if (command.status !== "failed") return null;
  return (
    <Button
      variant="ghost"
      size="sm"
      loading={retry.isPending}
      onClick={() =>
        retry.mutate(command.id, {
          onError: errorToast,
          onSuccess: (sent) => {
            toast(`${command.type} sent again — ${sent.delivery.text}`);
            onRetried?.(sent.command);
          },
        })
      }
    >
      <RotateCw aria-hidden /> Retry
    </Button>
  );
}
