/** `ticket_list` hints: which tickets changed, gathered per room so that a busy queue costs each page three frames a second. */
const SPAN_MS = 350;
const IDS_MAX = 100;

type Hint = { ticket_ids: string[]; more: boolean };

export function createHints(send: (room: string, hint: Hint) => void) {
  const waiting = new Map<string, { ids: Set<string>; more: boolean }>();
  let timer: NodeJS.Timeout | undefined;

  function flush() {
    timer = undefined;
    for (const [room, { ids, more }] of waiting) send(room, { ticket_ids: [...ids], more });
    waiting.clear();
  }

  return {
    add(ticketId: string, rooms: readonly string[]): void {
      for (const room of rooms) {
        const known = waiting.get(room) ?? { ids: new Set(), more: false };
        waiting.set(room, known);
        if (known.ids.size < IDS_MAX) known.ids.add(ticketId);
        else if (!known.ids.has(ticketId)) known.more = true;
      }
      timer ??= setTimeout(flush, SPAN_MS).unref();
    },
    close(): void {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
