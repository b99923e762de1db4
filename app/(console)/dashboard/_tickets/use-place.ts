"use client";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** The distance from the end (px) within which the reader counts as being at the end. */
const END_PX = 40;
const NEAR_TOP_PX = 300;

type Options = {
  /** The scroll area; its rows carry `data-key`. */
  area: RefObject<HTMLElement | null>;
  /** Identifies the conversation. When it changes, the place is forgotten and the new one opens as described below. */
  subject: string;
  /** Whether there are rows yet. */
  ready: boolean;
  onTop: () => void;
};

/**
 * Keeps the reader's place in a conversation. A reader at the end follows new messages. A reader who scrolled up is never
 * moved: the first visible row keeps its position when rows are added above or below it.
 * A new subject opens at its `data-divider` row (the first unread message), or at the end.
 */
export function usePlace({ area, subject, ready, onTop }: Options) {
  const [atEnd, setAtEnd] = useState(true);
  const place = useRef<{ subject: string; atEnd: boolean; anchor: { key: string; top: number } | null }>({
    subject: "",
    atEnd: true,
    anchor: null,
  });
  const top = useRef(onTop);

  const look = () => {
    const box = area.current;
    if (!box) return;
    const end = box.scrollHeight - box.scrollTop - box.clientHeight <= END_PX;
    place.current.atEnd = end;
    place.current.anchor = end ? null : firstVisible(box);
    setAtEnd(end);
    if (box.scrollTop < NEAR_TOP_PX) top.current();
  };

  const toEnd = () => {
    const box = area.current;
    if (!box) return;
    place.current.atEnd = true;
    place.current.anchor = null;
    box.scrollTop = box.scrollHeight;
    setAtEnd(true);
  };

  const keep = useRef(() => {});
  useLayoutEffect(() => {
    top.current = onTop;
    keep.current = () => {
      const box = area.current;
      const { atEnd: end, anchor } = place.current;
      if (!box) return;
      if (end) {
        box.scrollTop = box.scrollHeight;
        return;
      }
      const row = anchor && box.querySelector<HTMLElement>(`[data-key="${CSS.escape(anchor.key)}"]`);
      if (!row) return;
      const moved = row.getBoundingClientRect().top - box.getBoundingClientRect().top - anchor.top;
      if (Math.abs(moved) > 1) box.scrollTop += moved;
    };
  });

  // Run after every render, because rows may have been added or removed.
  useLayoutEffect(() => {
    const box = area.current;
    if (!box || !ready) return;
    if (place.current.subject !== subject) {
      place.current = { subject, atEnd: true, anchor: null };
      const divider = box.querySelector<HTMLElement>("[data-divider]");
      box.scrollTop = box.scrollHeight;
      if (divider) {
        const gap = divider.getBoundingClientRect().top - box.getBoundingClientRect().top;
        // If the unread messages fit into the lower two thirds of the view, there is no need to scroll back.
        if (gap < 0) box.scrollTop += gap - box.clientHeight / 3;
      }
      look();
    } else keep.current();
  });

  // Sizes change without a rendering of ours: a picture arrives, the composer grows, the window turns.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the area is another element once there is something to show
  useEffect(() => {
    const box = area.current;
    if (!box) return;
    const observer = new ResizeObserver(() => keep.current());
    observer.observe(box);
    if (box.firstElementChild) observer.observe(box.firstElementChild);
    return () => observer.disconnect();
  }, [area, ready, subject]);

  return { atEnd, toEnd, onScroll: look };
}

function firstVisible(box: HTMLElement): { key: string; top: number } | null {
  const edge = box.getBoundingClientRect().top;
  for (const row of box.querySelectorAll<HTMLElement>("[data-key]")) {
    const rect = row.getBoundingClientRect();
    if (rect.bottom > edge) return { key: row.dataset.key ?? "", top: rect.top - edge };
  }
  return null;
}
