/** Resolvers of the domain: each calls one service, which decides what the caller may see. */

import type { App } from "@/lib/app";
import { listTickets } from "@/lib/community/tickets/contract";
import { listTicketMessages } from "@/lib/community/tickets/conversation/contract";
import type { Listed } from "@/lib/core/pages";
import { type Caller, type Context, forUser } from "@/lib/edge/graphql/context";
import { checked, connectionOf, type PageArgs, paging } from "@/lib/edge/graphql/page";
import { type Bot, BotListQuery } from "@/lib/fleet/bots/contract";
import { listCommands } from "@/lib/fleet/commands/contract";
import { getSeries } from "@/lib/fleet/series/contract";
import { listLogs, listMessages } from "@/lib/fleet/telemetry/contract";
import { permissionsOf } from "@/lib/identity/access";

type Args = PageArgs & Record<string, unknown>;
const paged = ({ first, after, ...rest }: Args) => ({ ...rest, ...paging({ first, after }) });

/** A page of a search as a connection. */
function searched<T extends object>(page: { items: Listed<T>[]; next_cursor: string | null; searched_to?: string }) {
  const { pageInfo, ...rest } = connectionOf(page.items, page.next_cursor);
  return { ...rest, pageInfo: { ...pageInfo, searchedTo: page.searched_to } };
}

async function commandPage(commands: App["commands"], actor: Caller, args: Args) {
  const asked = { ...paged(args), botId: args.botId ?? (actor.kind === "bot" ? actor.bot_id : undefined) };
  const page = await commands.page(actor, checked(listCommands.query, asked));
  return connectionOf(page.items, page.next_cursor);
}
async function logPage(telemetry: App["telemetry"], actor: Caller, { since, ...args }: Args) {
  const query = checked(listLogs.query, { ...paged(args), after: since });
  return searched(await telemetry.logPage(actor, query));
}

const botOf = ({ bot_id }: { bot_id: string }, _args: unknown, context: Context) => context.bot(bot_id);

const query = ({ bots, commands, series, telemetry, tickets }: App) => ({
  me: forUser((_, __: unknown, { actor }) => ({
    ...{ id: actor.user_id, username: actor.username, email: actor.email, fullname: actor.fullname },
    ...{ role: actor.role, permissions: permissionsOf(actor.role) },
  })),
  async bots(_: unknown, args: Args, { actor }: Context) {
    const query = checked(BotListQuery, paged(args));
    const page = await bots.page(actor, { ...query, scope: "visible" });
    return connectionOf(page.items, page.next_cursor);
  },
  bot: (_: unknown, { id }: { id: string }, { actor }: Context) => bots.get(actor, id),
  joinRequests: (_: unknown, __: unknown, { actor }: Context) => bots.joinRequests(actor),
  commands: (_: unknown, args: Args, { actor }: Context) => commandPage(commands, actor, args),
  command: (_: unknown, { id }: { id: string }, { actor }: Context) => commands.get(actor, id),
  logs: (_: unknown, args: Args, { actor }: Context) => logPage(telemetry, actor, args),
  async messages(_: unknown, { since, ...args }: Args, { actor }: Context) {
    const query = checked(listMessages.query, { ...paged(args), after: since });
    return searched(await telemetry.messagePage(actor, query));
  },
  series: (_: unknown, { botId, names, ...args }: Args & { names?: string[] }, { actor }: Context) =>
    series.series(actor, checked(getSeries.query, { ...args, bot_id: botId, names: names?.join(",") })),
  async tickets(_: unknown, { search, ...args }: Args, { actor }: Context) {
    const query = checked(listTickets.query, { ...paged(args), q: search });
    const page = await tickets.page(actor, query);
    return connectionOf(page.items, page.next_cursor);
  },
  ticket: (_: unknown, { id }: { id: string }, { actor }: Context) => tickets.get(actor, id),
});

const types = ({ commands, telemetry, tickets }: App) => ({
  Bot: {
    // Only people may see people's names; bots may not.
    async owner({ owner_id }: Bot, _: unknown, { actor, username }: Context) {
      if (owner_id === null || actor.kind === "bot") return null;
      return { id: owner_id, username: await username(owner_id) };
    },
    commands: ({ id }: Bot, args: Args, { actor }: Context) => commandPage(commands, actor, { ...args, botId: id }),
    logs: ({ id }: Bot, args: Args, { actor }: Context) => logPage(telemetry, actor, { ...args, botId: id }),
  },
  Command: { bot: botOf },
  Log: { bot: botOf },
  Message: { bot: botOf },
  Ticket: {
    id: ({ ticket_id }: { ticket_id: string }) => ticket_id,
    async messages({ ticket_id }: { ticket_id: string }, args: Args, { actor }: Context) {
      const page = await tickets.messagePage(actor, ticket_id, checked(listTicketMessages.query, paged(args)));
      return connectionOf(page.items, page.next_cursor);
    },
  },
});

export const domain = (app: App) => ({ query: query(app), types: types(app) });
