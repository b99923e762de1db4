"use client";
import { useState } from "react";
import { usePowerRequest } from "@/app/_shell/use-power-request";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { errorToast } from "@/app/_ui/toast";
import type { Bot } from "@/lib/fleet/bots/contract";

/** Restarts or stops a bot with a queued command. The action shows as requested until the bot acknowledges it. */
export function usePowerAction(bot: Bot) {
  const { run, busy } = usePowerRequest();
  const [asking, askStop] = useState(false);
  return {
    asking,
    askStop,
    busy,
    restart: () => void run(bot, "restart").catch((error: unknown) => errorToast(error)),
    stop: () => run(bot, "stop"),
    /** Why the bot cannot be stopped now; null when it can. */
    stopReason: bot.status === "offline" ? "already offline" : null,
    restartReason: bot.last_active === null ? "never connected yet" : null,
  };
}

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
