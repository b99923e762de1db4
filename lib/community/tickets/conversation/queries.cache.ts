/** The browser's cache of one conversation, and how live events change it. Pure: no React, no requests. */
import type { ReadMark, Ticket, TicketDetail, TicketMessage } from "@/lib/community/tickets/contract";

/** Merges messages in the order of `seq`, without duplicates. If an id occurs twice, the later argument wins. */
function joined(...lists: readonly (readonly TicketMessage[])[]): TicketMessage[] {
  const byId = new Map<string, TicketMessage>();
  for (const message of lists.flat()) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/**
 * Merges a fresh response into the known conversation. Older messages are kept if both parts meet, so that no gap
 * appears.
 */
export function mergeDetail(known: TicketDetail | undefined, fresh: TicketDetail): TicketDetail {
  const first = fresh.messages[0];
  const last = known?.messages.at(-1);
  if (!known || !first || !last || known.ticket_id !== fresh.ticket_id || last.seq < first.seq) return fresh;
  // Keep the cursor of the older pages that are loaded already, so that the next page continues where they end.
  const next_cursor = known.messages[0]!.seq < first.seq ? known.next_cursor : fresh.next_cursor;
  // Keep known messages: those that arrived live during the request are missing from its answer.
  return { ...fresh, messages: joined(known.messages, fresh.messages), next_cursor };
}

/** Adds messages that arrived over the socket or were sent from this page. */
export function withMessages(known: TicketDetail, messages: readonly TicketMessage[]): TicketDetail {
  const first = known.messages[0];
  // Messages older than the loaded part arrive with their own page.
  const fit = known.next_cursor === null || !first ? messages : messages.filter((one) => one.seq > first.seq);
  return fit.length === 0 ? known : { ...known, messages: joined(known.messages, fit) };
}

/** Adds an older page at the front. */
export function withOlder(
  known: TicketDetail,
  page: { messages: readonly TicketMessage[]; next_cursor: string | null },
): TicketDetail {
  return { ...known, messages: joined(page.messages, known.messages), next_cursor: page.next_cursor };
}

/** Applies changed fields to a ticket. The unread count differs by reader, so events of a change never carry it. */
export function withChange<T extends Ticket>(known: T, change: Partial<Ticket>): T {
  const { unread_count: _, ...rest } = change;
  return { ...known, ...rest };
}

/** Applies somebody's read mark. A mark never moves back. */
export function withRead(known: TicketDetail, mark: ReadMark): TicketDetail {
  const before = known.reads.find((one) => one.user_id === mark.user_id);
  if (before && before.last_seq >= mark.last_seq) return known;
  return { ...known, reads: [...known.reads.filter((one) => one !== before), mark] };
}
