"use client";
/** How a person wants to see the list of bots: its columns and the height of its rows. This browser remembers it for each person. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { createStore } from "@/lib/client/store";
import { keepList, readList } from "@/lib/client/stored-list";
import { COLUMNS, type ColumnId, DEFAULT_COLUMNS, type Layout, layoutOf } from "./columns";

/** A person switches these on and off: columns, and rows of less height. */
type Choice = ColumnId | "compact";
const CHOICES: readonly string[] = [...COLUMNS.map(({ id }) => id), "compact"];
const isChoice = (one: unknown): one is Choice => CHOICES.includes(one as string);
/** Stands for the name, which is always shown: a list that is kept is never empty, not even without columns. */
const ALWAYS = "name";

const choices = createStore<readonly Choice[]>(DEFAULT_COLUMNS);
const keyOf = (userId: number): string => `muster.bots.display.${userId}`;

export type Display = {
  layout: Layout;
  isCompact: boolean;
  has: (choice: Choice) => boolean;
  toggle: (choice: Choice) => void;
};

export function useDisplay(userId: number): Display {
  const chosen = useSyncExternalStore(choices.subscribe, choices.get, () => DEFAULT_COLUMNS);
  useEffect(() => {
    const stored = readList(keyOf(userId), (one) => one === ALWAYS || isChoice(one));
    choices.set(stored?.length ? stored.filter(isChoice) : DEFAULT_COLUMNS);
  }, [userId]);
  return useMemo(() => {
    const has = (choice: Choice) => chosen.includes(choice);
    return {
      layout: layoutOf(chosen.filter((choice) => choice !== "compact")),
      isCompact: has("compact"),
      has,
      toggle: (choice) => {
        const next = has(choice) ? chosen.filter((one) => one !== choice) : [...chosen, choice];
        choices.set(next);
        keepList(keyOf(userId), [ALWAYS, ...next]);
      },
    };
  }, [chosen, userId]);
}
