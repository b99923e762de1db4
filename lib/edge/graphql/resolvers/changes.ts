/** Mutations of commands, tickets and bots. Each calls the service of the REST route of that name. */

import type { App } from "@/lib/app";
import { closeTicket, openTicket } from "@/lib/community/tickets/contract";
import { markTicketRead, postTicketMessage } from "@/lib/community/tickets/conversation/contract";
import { updateTicket } from "@/lib/community/tickets/desk/contract";
import type { UserActor } from "@/lib/core/actor";
import { invalid } from "@/lib/core/errors";
import { operating, operatingAsAdmin, owning } from "@/lib/edge/graphql/context";
import { checked, numbered } from "@/lib/edge/graphql/page";
import { check, countRequest } from "@/lib/edge/http";
import { createBot, updateBot } from "@/lib/fleet/bots/contract";
import { adoptBot } from "@/lib/fleet/bots/contract.joining";
import { putBotSettings } from "@/lib/fleet/bots/contract.status";
import { putBotTags } from "@/lib/fleet/bots/contract.tags";
import { createCommand } from "@/lib/fleet/commands/contract";
import { retryFailedCommands, sendBulkCommand } from "@/lib/fleet/commands/contract.many";

type Args = Record<string, unknown>;
type Id = { id: string };
type OfTicket = { ticketId: string };
type Keyed = { idempotencyKey?: string | null };
const talk = ({ user_id }: UserActor) => countRequest("talk", `u${user_id}`);

/** The argument that stands for REST's Idempotency-Key header. @throws AppError INVALID_INPUT when it is too long */
function checkedKey(key: string | null | undefined): string | undefined {
  if (key && key.length > 200) throw invalid("idempotencyKey", "must have at most 200 characters");
  return key || undefined;
}

const ofCommands = ({ commands }: App) => ({
  sendCommand: operating(async (_, args: Args, { actor }) => {
    const sent = await commands.sendExplained(actor, checked(createCommand.body, args));
    return { success: true, message: sent.delivery.text, command: sent.command };
  }),
  cancelCommand: operating(async (_, { id }: Id, { actor }) => ({
    success: true,
    message: "Command cancelled",
    command: await commands.cancel(actor, id),
  })),
  retryCommand: operating(async (_, { id, idempotencyKey }: Id & Keyed, { actor }) => {
    const sent = await commands.retry(actor, id, checkedKey(idempotencyKey));
    return { success: true, message: sent.delivery.text, command: sent.command };
  }),
  bulkCommand: operating(async (_, args: Args, { actor }) => ({
    success: true,
    ...(await commands.bulk(actor, checked(sendBulkCommand.body, numbered(args)))),
  })),
  retryFailedCommands: operating(async (_, args: Args, { actor }) => {
    const { results, ...rest } = await commands.retryFailed(actor, checked(retryFailedCommands.body, args));
    return { success: true, ...rest, results, queued: results.filter(({ status }) => status === "queued").length };
  }),
});

const ofTickets = ({ tickets }: App) => ({
  createTicket: operating(async (_, { idempotencyKey, ...args }: Keyed & Args, { actor }) => {
    talk(actor);
    const ticket = await tickets.open(actor, checked(openTicket.body, args), checkedKey(idempotencyKey));
    return { success: true, message: "Ticket created", ticket };
  }),
  replyTicket: operating(async (_, { ticketId, idempotencyKey, ...args }: OfTicket & Keyed & Args, { actor }) => {
    talk(actor);
    const input = { client_id: checkedKey(idempotencyKey), ...checked(postTicketMessage.body, args) };
    return { success: true, message: await tickets.send(actor, ticketId, input) };
  }),
  claimTicket: operating((_, { ticketId }: OfTicket, { actor }) => tickets.claim(actor, ticketId)),
  assignTicket: operating((_, { ticketId, userId }: OfTicket & { userId?: string | null }, { actor }) =>
    tickets.assign(actor, ticketId, userId ?? null),
  ),
  updateTicket: operating((_, { ticketId, ...args }: OfTicket & Args, { actor }) => {
    const { version, ...patch } = checked(updateTicket.body, args);
    return tickets.update(actor, ticketId, patch, version);
  }),
  mergeTicket: operating((_, { ticketId, into }: OfTicket & { into: string }, { actor }) =>
    tickets.merge(actor, ticketId, into),
  ),
  closeTicket: operating((_, { ticketId, ...args }: OfTicket & Args, { actor }) =>
    tickets.close(actor, ticketId, checked(closeTicket.body, args).reason),
  ),
  reopenTicket: operating((_, { ticketId }: OfTicket, { actor }) => tickets.reopen(actor, ticketId)),
  markTicketRead: operating(async (_, { ticketId, ...args }: OfTicket & Args, { actor }) => ({
    success: true,
    unreadCount: await tickets.markRead(actor, ticketId, checked(markTicketRead.body, args).last_seq),
  })),
  deleteTicket: operatingAsAdmin(async (_, { ticketId }: OfTicket, { actor }) => {
    await tickets.remove(actor, ticketId);
    return { success: true, message: "Ticket deleted" };
  }),
});

const ofBots = ({ bots }: App) => ({
  createBot: operating(async (_, args: Args, { actor }) => {
    const { bot_id, token } = await bots.create(actor, checked(createBot.body, numbered(args)));
    return { success: true, bot: await bots.get(actor, bot_id), token };
  }),
  updateBot: operating(async (_, { id, ...args }: Id & Args, { actor }) => {
    const { version, ...change } = checked(updateBot.body, args);
    await bots.update(actor, id, change, version);
    return { success: true, bot: await bots.get(actor, id) };
  }),
  putBotTags: operating(async (_, { id, ...args }: Id & Args, { actor }) => {
    await bots.putTags(actor, id, checked(putBotTags.body, args).tags);
    return { success: true, bot: await bots.get(actor, id) };
  }),
  updateBotSettings: operating(
    async (_, { id, settings, version }: Id & { settings: unknown; version?: number | null }, { actor }) => ({
      success: true,
      ...(await bots.putSettings(actor, id, check(putBotSettings.body, settings), version ?? undefined)),
    }),
  ),
  // A token is a credential, so a key needs the scope `admin` to replace it.
  regenerateBotToken: owning(async (_, { id }: Id, { actor }) => {
    const token = await bots.regenerateToken(actor, id);
    return { success: true, bot: await bots.get(actor, id), token };
  }),
  deleteBot: operating(async (_, { id }: Id, { actor }) => {
    await bots.remove(actor, id);
    return { success: true, message: "Bot deleted" };
  }),
  adoptBot: operating(async (_, args: Args, { actor }) => {
    // Use the same tight limit as REST, so that claim codes cannot be guessed quickly.
    countRequest("auth", `u${actor.user_id}`);
    return { success: true, bot: await bots.adopt(actor, checked(adoptBot.body, args)) };
  }),
  refuseBot: operatingAsAdmin(async (_, { botId }: { botId: string }, { actor }) => {
    await bots.refuse(actor, botId);
    return { success: true, message: "Bot refused" };
  }),
});

export const changes = (app: App) => ({ ...ofCommands(app), ...ofTickets(app), ...ofBots(app) });
