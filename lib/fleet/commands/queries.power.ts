/** Restarting and stopping bots. Pages load this when a person asks for it. */
import type { QueryClient } from "@tanstack/react-query";
import { restartBot, stopBot } from "@/generated/calls/fleet/commands";
import { request } from "@/lib/client/api";
import type { Command } from "./contract";
import { patchCommands } from "./queries";

export type PowerAction = "restart" | "stop";

/** Queues the documented restart or stop command, adds it to the cached lists, and returns it. */
export async function sendPower(client: QueryClient, botId: string, action: PowerAction): Promise<Command> {
  const input = { params: { bot_id: botId } };
  const { command } = await (action === "restart" ? request(restartBot, input) : request(stopBot, input));
  patchCommands(client, [command]);
  return command;
}
