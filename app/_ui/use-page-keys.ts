"use client";
import { useEffect, useRef } from "react";

/** Returns whether somebody is typing or a dialog, menu or panel is open. The page's shortcuts do not work then. */
export function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return document.querySelector('[role="dialog"],[role="alertdialog"],[role="menu"]') !== null;
}

/** Returns whether the key is Enter on a link or button, which handles it itself. */
const isActivation = ({ key, target }: KeyboardEvent): boolean =>
  key === "Enter" && target instanceof HTMLElement && /^(BUTTON|A)$/.test(target.tagName);

/** Registers the page's shortcuts while mounted: by letter, `enter` and `escape`. */
export function usePageKeys(keys: Record<string, () => unknown>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.repeat) return;
      if (isBusy(event.target) || isActivation(event)) return;
      const act = latest.current[event.key.length > 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
