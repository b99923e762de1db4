"use client";
import { useEffect } from "react";
import { hasPageKey, isBusy } from "@/app/_ui/use-page-keys";

/** The rows of any list of the console: of a table, of the virtual table of bots, or of a list that marks its rows. */
const ROWS = "#content tbody tr, #content [role=row][data-bot], #content [data-row]";
/** The first of these is what a row opens. */
const OPENS = "a[href], button:not([disabled]), summary";
const SEARCH = "#content input[type=search], #content [role=searchbox], #content input[role=combobox]";

/**
 * Moves the focus to the link or button that the next or previous row opens with, so that Enter opens it. Starts at the
 * first row.
 */
function moveFocus(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => row.querySelector(OPENS));
  const from = rows.findIndex((row) => row.contains(document.activeElement));
  const next = from < 0 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, from + step))];
  const target = next?.querySelector<HTMLElement>(OPENS);
  target?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return target !== undefined && target !== null;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>(SEARCH);
  field?.focus();
  field?.select();
  return field !== null;
}

const KEYS: Record<string, () => boolean> = { j: () => moveFocus(1), k: () => moveFocus(-1), "/": focusSearch };

/** On every list, j and k move between the rows and / goes to the search field. A page's own keys take precedence. */
export function useListKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      if (isBusy(event.target) || hasPageKey(event.key)) return;
      if (KEYS[event.key]?.()) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
