"use client";
import { RotateCcw } from "lucide-react";
import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { keepNavOrder, navOrder } from "./nav-order";
import type { NavGroup } from "./navigation";

const NONE: readonly string[] = [];
const entryOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-nav]") : null;
const hrefOf = (entry: Element | null | undefined): string | undefined =>
  entry instanceof HTMLElement ? entry.dataset.nav : undefined;

/** Returns all pages with one of them in the place of another of its group; undefined when they have no group in common. */
function moved(groups: readonly NavGroup[], href: string, to: string) {
  const group = groups.find(({ items }) => items.some((item) => item.href === href));
  const items = group?.items ?? [];
  const [from, at] = [href, to].map((one) => items.findIndex((item) => item.href === one)) as [number, number];
  if (!group || at < 0 || from === at) return undefined;
  const rest = items.filter((item) => item.href !== href);
  rest.splice(at, 0, items[from]!);
  const order = groups.flatMap((one) => (one === group ? rest : one.items)).map((item) => item.href);
  return { order, text: `${items[from]!.label}, position ${at + 1} of ${items.length}` };
}

type NavMovesProps = { userId: number; nav: RefObject<HTMLElement | null>; groups: NavGroup[] };

/**
 * Moves the pages of the sidebar: Alt with ↑ or ↓ on a link, or a drag. In a file of its own that is loaded after the page,
 * so it listens to the links, and the button that undoes it all belongs to it.
 */
export function NavMoves({ userId, nav, groups }: NavMovesProps) {
  const [text, setText] = useState("");
  const isMoved = useSyncExternalStore(navOrder.subscribe, navOrder.get, () => NONE).length > 0;
  const latest = useRef(groups);
  useEffect(() => {
    latest.current = groups;
  });
  useEffect(() => {
    const element = nav.current;
    if (!element) return;
    const ends = new AbortController();
    const { signal } = ends;
    let dragged: string | undefined;
    const move = (href: string | undefined, to: string | undefined): boolean => {
      const next = href !== undefined && to !== undefined ? moved(latest.current, href, to) : undefined;
      if (!next) return false;
      keepNavOrder(userId, next.order);
      setText(next.text);
      return true;
    };
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      const entry = entryOf(event.target);
      if (!entry) return;
      event.preventDefault();
      const link = entry.querySelector("a");
      const neighbour = event.key === "ArrowUp" ? entry.previousElementSibling : entry.nextElementSibling;
      // An element that moves in the page loses the focus.
      if (move(hrefOf(entry), hrefOf(neighbour))) requestAnimationFrame(() => link?.focus());
    };
    const onStart = (event: DragEvent) => {
      dragged = hrefOf(entryOf(event.target));
    };
    const onOver = (event: DragEvent) => {
      const over = hrefOf(entryOf(event.target));
      if (dragged === undefined || over === undefined) return;
      if (over === dragged || move(dragged, over)) event.preventDefault();
    };
    const onEnd = () => {
      dragged = undefined;
    };
    element.addEventListener("keydown", onKey, { signal });
    element.addEventListener("dragstart", onStart, { signal });
    element.addEventListener("dragover", onOver, { signal });
    element.addEventListener("drop", (event) => event.preventDefault(), { signal });
    element.addEventListener("dragend", onEnd, { signal });
    return () => ends.abort();
  }, [nav, userId]);
  return (
    <>
      <span role="status" className="sr-only">
        {text}
      </span>
      {isMoved ? (
        <button
          type="button"
          className="mt-auto flex h-9 items-center gap-2.5 rounded-md px-2.5 text-faint hover:bg-raised hover:text-text lg:h-8"
          onClick={() => {
            keepNavOrder(userId, []);
            setText("The default order is back");
          }}
        >
          <RotateCcw className="size-4 shrink-0" aria-hidden /> Reset order
        </button>
      ) : null}
    </>
  );
}
