"use client";
import { useRouter } from "next/navigation";
import { toast } from "@/app/_ui/toast";
import type { Bot } from "@/lib/fleet/bots/contract";
import { type PowerAction, usePower } from "@/lib/fleet/commands/queries";

/** Asks a bot to restart or stop by a queued command, and says so with a link to the command. */
export function usePowerRequest() {
  const router = useRouter();
  const mutation = usePower();
  const run = async (bot: Pick<Bot, "id" | "name" | "status">, action: PowerAction) => {
    const command = await mutation.mutateAsync({ botId: bot.id, action });
    const verb = action === "restart" ? "Restart" : "Stop";
    const when = bot.status === "offline" ? "queued until the bot is online" : "requested";
    toast(`${verb} of ${bot.name} ${when}`, {
      action: { label: "View command", onClick: () => router.push(`/dashboard/commands?command=${command.id}`) },
    });
  };
  return { run, busy: mutation.isPending };
}
