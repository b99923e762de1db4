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

/**
 * A boolean preference kept in this browser. If storage is broken or blocked, the default applies and nothing fails.
 */
export function useStored(key: string, initial: boolean): [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(initial);
  useEffect(() => {
    try {
      const text = localStorage.getItem(key);
      if (text !== null) setValue(text === "true");
    } catch {
      // Private windows may refuse storage: keep the default.
    }
  }, [key]);
  const store = (next: boolean) => {
    setValue(next);
    try {
      localStorage.setItem(key, String(next));
    } catch {
      // Private windows may refuse storage: the preference then lasts only as long as the page.
    }
  };
  return [value, store];
}
