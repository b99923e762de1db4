/** Maps each subscription to its facts and its audience, which is that of the sockets (lib/edge/realtime/audience). */

import type { App } from "@/lib/app";
import type { UserActor } from "@/lib/core/actor";
import { bus, type Facts } from "@/lib/core/bus";
import { invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { Bot } from "@/lib/fleet/bots/contract";
import { canSee } from "@/lib/identity/access";
import { asPerson, type Context } from "./context";
import { stream } from "./stream";

/** A subscription whose events are its payloads as they are. */
export const liveField = <A, T>(
  subscribe: (args: A, actor: UserActor) => Promise<AsyncIterable<T>> | AsyncIterable<T>,
) => ({
  subscribe: (_: unknown, args: A, { actor }: Context) => subscribe(args, asPerson(actor)),
  resolve: (event: T) => event,
});

type BotUpdate = { action: "register" | "status_update" | "update" | "delete"; bot_id: string; bot: Bot };

const botUpdates = ({ bots }: App) =>
  liveField<{ botId?: string }, BotUpdate>(async ({ botId }, actor) => {
    if (botId) await bots.reach(actor, botId, "viewer");
    return stream(actor, (push) => {
      const tell =
        (action: BotUpdate["action"]) =>
        ({ bot }: { bot: Bot }) => {
          if ((!botId || botId === bot.id) && canSee(actor, bot)) push({ action, bot_id: bot.id, bot });
        };
      return [
        bus.on("bot.registered", tell("register")),
        bus.on("bot.adopted", tell("register")),
        bus.on("bot.moved", tell("register")),
        bus.on("bot.status", tell("status_update")),
        bus.on("bot.updated", tell("update")),
        bus.on("bot.settings", tell("update")),
        bus.on("bot.deleted", tell("delete")),
      ];
    });
  });

type CommandUpdate = { action: string; command: Facts["command.queued"]["command"] };

const commandUpdates = ({ bots, commands }: App) =>
  liveField<{ botId?: string; commandId?: string }, CommandUpdate>(async ({ botId, commandId }, actor) => {
    if (botId) await bots.reach(actor, botId, "viewer");
    if (commandId) await commands.get(actor, commandId);
    return stream(actor, (push) =>
      (["queued", "leased", "settled", "progress"] as const).map((action) =>
        bus.on(`command.${action}`, ({ command, team_id }) => {
          if (botId && command.bot_id !== botId) return;
          if (commandId && command.id !== commandId) return;
          if (canSee(actor, { id: command.bot_id, team_id })) push({ action, command });
        }),
      ),
    );
  });

type LogArgs = { botId?: string; level?: string; search?: string };
const logStream = ({ bots }: App) =>
  liveField<LogArgs, Facts["logs.stored"]["logs"][number]>(async ({ botId, level, search }, actor) => {
    for (const [field, text] of Object.entries({ level, search }))
      if (text && text.length > 200) throw invalid(field, "must have at most 200 characters");
    if (botId) await bots.reach(actor, botId, "viewer");
    const levels = level ? new Set(level.split(",").map((one) => one.trim().toLowerCase())) : undefined;
    const term = search?.toLowerCase();
    return stream(actor, (push) => [
      bus.on("logs.stored", ({ bot_id, team_id, logs }) => {
        if ((botId && bot_id !== botId) || !canSee(actor, { id: bot_id, team_id })) return;
        for (const log of logs) {
          if (levels && !levels.has(log.type.toLowerCase())) continue;
          if (term && !log.message.toLowerCase().includes(term)) continue;
          push(log);
        }
      }),
    ]);
  });

const ticketMessages = ({ tickets }: App) =>
  liveField<{ ticketId: string }, Facts["ticket.message"]["message"]>(async ({ ticketId }, actor) => {
    const { staff } = await tickets.join(actor, cutText(ticketId, 64, ""));
    return stream(actor, (push, end) => [
      bus.on("ticket.message", ({ ticket, message }) => {
        if (ticket.ticket_id === ticketId && (staff || !message.is_note)) push(message);
      }),
      // A change of a ticket also adds a line to its conversation, which is sent as a message.
      bus.on("ticket.changed", ({ ticket, message }) => {
        if (ticket.ticket_id === ticketId && message && (staff || !message.is_note)) push(message);
      }),
      bus.on("ticket.deleted", ({ ticket }) => {
        if (ticket.ticket_id === ticketId) end();
      }),
    ]);
  });

export const domainSubscriptions = (app: App) => ({
  botUpdates: botUpdates(app),
  commandUpdates: commandUpdates(app),
  logStream: logStream(app),
  ticketMessages: ticketMessages(app),
});
