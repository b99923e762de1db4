"use client";
import { type KeyboardEvent, type RefObject, useId, useState } from "react";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";
import { useCannedReplies } from "@/lib/community/tickets/queries";
import { ListOption } from "../_shared/list-option";
import { matching, slashAt } from "./canned";

/** The list of canned replies that opens after a slash: arrow keys choose, Enter or Tab inserts, Escape closes. */
export function useCanned(
  isStaff: boolean,
  text: string,
  area: RefObject<HTMLTextAreaElement | null>,
  onPick: (from: number, to: number, reply: CannedReply) => void,
) {
  const id = useId();
  const [closedAt, setClosedAt] = useState("");
  const [chosen, setChosen] = useState(0);
  const caret = area.current?.selectionStart ?? text.length;
  const slash = isStaff && text.includes("/") ? slashAt(text, Math.min(caret, text.length)) : null;
  const { data } = useCannedReplies(isStaff);
  const found = slash && closedAt !== text ? matching(data?.replies ?? [], slash.word) : [];
  const at = Math.min(chosen, found.length - 1);
  const pick = (reply: CannedReply) => {
    if (slash) onPick(slash.from, slash.from + 1 + slash.word.length, reply);
    setChosen(0);
  };
  return {
    props: {
      "aria-autocomplete": isStaff ? ("list" as const) : undefined,
      "aria-controls": found.length > 0 ? id : undefined,
      "aria-activedescendant": found.length > 0 ? `${id}-${at}` : undefined,
    },
    /** Handles a key; returns true if the list used it. */
    onKey: (event: KeyboardEvent): boolean => {
      if (found.length === 0) return false;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        setChosen((at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
      } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") pick(found[at]!);
      else if (event.key === "Escape") setClosedAt(text);
      else return false;
      event.preventDefault();
      return true;
    },
    list: found.length > 0 ? <CannedList id={id} found={found} at={at} onPick={pick} /> : null,
  };
}

type CannedListProps = { id: string; found: readonly CannedReply[]; at: number; onPick: (reply: CannedReply) => void };

function CannedList({ id, found, at, onPick }: CannedListProps) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Canned replies"
      className="absolute bottom-full left-2 z-10 mb-1 max-h-72 w-[min(28rem,calc(100%-1rem))] overflow-y-auto rounded-md border border-line bg-panel p-1 shadow-pop"
    >
      {found.map((reply, index) => (
        <ListOption
          key={reply.reply_id}
          id={`${id}-${index}`}
          isMarked={index === at}
          onPick={() => onPick(reply)}
          className="py-1.5"
        >
          <p className="flex items-baseline gap-2 text-sm">
            <span className="font-mono text-[13px] text-accent">/{reply.shortcut}</span>
            <span className="min-w-0 truncate font-medium">{reply.title}</span>
          </p>
          <p className="truncate text-[13px] text-muted">{reply.content}</p>
        </ListOption>
      ))}
    </div>
  );
}
