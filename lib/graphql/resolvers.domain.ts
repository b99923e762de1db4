/** Resolvers of the domain: each calls one service, which decides what the caller may see. */
import { permissionsOf, type UserActor } from "@/lib/access";
import { bots } from "@/lib/bots";
import { type Bot, BotListQuery } from "@/lib/bots/contract";
import { commands } from "@/lib/commands";
import { createCommand, listCommands } from "@/lib/commands/contract";
import { AppError } from "@/lib/errors";
import { take } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { listLogs, listMessages } from "@/lib/telemetry/contract";
import { tickets } from "@/lib/tickets";
import { closeTicket, listTicketMessages, listTickets, openTicket, postTicketMessage } from "@/lib/tickets/contract";
import { type Context, operating, operatingAsStaff } from "./context";
import { checked, connection, type PageArgs, paging } from "./page";

type Args = PageArgs & Record<string, unknown>;
const paged = ({ first, after, ...rest }: Args) => ({ ...rest, ...paging({ first, after }) });

async function commandPage(actor: UserActor, args: Args) {
  const { commands: nodes, next_cursor } = await commands.list(actor, checked(listCommands.query, paged(args)));
  return connection(nodes, next_cursor);
}
async function logPage(actor: UserActor, { since, ...args }: Args) {
  const query = checked(listLogs.query, { ...paged(args), after: since });
  const { logs, next_cursor } = await telemetry.listLogs(actor, query);
  return connection(logs, next_cursor);
}

const ticketId = ({ id, ticketId: other }: { id?: string; ticketId?: string }) => String(id ?? other).slice(0, 64);
const talk = ({ user_id }: UserActor) => take("talk", `u${user_id}`);
const botOf = ({ bot_id }: { bot_id: string }, _args: unknown, context: Context) => context.bot(bot_id);

const query = {
  me: (_: unknown, __: unknown, { actor }: Context) => ({
    ...{ id: actor.user_id, username: actor.username, email: actor.email, fullname: actor.fullname },
    ...{ role: actor.role, permissions: permissionsOf(actor.role) },
  }),
  async bots(_: unknown, args: Args, { actor }: Context) {
    const query = checked(BotListQuery, paged(args));
    const { bots: nodes, next_cursor } = await bots.list(actor, { ...query, scope: "visible" });
    return connection(nodes, next_cursor);
  },
  bot: (_: unknown, { id }: { id: string }, { actor }: Context) => bots.get(actor, id),
  commands: (_: unknown, args: Args, { actor }: Context) => commandPage(actor, args),
  command: (_: unknown, { id }: { id: string }, { actor }: Context) => commands.get(actor, id),
  logs: (_: unknown, args: Args, { actor }: Context) => logPage(actor, args),
  async messages(_: unknown, { since, ...args }: Args, { actor }: Context) {
    const query = checked(listMessages.query, { ...paged(args), after: since });
    const { messages, next_cursor } = await telemetry.listMessages(actor, query);
    return connection(messages, next_cursor);
  },
  async tickets(_: unknown, { search, ...args }: Args, { actor }: Context) {
    const query = checked(listTickets.query, { ...paged(args), q: search });
    const page = await tickets.list(actor, query);
    return connection(page.tickets, page.next_cursor);
  },
  ticket: (_: unknown, args: { id: string }, { actor }: Context) => tickets.get(actor, ticketId(args)),
};

const mutation = {
  sendCommand: operating(async (_, args: Record<string, unknown>, { actor }) => {
    const sent = await commands.sendExplained(actor, checked(createCommand.body, args));
    return { success: true, message: sent.delivery.text, command: sent.command };
  }),
  cancelCommand: operating(async (_, { id }: { id: string }, { actor }) => ({
    success: true,
    message: "Command cancelled",
    command: await commands.cancel(actor, id),
  })),
  retryCommand: operating(async (_, { id, idempotencyKey }: { id: string; idempotencyKey?: string }, { actor }) => {
    const key = idempotencyKey || undefined;
    if (key && key.length > 200)
      throw new AppError("INVALID_INPUT", "idempotencyKey: must have at most 200 characters", {
        field: "idempotencyKey",
      });
    const sent = await commands.retry(actor, id, key);
    return { success: true, message: sent.delivery.text, command: sent.command };
  }),
  createTicket: operating(async (_, args: Record<string, unknown>, { actor }) => {
    talk(actor);
    return {
      success: true,
      message: "Ticket created",
      ticket: await tickets.open(actor, checked(openTicket.body, args)),
    };
  }),
  replyTicket: operating(async (_, { ticketId: id, ...args }: Record<string, unknown>, { actor }) => {
    talk(actor);
    const message = await tickets.send(actor, ticketId({ id: String(id) }), checked(postTicketMessage.body, args));
    return { success: true, message };
  }),
  claimTicket: operatingAsStaff((_, args: { ticketId: string }, { actor }) => tickets.claim(actor, ticketId(args))),
  closeTicket: operatingAsStaff((_, args: { ticketId: string; reason?: string }, { actor }) =>
    tickets.close(actor, ticketId(args), checked(closeTicket.body, { reason: args.reason }).reason),
  ),
  reopenTicket: operating((_, args: { ticketId: string }, { actor }) => tickets.reopen(actor, ticketId(args))),
};

const types = {
  Bot: {
    async owner({ owner_id }: Bot, _: unknown, { username }: Context) {
      if (owner_id === null) return null;
      return { id: owner_id, username: await username(owner_id) };
    },
    commands: ({ id }: Bot, args: Args, { actor }: Context) => commandPage(actor, { ...args, botId: id }),
    logs: ({ id }: Bot, args: Args, { actor }: Context) => logPage(actor, { ...args, botId: id }),
  },
  Command: { bot: botOf },
  Log: { bot: botOf },
  Message: { bot: botOf },
  Ticket: {
    id: ({ ticket_id }: { ticket_id: string }) => ticket_id,
    async messages({ ticket_id }: { ticket_id: string }, args: Args, { actor }: Context) {
      const page = await tickets.history(actor, ticket_id, checked(listTicketMessages.query, paged(args)));
      return connection(page.messages, page.next_cursor);
    },
  },
};

export const domain = { query, mutation, types };
