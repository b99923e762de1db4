"use client";
import { ConfirmDialog } from "@/app/_ui/dialog";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { usePowerAction } from "./power";

/** Says what stopping does, before the command is queued. */
export function PowerConfirm({ bot, power }: { bot: Bot; power: ReturnType<typeof usePowerAction> }) {
  return (
    <ConfirmDialog
      open={power.asking}
      onOpenChange={power.askStop}
      title={`Stop ${bot.name}`}
      consequence={
        <>
          Asks the bot to stop its process. You cannot start it again from Muster; start it where it runs.
          {bot.pending_commands > 0 ? ` Its pending commands (${bot.pending_commands}) wait until it is back.` : ""}
        </>
      }
      verb="Stop bot"
      onConfirm={power.stop}
    />
  );
}
