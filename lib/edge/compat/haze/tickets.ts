/** Adapts tickets for the app: statuses with a capital letter, Discord ids, and the fields of its own screens. */
import type { z } from "zod";
import type {
  assignTicket,
  closeTicket,
  getTicket,
  listTickets,
  openTicket,
  Ticket,
  TicketMessage,
} from "@/lib/community/tickets/contract";
import type { listTicketMessages, postTicketMessage } from "@/lib/community/tickets/conversation/contract";
import type { Actor } from "@/lib/core/actor";
import { performStep } from "@/lib/core/acts";
import type { getTicketsConfig } from "@/lib/core/settings/contract";
import type { AdapterOf, Asked } from "@/lib/edge/http";
import type { putTicket } from "./contract";

type TicketsRoom = Asked["app"]["tickets"];
type Cards = Awaited<ReturnType<Asked["app"]["accounts"]["discordCards"]>>;

/** A ticket that somebody has is claimed here, whether they took it or it was given to them. */
const STATUS = { open: "Open", claimed: "Claimed", closed: "Closed" } as const;

/** The account that wrote a message; undefined for bots, their users and the server. */
const accountOf = ({ author_id, author_type, bot_id }: TicketMessage): number | undefined =>
  bot_id === null && (author_type === "user" || author_type === "staff") ? Number(author_id) || undefined : undefined;

function ticketIn(cards: Cards, openings: Map<string, string>, ticket: Ticket) {
  const { owner, assigned_to, assigned_name, closed_at } = ticket;
  const opener = owner === null ? undefined : cards.get(owner);
  const holder = assigned_to === null ? undefined : cards.get(Number(assigned_to));
  const held = {
    to: assigned_to === null ? null : (holder?.discord_id ?? assigned_to),
    name: assigned_to === null ? null : (holder?.username ?? assigned_name),
    avatar: holder?.avatar ?? null,
  };
  return {
    ...ticket,
    status: STATUS[ticket.status],
    user_id: opener?.discord_id ?? ticket.user_id,
    account_id: owner,
    display_name: ticket.user_name,
    avatar_url: ticket.avatar_url ?? opener?.avatar ?? null,
    ...{ assigned_to: held.to, assigned_to_name: held.name, assigned_to_avatar: held.avatar },
    ...{ claimed_by: held.to, claimed_by_name: held.name, claimed_by_avatar: held.avatar },
    closed_at,
    initial_message: openings.get(ticket.ticket_id) ?? null,
  };
}

function messageIn(cards: Cards, message: TicketMessage) {
  const account_id = accountOf(message);
  const author = account_id === undefined ? undefined : cards.get(account_id);
  return {
    ...message,
    author_id: author?.discord_id ?? message.author_id,
    account_id: account_id ?? null,
    author_avatar: message.author_avatar ?? author?.avatar ?? null,
    is_bot: message.author_type === "bot" || message.author_type === "system",
    // The badge beside the name; the app knows "moderator" here, and takes any other word for an admin.
    role: message.is_admin ? (author?.role ?? null) : null,
  };
}

async function ticketsIn({ app }: Asked, tickets: readonly Ticket[]) {
  const people = tickets.flatMap(({ owner, assigned_to }) => [
    owner,
    assigned_to === null ? null : Number(assigned_to),
  ]);
  const cards = await app.accounts.discordCards(people.filter((id) => id !== null));
  const openings = await app.tickets.openings(tickets.map(({ ticket_id }) => ticket_id));
  return tickets.map((ticket) => ticketIn(cards, openings, ticket));
}

async function messagesIn({ app }: Asked, messages: readonly TicketMessage[]) {
  const cards = await app.accounts.discordCards(messages.map(accountOf).filter((id) => id !== undefined));
  return messages.map((message) => messageIn(cards, message));
}

const withTicket = async <R extends { ticket: Ticket }>({ ticket, ...reply }: R, asked: Asked) => ({
  ...reply,
  ticket: (await ticketsIn(asked, [ticket]))[0],
});

/** Changes fields and then the status of a ticket, each by the operation that everybody uses for it. @throws AppError */
export async function changeTicket(
  tickets: TicketsRoom,
  actor: Actor,
  id: string,
  { status, version: _, ...fields }: z.output<typeof putTicket.body>,
  version: number | undefined,
) {
  const answer = await tickets.update(actor, id, fields, version);
  const before = answer.ticket.status;
  if (status === undefined || status === before) return answer;
  // The audit log has the first change under this operation, and each further one under its own.
  let isFirst = Object.values(fields).every((value) => value === undefined);
  const step = <T>(action: string, work: () => Promise<T>): Promise<T> => {
    if (!isFirst) return performStep(action, work);
    isFirst = false;
    return work();
  };
  if (status === "closed") return step("closeTicket", () => tickets.close(actor, id));
  const reopened = before === "closed" ? await step("reopenTicket", () => tickets.reopen(actor, id)) : undefined;
  if (status === "claimed" && reopened?.ticket.status !== "claimed")
    return step("claimTicket", () => tickets.claim(actor, id));
  if (status === "open" && reopened?.ticket.status !== "open")
    return step("assignTicket", () => tickets.assign(actor, id, null));
  return reopened!;
}

/** `GET /api/tickets` and `/my`. The app reads one page only, so it gets the largest. */
export const ofTickets: AdapterOf<typeof listTickets.response> = {
  query: ({ status, ...query }) => ({
    limit: "200",
    ...query,
    ...(status !== undefined && { status: status === "Assigned" ? "claimed" : status }),
  }),
  reply: async ({ tickets, ...page }, asked) => ({ ...page, tickets: await ticketsIn(asked, tickets) }),
};

/** `GET /api/tickets/<id>`. */
export const ofTicket: AdapterOf<typeof getTicket.response> = {
  reply: async ({ messages, ...ticket }, asked) => ({
    ...ticket,
    ...(await ticketsIn(asked, [ticket]))[0],
    messages: await messagesIn(asked, messages),
  }),
};

/** `POST /api/tickets`. */
export const ofOpening: AdapterOf<typeof openTicket.response> = { reply: withTicket };

/** Claiming, closing, reopening and changing a ticket. */
export const ofTicketChange: AdapterOf<typeof closeTicket.response> = { reply: withTicket };

/** `POST …/assign` names the person by `assigned_to`, a Discord id. */
export const ofAssignment: AdapterOf<typeof assignTicket.response> = {
  body: ({ assigned_to, ...body }) => (assigned_to === undefined ? body : { ...body, user_id: assigned_to || null }),
  reply: withTicket,
};

/** `GET …/messages`. */
export const ofMessages: AdapterOf<typeof listTicketMessages.response> = {
  reply: async ({ messages, ...page }, asked) => ({ ...page, messages: await messagesIn(asked, messages) }),
};

/** `POST …/messages`: without `data` the app shows that sending failed, and people send twice. */
export const ofSending: AdapterOf<typeof postTicketMessage.response> = {
  reply: async (reply, asked) => {
    const [message] = await messagesIn(asked, [reply.message]);
    return { ...reply, message, data: message };
  },
};

/** Blank values for settings of the app's form that the reader may not see. */
const BLANKS = {
  auto_delete_after_close_days: null,
  require_claim: false,
  send_transcript_email: false,
  transcript_email_address: "",
};

/** `GET /api/config/tickets`: the app reads its whole form for everybody, so people who may not see a setting get a blank. */
export const ofTicketSettings: AdapterOf<typeof getTicketsConfig.response> = {
  reply: (settings) => ({ ...BLANKS, ...settings }),
};
