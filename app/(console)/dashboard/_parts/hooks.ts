"use client";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useBotList } from "@/lib/bots/queries";

/** `value`, once it has been still for `ms`. */
export function useDebounced<T>(value: T, ms = 250): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** Whether a media query matches; false on the server. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}

/** A small preference kept in this browser. Broken or blocked storage means the default, never an error. */
export function useStored<T extends string | boolean>(key: string, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState(initial);
  useEffect(() => {
    try {
      const text = localStorage.getItem(key);
      if (text !== null) setValue(JSON.parse(text) as T);
    } catch {
      // Private windows may refuse storage.
    }
  }, [key]);
  const store = (next: T) => {
    setValue(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // As above: the preference then lasts as long as the page.
    }
  };
  return [value, store];
}

/** Names of the first 1000 bots the caller may see, by id, for rows that carry an id only. */
export function useBotNames(): { names: Map<string, string>; options: { id: string; name: string }[] } {
  const { data } = useBotList({ sort: "name" }, { pageSize: 1000 });
  return useMemo(() => {
    const options = (data?.pages ?? []).flatMap((page) => page.bots.map(({ id, name }) => ({ id, name })));
    return { names: new Map(options.map(({ id, name }) => [id, name])), options };
  }, [data]);
}
