/** Maps facts to hooks: the hook that each fact calls, and the data that it passes to plugins. */
import { bus } from "@/lib/core/bus";
import type { PluginService } from "./service";

type Tell = Pick<PluginService, "tell" | "wanted">;

/**
 * Passes every fact raised in this process to the running plugins; other processes pass on their own facts. Private
 * notes of the staff are never passed on. Returns a function that ends this.
 */
export function subscribe({ tell, wanted }: Tell): () => void {
  const ends = [
    bus.on("command.queued", ({ command }, { remote }) => {
      if (!remote) tell("command_queued", () => ({ command }));
    }),
    bus.on("command.settled", ({ command }, { remote }) => {
      if (!remote) tell("command_settled", () => ({ command }));
    }),
    bus.on("logs.stored", ({ logs }, { remote }) => {
      if (!remote && wanted("log")) for (const log of logs) tell("log", () => ({ log }), log.type.toLowerCase());
    }),
    bus.on("messages.stored", ({ messages }, { remote }) => {
      if (!remote && wanted("message")) for (const message of messages) tell("message", () => ({ message }));
    }),
    bus.on("bot.status", ({ bot, data }, { remote }) => {
      if (!remote) tell("bot_status", () => ({ bot, data }));
    }),
    bus.on("ticket.opened", ({ ticket }, { remote }) => {
      if (!remote) tell("ticket_opened", () => ({ ticket }));
    }),
    bus.on("ticket.message", ({ ticket, message }, { remote }) => {
      if (!remote && !message.is_note) tell("ticket_message", () => ({ ticket, message }));
    }),
    bus.on("task.settled", ({ task }, { remote }) => {
      if (!remote && task.status === "completed") tell("download_complete", () => ({ task }));
    }),
    bus.on("alert.raised", ({ alert }, { remote }) => {
      if (!remote) tell("alert", () => ({ alert }));
    }),
    bus.on("ticket.changed", ({ ticket, event_type }, { remote }) => {
      if (!remote && event_type === "ticket_closed") tell("ticket_closed", () => ({ ticket }));
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
