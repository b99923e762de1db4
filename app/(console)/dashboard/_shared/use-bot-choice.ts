"use client";
import { type KeyboardEvent, useState } from "react";
import { useDebounced } from "@/app/_ui/use-debounced";
import { useBotSearch } from "@/lib/fleet/bots/queries.search";

/**
 * The state of a bot picker's list: the typed text, the bots found, and the entry that the arrow keys have selected.
 */
export function useBotChoice(onChoose: (id: string) => void, without: readonly string[], teamId?: number) {
  /** The search text; null while the list is closed. */
  const [text, setText] = useState<string | null>(null);
  const [marked, setMarked] = useState(0);
  const isOpen = text !== null;
  const search = useDebounced((text ?? "").trim(), 150);
  const { data, error } = useBotSearch(search, { enabled: isOpen, teamId });
  const found = (data?.bots ?? []).filter((bot) => !without.includes(bot.id));
  const more = data ? data.count - data.bots.length : 0;
  const at = Math.min(marked, found.length - 1);
  const close = () => {
    setText(null);
    setMarked(0);
  };
  const choose = (id: string) => {
    close();
    onChoose(id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && isOpen) close();
    else if (event.key === "ArrowDown" && !isOpen) setText("");
    else if (event.key === "ArrowDown") setMarked(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp" && isOpen) setMarked(Math.max(at - 1, 0));
    else if (event.key === "Enter" && isOpen && found[at]) choose(found[at].id);
    else return;
    event.preventDefault();
    // Escape closes the list, not the dialog around it.
    event.stopPropagation();
  };
  const note = error
    ? "Bots could not be loaded. Try again."
    : !data
      ? "Searching…"
      : data.count === 0
        ? "No bots match"
        : more > 0
          ? `${more.toLocaleString("en")} more. Type part of a name to narrow the list.`
          : "";
  return {
    text,
    isOpen,
    found,
    at,
    note,
    choose,
    fieldProps: {
      onFocus: () => setText(""),
      onClick: () => setText((now) => now ?? ""),
      onBlur: close,
      onKeyDown,
    },
    type: (next: string) => {
      setText(next);
      setMarked(0);
    },
  };
}
