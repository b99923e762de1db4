"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { Item } from "./log-items";
import { LINE_PX } from "./log-row";

/** The distance from the end (px) within which the reader counts as being at the end. */
const END_PX = 24;
const NEAR_TOP_PX = 400;
/**
 * Scrolling within this many milliseconds (momentum included) of a wheel, touch or key event counts as the reader's
 * own.
 */
const TOUCH_MS = 1_500;

type Options = {
  items: readonly Item[];
  /** Changes with whatever changes the height of every line. */
  layout: string;
  following: boolean;
  onFollowing: (following: boolean) => void;
  onTop: () => void;
};

/** The virtual rows, which stay at the end while following. Call `touch` for every input that may scroll the list. */
export function useLogTail({ items, layout, following, onFollowing, onTop }: Options) {
  const area = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => area.current,
    estimateSize: () => LINE_PX,
    getItemKey: (at) => items[at]?.key ?? at,
    overscan: 12,
    anchorTo: "end",
    followOnAppend: following,
    scrollEndThreshold: END_PX,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another layout changes every height, so measure anew
  useEffect(() => virtual.measure(), [layout]);

  // New lines and measuring cause scroll events as well, so react only to those shortly after the reader's own input.
  const touched = useRef(0);
  const touch = () => {
    touched.current = Date.now();
  };
  const onScroll = () => {
    const box = area.current;
    if (!box || Date.now() - touched.current > TOUCH_MS) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= END_PX;
    if (atEnd !== following) onFollowing(atEnd);
    if (box.scrollTop < NEAR_TOP_PX) onTop();
  };
  const newest = items.at(-1)?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is the reason to move
  useEffect(() => {
    if (following && items.length > 0) virtual.scrollToEnd();
  }, [following, newest, items.length]);

  return {
    area,
    virtual,
    touch,
    areaProps: {
      onScroll,
      onWheel: touch,
      onTouchMove: touch,
      onPointerDown: touch,
      onPointerMove: (event: { buttons: number }) => event.buttons > 0 && touch(),
    },
  };
}
