/** Maps facts to the documented Socket.IO events that report them, and to their topics. */

import type { z } from "zod";
import { bus, type Facts } from "@/lib/core/bus";
import type { Bot } from "@/lib/fleet/bots/contract";
import { hasDoubles } from "@/lib/fleet/bots/contract.shards";
import type { Message } from "@/lib/fleet/telemetry/contract";
import type { MessageLog, ServerEventData, ServerEventName, Topic } from "./contract";

export type Told = {
  [E in ServerEventName]: { event: E; data: ServerEventData<E>; topic: Topic; bot_id: string; team_id: number | null };
}[ServerEventName];
export type Tell = (message: Told) => void;

type BotAction = ServerEventData<"bot_update">["action"];
const botUpdate = (action: BotAction, bot: Bot, data: Record<string, unknown> = {}): Told => ({
  event: "bot_update",
  data: { action, bot_id: bot.id, status: bot.status, data, bot },
  topic: "bots",
  bot_id: bot.id,
  team_id: bot.team_id,
});

const aboutCommand = (event: "new_command" | "command_update", fact: Facts["command.queued"]): Told => ({
  event,
  data: fact.command,
  topic: "commands",
  bot_id: fact.command.bot_id,
  team_id: fact.team_id,
});

/** Returns a message in the form of a log, for pages of document 000 that listen to `new_log` alone. */
export const logOf = ({ message, timestamp, metadata, bot_id }: Message): z.infer<typeof MessageLog> => ({
  ...{ type: "message", message, timestamp, metadata, bot_id },
});

/** Subscribes to every fact that people watch and sends each as its event. Returns a function that stops it. */
export function subscribe(tell: Tell): () => void {
  const ends = [
    bus.on("bot.registered", ({ bot }) => tell(botUpdate("register", bot))),
    bus.on("bot.status", ({ bot, data }) => tell(botUpdate("status_update", bot, data))),
    bus.on("bot.updated", ({ bot }) => tell(botUpdate("update", bot))),
    bus.on("bot.instances", ({ bot_id, team_id, instances }) =>
      tell({
        event: "bot_instances",
        data: { bot_id, conflict: hasDoubles(instances), instances },
        topic: "bots",
        bot_id,
        team_id,
      }),
    ),
    bus.on("bot.adopted", ({ bot }) => tell(botUpdate("register", bot))),
    // The members of the previous team no longer see the bot; `access_changed` tells their pages.
    bus.on("bot.moved", ({ bot }) => tell(botUpdate("register", bot))),
    // Updates consoles that show the settings. attach.ts notifies the bot itself.
    bus.on("bot.settings", ({ bot, settings, version }) =>
      tell({
        ...{ event: "settings_update", data: { bot_id: bot.id, settings, version } },
        ...{ topic: "bots", bot_id: bot.id, team_id: bot.team_id },
      }),
    ),
    bus.on("bot.manifest", ({ bot, commands }) => tell(botUpdate("update", bot, { manifest: commands }))),
    bus.on("bot.deleted", ({ bot }) => tell(botUpdate("delete", bot))),
    bus.on("command.queued", (fact) => tell(aboutCommand("new_command", fact))),
    bus.on("command.leased", (fact) => tell(aboutCommand("command_update", fact))),
    bus.on("command.progress", (fact) => tell(aboutCommand("command_update", fact))),
    bus.on("command.settled", (fact) => tell(aboutCommand("command_update", fact))),
    bus.on("logs.stored", ({ bot_id, team_id, logs }) => {
      for (const log of logs) tell({ event: "new_log", data: log, topic: "logs", bot_id, team_id });
    }),
    bus.on("messages.stored", ({ bot_id, team_id, messages }) => {
      for (const message of messages) tell({ event: "new_message", data: message, topic: "messages", bot_id, team_id });
    }),
    bus.on("data.synced", ({ bot_id, team_id, data }) =>
      tell({ event: "bot_data_sync", data: { bot_id, data }, topic: "bots", bot_id, team_id }),
    ),
  ];
  return () => {
    for (const end of ends) end();
  };
}
