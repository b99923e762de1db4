"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { errorToast, toast } from "@/app/_ui/toast";
import type { Bot } from "@/lib/fleet/bots/contract";
import { usePower } from "@/lib/fleet/commands/queries";

/** Restarts or stops a bot with a queued command. The action shows as requested until the bot acknowledges it. */
export function usePowerAction(bot: Bot) {
  const router = useRouter();
  const mutation = usePower(bot.id);
  const [asking, askStop] = useState(false);
  const run = async (action: "restart" | "stop") => {
    const command = await mutation.mutateAsync(action);
    const verb = action === "restart" ? "Restart" : "Stop";
    const when = bot.status === "offline" ? "queued until the bot is online" : "requested";
    toast(`${verb} of ${bot.name} ${when}`, {
      action: { label: "View command", onClick: () => router.push(`/dashboard/commands?command=${command.id}`) },
    });
  };
  return {
    asking,
    askStop,
    busy: mutation.isPending,
    restart: () => void run("restart").catch((error: unknown) => errorToast(error)),
    stop: () => run("stop"),
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
