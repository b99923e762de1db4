/**
 * Tracks the viewers of each conversation over all processes. Each process announces its own (fact ticket.viewing) and
 * repeats that, so that the viewers of a process that died expire by themselves.
 */
import type { Viewer } from "@/lib/community/tickets/contract.live";

/** Longer than two repetitions, so that one lost repetition does not remove a viewer. */
const STALE_MS = 75_000;
const VIEWERS_SHOWN = 20;

export function createViewers(changed: (ticketId: string, viewers: Viewer[]) => void, now = Date.now) {
  const tickets = new Map<string, Map<string, { viewer: Viewer; until: number }>>();

  const of = (ticketId: string): Viewer[] =>
    [...(tickets.get(ticketId)?.values() ?? [])].slice(0, VIEWERS_SHOWN).map(({ viewer }) => viewer);

  function leave(ticketId: string, userId: string) {
    const known = tickets.get(ticketId);
    if (!known?.delete(userId)) return;
    if (known.size === 0) tickets.delete(ticketId);
    changed(ticketId, of(ticketId));
  }

  return {
    of,
    heard(ticketId: string, viewer: Viewer, viewing: boolean): void {
      if (!viewing) {
        leave(ticketId, viewer.user_id);
        return;
      }
      const known = tickets.get(ticketId) ?? new Map();
      tickets.set(ticketId, known);
      const isNew = !known.has(viewer.user_id);
      known.set(viewer.user_id, { viewer, until: now() + STALE_MS });
      if (isNew) changed(ticketId, of(ticketId));
    },
    *all(): Generator<{ ticket_id: string; viewer: Viewer }> {
      for (const [ticket_id, known] of [...tickets])
        for (const { viewer } of [...known.values()]) yield { ticket_id, viewer };
    },
    drop: (ticketId: string): void => void tickets.delete(ticketId),
    sweep(): void {
      for (const [ticketId, known] of [...tickets])
        for (const [userId, { until }] of [...known]) if (until <= now()) leave(ticketId, userId);
    },
  };
}

export type Viewers = ReturnType<typeof createViewers>;
