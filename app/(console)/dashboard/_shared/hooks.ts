"use client";
import { useEffect, useState, useSyncExternalStore } from "react";

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

/** A small yes/no preference kept in this browser. Broken or blocked storage means the default, never an error. */
export function useStored(key: string, initial: boolean): [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(initial);
  useEffect(() => {
    try {
      const text = localStorage.getItem(key);
      if (text !== null) setValue(text === "true");
    } catch {
      // Private windows may refuse storage.
    }
  }, [key]);
  const store = (next: boolean) => {
    setValue(next);
    try {
      localStorage.setItem(key, String(next));
    } catch {
      // As above: the preference then lasts as long as the page.
    }
  };
  return [value, store];
}
