/**
 * Unsent messages, kept in this browser until the server has them, so that closing or reloading the tab or signing out
 * loses nothing. If storage is broken or blocked, they last only as long as the page.
 */
import { currentPageUser } from "@/lib/client/session";
import { readJson } from "@/lib/core/format/json";
import type { Outgoing } from "./queries.outbox";

const PREFIX = "muster.tickets.outbox.";
/** The most tickets whose unsent messages are kept; beyond it the oldest are dropped. */
const KEPT_MAX = 50;

type Kept = Record<string, Outgoing[]>;

/** Keyed by person, so that the next person who signs in in this browser does not see the messages. */
const place = () => PREFIX + (currentPageUser()?.user_id ?? 0);

function read(): Kept {
  try {
    const known: unknown = readJson(localStorage.getItem(place()) ?? "{}");
    return known && typeof known === "object" && !Array.isArray(known) ? (known as Kept) : {};
  } catch {
    return {};
  }
}

/** Keeps the unsent messages of a ticket; an empty list removes them. */
export function keepOutgoing(ticketId: string, outgoing: readonly Outgoing[]): void {
  const { [ticketId]: before, ...others } = read();
  if (!before && outgoing.length === 0) return;
  const rest = Object.entries(others).slice(-(KEPT_MAX - 1));
  const kept = Object.fromEntries(outgoing.length === 0 ? rest : [...rest, [ticketId, outgoing]]);
  try {
    if (Object.keys(kept).length === 0) localStorage.removeItem(place());
    else localStorage.setItem(place(), JSON.stringify(kept));
  } catch {
    // Without storage, messages are kept only as long as the page.
  }
}

/** The messages of a ticket that an earlier page did not send. */
export function keptOutgoing(ticketId: string): Outgoing[] {
  const kept = read()[ticketId];
  return Array.isArray(kept) ? kept : [];
}
