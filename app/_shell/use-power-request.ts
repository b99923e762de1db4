"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { toast } from "@/app/_ui/toast";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { PowerAction } from "@/lib/fleet/commands/queries.power";

/** Asks a bot to restart or stop by a queued command, and says so with a link to the command. */
export function usePowerRequest() {
  const router = useRouter();
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: async ({ botId, action }: { botId: string; action: PowerAction }) =>
      (await import("@/lib/fleet/commands/queries.power")).sendPower(client, botId, action),
  });
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
