"use client";
import { useState } from "react";
import { Dialog } from "@/app/_ui/dialog";
import { CommandForm } from "@/app/(console)/dashboard/_composer/form";
import { useCommandHistory } from "@/app/(console)/dashboard/_composer/history";
import { writeJson } from "@/lib/core/format/json";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import { useOfferedCommands } from "@/lib/fleet/manifests/queries";
import { type BulkTarget, botsText } from "./bulk";

const NO_IDS: string[] = [];

type BulkCommandProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  targets: readonly BulkTarget[];
  onSend: (title: string, command: NewCommand) => void;
};

/** Edits one command for many bots. The draft stays when the dialog closes. */
export function BulkCommand({ open, onOpenChange, targets, onSend }: BulkCommandProps) {
  const [draft, setDraft] = useState({ type: "", payload: "{}" });
  const { drafts, remember } = useCommandHistory("*");
  const offered = useOfferedCommands(open ? targets.map((target) => target.id) : NO_IDS);
  const unpublished = offered.data?.unpublished.length ?? 0;
  const noun = botsText(targets.length);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Send a command to ${noun}`}
      description="Each bot gets its own command. Offline bots get it when they reconnect."
    >
      <CommandForm
        draft={draft}
        onDraft={setDraft}
        history={drafts}
        offered={offered.data?.commands}
        targets={targets.map((target) => target.name)}
        submitLabel={`Run on ${noun}`}
        note={
          unpublished > 0 && unpublished < targets.length ? (
            <span className="text-[13px] text-muted">
              No suggestions: {unpublished} of these bots {unpublished === 1 ? "has" : "have"} not published a list of
              commands.
            </span>
          ) : null
        }
        onSubmit={(command) => {
          remember({ type: command.type, payload: writeJson(command.payload, 2) });
          onSend(`${command.type} on ${noun}`, command);
        }}
      />
    </Dialog>
  );
}
