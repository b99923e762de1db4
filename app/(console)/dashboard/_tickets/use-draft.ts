"use client";
import { type RefObject, useEffect, useState } from "react";
import { useSayTyping } from "@/lib/community/tickets/queries.live";
import type { Drafts } from "./drafts";

type DraftOptions = {
  ticketId: string;
  staff: boolean;
  drafts: Drafts;
  /** Called when a draft appears or disappears. */
  onDraft: () => void;
  area: RefObject<HTMLTextAreaElement | null>;
};

/**
 * The text being written, and whether it is a private note. Both are stored in this browser. Other people see that
 * somebody is typing.
 */
export function useDraft({ ticketId, staff, drafts, onDraft, area }: DraftOptions) {
  const [{ text, note }, setDraft] = useState(() => drafts.get(ticketId));
  const sayTyping = useSayTyping(ticketId);
  // A person who leaves the ticket has stopped typing.
  useEffect(() => () => sayTyping(false, false), [sayTyping]);
  const change = (next: { text?: string; note?: boolean }) => {
    const draft = { text, note, ...next };
    setDraft(draft);
    const known = drafts.get(ticketId).text !== "";
    drafts.set(ticketId, draft);
    if (known !== (draft.text !== "")) onDraft();
    sayTyping(draft.text.trim() !== "", draft.note && staff);
  };
  return {
    text,
    note,
    isNote: note && staff,
    change,
    /** Replaces a part of the draft, and puts the caret after the inserted text. */
    replace: (from: number, to: number, inserted: string) => {
      change({ text: text.slice(0, from) + inserted + text.slice(to) });
      const caret = from + inserted.length;
      requestAnimationFrame(() => {
        area.current?.focus();
        area.current?.setSelectionRange(caret, caret);
      });
    },
    stopTyping: () => sayTyping(false, note && staff),
  };
}
