/** Keeps unsent text per ticket in this browser. Broken or blocked storage means no drafts, never an error. */
import { readJson, writeJson } from "@/lib/core/format/json";

export type Draft = { text: string; note: boolean };

/** The most tickets whose drafts are kept. Beyond it, the oldest draft is dropped. */
const KEPT_MAX = 50;
const PREFIX = "muster.tickets.drafts.";

type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

/** Keeps drafts per account, so that the next person who signs in to this browser does not see them. */
export function createDrafts(userId: number, storage: () => Storage) {
  const place = PREFIX + userId;
  const read = (): Record<string, Draft> => {
    try {
      const known: unknown = readJson(storage().getItem(place) ?? "{}");
      return known && typeof known === "object" && !Array.isArray(known) ? (known as Record<string, Draft>) : {};
    } catch {
      return {};
    }
  };
  return {
    /** Returns the draft of a ticket, or an empty reply. */
    get(ticketId: string): Draft {
      const draft = read()[ticketId];
      return { text: typeof draft?.text === "string" ? draft.text : "", note: draft?.note === true };
    },
    /** Stores a draft; an empty text removes it. */
    set(ticketId: string, draft: Draft): void {
      const { [ticketId]: _, ...others } = read();
      const rest = Object.entries(others).slice(draft.text === "" ? 0 : -(KEPT_MAX - 1));
      const kept = Object.fromEntries(draft.text === "" ? rest : [...rest, [ticketId, draft]]);
      try {
        if (Object.keys(kept).length === 0) storage().removeItem(place);
        else storage().setItem(place, writeJson(kept));
      } catch {
        // Without storage, the draft lasts only as long as the page.
      }
    },
    /** Tickets that have a draft. */
    ids: (): string[] => Object.keys(read()),
  };
}

export type Drafts = ReturnType<typeof createDrafts>;
