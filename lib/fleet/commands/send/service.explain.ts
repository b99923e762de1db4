/** Explains where a command is right after it was sent. */
import type { Actor } from "@/lib/core/actor";
import type { Command, Delivery } from "@/lib/fleet/commands/contract";
import type { Deps } from "@/lib/fleet/commands/service.deps";

/** Formats 2026-01-01T14:02:11.000Z as "2026-01-01 14:02 UTC". */
const clock = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

export function createExplaining({ bots, connectedElsewhere = () => false }: Deps) {
  /** Explains in a sentence where a command that was just sent is. */
  return async function explain(actor: Actor, command: Command): Promise<Delivery> {
    const until = command.expires_at ? `, expires ${clock(command.expires_at)}` : "";
    if (command.status !== "pending")
      return { state: "settled", online: bots.hasSocket(command.bot_id), offline_since: null, text: command.status };
    if (command.dispatched_at)
      return { state: "delivered", online: true, offline_since: null, text: "delivered: waiting for the bot's answer" };
    if (!command.run_at && connectedElsewhere(command.bot_id))
      return { state: "queued", online: true, offline_since: null, text: `queued: handed over at once${until}` };
    const bot = await bots.get(actor, command.bot_id);
    const online = bot.status !== "offline";
    const offline_since = online ? null : bot.last_active ? bot.status_since : bot.created_at;
    if (command.run_at)
      return { state: "scheduled", online, offline_since, text: `scheduled for ${clock(command.run_at)}${until}` };
    const why = online
      ? "the bot takes it with its next poll"
      : bot.last_active
        ? `offline since ${clock(bot.status_since)}`
        : "the bot has never connected";
    return { state: "queued", online, offline_since, text: `queued: ${why}${until}` };
  };
}
