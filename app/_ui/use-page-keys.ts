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

/** The shortcuts of each part of the page that has its own. */
const registered = new Set<{ current: Record<string, () => unknown> }>();

/** Returns whether a part of the page handles this key itself. */
export const hasPageKey = (key: string): boolean => [...registered].some(({ current }) => key in current);

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
    registered.add(latest);
    window.addEventListener("keydown", onKey);
    return () => {
      registered.delete(latest);
      window.removeEventListener("keydown", onKey);
    };
  }, []);
}

/** The time in which the second key must follow the first. */
const SEQUENCE_MS = 1500;

/** Registers shortcuts of two keys, such as t then z, while mounted. The second keys are in lower case. */
export function useKeySequence(first: string, keys: Record<string, () => unknown>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    let waitingSince = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.repeat || isBusy(event.target)) return;
      const isSecond = event.timeStamp - waitingSince < SEQUENCE_MS;
      waitingSince = !isSecond && event.key === first ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const act = isSecond ? latest.current[event.key.toLowerCase()] : undefined;
      if (!act) return;
      // Stop the event, because pages have single-letter shortcuts of their own.
      event.preventDefault();
      event.stopImmediatePropagation();
      act();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [first]);
}
