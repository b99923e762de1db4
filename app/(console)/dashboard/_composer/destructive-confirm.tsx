"use client";
import { ConfirmDialog } from "@/app/_ui/dialog";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import { namesText } from "../_shared/names-text";

type DestructiveConfirmProps = {
  /** The command to send; null while the dialog is closed. */
  command: NewCommand | null;
  /** The bot's own description of the command. */
  description?: string;
  /** Names of the bots that the command goes to. */
  targets: readonly string[];
  verb: string;
  onCancel: () => void;
  onConfirm: (command: NewCommand) => void;
};

/** Asks for confirmation before sending a command that its bots mark as destructive. */
export function DestructiveConfirm(props: DestructiveConfirmProps) {
  const { command, description, targets, verb, onCancel, onConfirm } = props;
  return (
    <ConfirmDialog
      open={command !== null}
      onOpenChange={(open) => !open && onCancel()}
      title={`${command?.type ?? ""} on ${namesText(targets)}`}
      consequence={
        <>
          {targets.length === 1 ? "This bot marks" : "These bots mark"} this command as destructive. You may not be able
          to undo it.
          {description ? <span className="mt-1 block text-text">{description}</span> : null}
        </>
      }
      verb={verb}
      typeToConfirm={targets.length > 1 ? String(targets.length) : undefined}
      onConfirm={() => command && onConfirm(command)}
    />
  );
}
