/** The browser's cache of one conversation, and how live events change it. Pure: no React, no requests. */
import type { ReadMark, Ticket, TicketDetail, TicketMessage } from "@/lib/community/tickets/contract";

/** Messages in the order of `seq`, each once; of two with one id the later argument wins. */
function joined(...lists: readonly (readonly TicketMessage[])[]): TicketMessage[] {
  const byId = new Map<string, TicketMessage>();
  for (const message of lists.flat()) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/** A fresh reading; what was loaded of the past stays if the two meet, so that reading again never leaves a hole. */
export function mergeDetail(known: TicketDetail | undefined, fresh: TicketDetail): TicketDetail {
  const first = fresh.messages[0];
  const last = known?.messages.at(-1);
  if (!known || !first || !last || known.ticket_id !== fresh.ticket_id || last.seq < first.seq) return fresh;
  // Older pages that were loaded before stay, so the next page starts where they end.
  const next_cursor = known.messages[0]!.seq < first.seq ? known.next_cursor : fresh.next_cursor;
  // Keep known messages: those that arrived live during the request are missing from its answer.
  return { ...fresh, messages: joined(known.messages, fresh.messages), next_cursor };
}

/** With messages that came over the socket or were sent from here. */
export function withMessages(known: TicketDetail, messages: readonly TicketMessage[]): TicketDetail {
  const first = known.messages[0];
  // Messages before the loaded part come with their own page.
  const fit = known.next_cursor === null || !first ? messages : messages.filter((one) => one.seq > first.seq);
  return fit.length === 0 ? known : { ...known, messages: joined(known.messages, fit) };
}

/** With an older page in front. */
export function withOlder(
  known: TicketDetail,
  page: { messages: readonly TicketMessage[]; next_cursor: string | null },
): TicketDetail {
  return { ...known, messages: joined(page.messages, known.messages), next_cursor: page.next_cursor };
}

/** With changed fields of the ticket. The count of unread is each reader's own: it never comes with news of a change. */
export function withChange<T extends Ticket>(known: T, change: Partial<Ticket>): T {
  const { unread_count: _, ...rest } = change;
  return { ...known, ...rest };
}

/** With somebody's read mark; marks never go back. */
export function withRead(known: TicketDetail, mark: ReadMark): TicketDetail {
  const before = known.reads.find((one) => one.user_id === mark.user_id);
  if (before && before.last_seq >= mark.last_seq) return known;
  return { ...known, reads: [...known.reads.filter((one) => one !== before), mark] };
}
