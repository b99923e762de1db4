"use client";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { removeBot } from "@/lib/fleet/bots/queries.manage";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import { botsText } from "./bulk";
import type { BulkJob } from "./bulk-run";

/** Bulk actions that ask before they start. */
export type BulkQuestion = "command" | "tags" | "restart" | "stop" | "delete";

type BulkConfirmsProps = {
  asking: BulkQuestion | null;
  onAsk: (question: BulkQuestion | null) => void;
  count: number;
  onSend: (title: string, command: NewCommand) => void;
  onStart: (title: string, act: BulkJob["act"]) => void;
};

/** Asks before many bots are restarted, stopped or deleted. */
export function BulkConfirms({ asking, onAsk, count, onSend, onStart }: BulkConfirmsProps) {
  const noun = botsText(count);
  const openAt = (question: BulkQuestion) => ({
    open: asking === question,
    onOpenChange: (open: boolean) => onAsk(open ? question : null),
  });
  return (
    <>
      <ConfirmDialog
        {...openAt("restart")}
        title={`Restart ${noun}`}
        consequence={`Asks ${count === 1 ? "the bot" : `all ${count} bots`} to restart. Bots do not respond until they are back. Offline bots restart when they reconnect.`}
        verb={`Restart ${noun}`}
        tone="primary"
        onConfirm={() => onSend(`Restart ${noun}`, { type: "restart", payload: {} })}
      />
      <ConfirmDialog
        {...openAt("stop")}
        title={`Stop ${noun}`}
        consequence="Asks each bot to stop its process. You cannot start bots again from Muster; start them where they run."
        verb={`Stop ${noun}`}
        onConfirm={() => onSend(`Stop ${noun}`, { type: "stop", payload: {} })}
      />
      <ConfirmDialog
        {...openAt("delete")}
        title={`Delete ${noun}`}
        consequence="Deletes the bots and all their commands, logs, messages, settings and tokens. Running bots are disconnected. You cannot undo this."
        verb={`Delete ${noun}`}
        typeToConfirm={String(count)}
        onConfirm={() => onStart(`Delete ${noun}`, (id) => removeBot(id).then(() => "deleted"))}
      />
    </>
  );
}
