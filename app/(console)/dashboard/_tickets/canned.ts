/** Canned replies while typing: finding them after a slash, and filling in names. Pure. */
import type { Ticket } from "@/lib/community/tickets/contract";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";

const SHOWN_MAX = 8;

/** Returns the "/word" that ends at the caret: its start, and the text after the slash. Null when there is none. */
export function slashAt(text: string, caret: number): { from: number; word: string } | null {
  const found = /(?:^|\s)\/([\p{L}\p{N}_-]{0,32})$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[1]!.length - 1, word: found[1]!.toLowerCase() } : null;
}

/**
 * Returns the replies that match a word: those whose shortcut begins with it first, then those whose title contains it.
 */
export function matching(replies: readonly CannedReply[], word: string): CannedReply[] {
  const starts = replies.filter((reply) => reply.shortcut.startsWith(word));
  const holds = replies.filter((reply) => !starts.includes(reply) && reply.title.toLowerCase().includes(word));
  return [...starts, ...holds].slice(0, SHOWN_MAX);
}

/** A reply with {user}, {me} and {number} filled in. */
export function filled(content: string, ticket: Pick<Ticket, "user_name" | "ticket_num">, me: string): string {
  const values: Record<string, string> = { user: ticket.user_name, me, number: String(ticket.ticket_num) };
  return content.replace(/\{(user|me|number)\}/g, (_, name: string) => values[name] ?? "");
}
