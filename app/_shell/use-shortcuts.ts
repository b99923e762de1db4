"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { isBusy, useKeySequence } from "@/app/_ui/use-page-keys";
import { leave } from "./leave";
import type { NavGroup } from "./navigation";

/** Cmd/Ctrl-K opens the palette, g then a letter goes to a page, ? lists the shortcuts. */
export function useShortcuts(navigation: NavGroup[], open: { openPalette: () => void; openHelp: () => void }): void {
  const router = useRouter();
  const pages = navigation.flatMap(({ items }) => items);
  useKeySequence(
    "g",
    Object.fromEntries(
      pages.flatMap(({ key, href }) => (key === undefined ? [] : [[key, () => leave(() => router.push(href))]])),
    ),
  );
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && key === "k") {
        event.preventDefault();
        latest.current.openPalette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return;
      if (event.key !== "?") return;
      event.preventDefault();
      latest.current.openHelp();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, []);
}
