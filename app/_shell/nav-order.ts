/** The order of the sidebar's pages, which a person may change. This browser remembers it for each person. */
import { createStore } from "@/lib/client/store";
import { keepList, readList } from "@/lib/client/stored-list";
import type { NavGroup, NavItem } from "./navigation";

/** The addresses of all pages in the chosen order; empty while nothing was moved. */
export const navOrder = createStore<readonly string[]>([]);

const keyOf = (userId: number): string => `muster.nav.order.${userId}`;

export function readNavOrder(userId: number): void {
  const stored = readList(keyOf(userId), (href) => typeof href === "string");
  if (stored) navOrder.set(stored);
}

/** Shows another order at once, and keeps it. An empty one is the default. */
export function keepNavOrder(userId: number, order: readonly string[]): void {
  navOrder.set(order);
  keepList(keyOf(userId), order);
}

/** A page that is new since the order was chosen stands behind the one that it follows by default. */
function inOrder(items: readonly NavItem[], order: readonly string[]): NavItem[] {
  const place = ({ href }: NavItem) => order.indexOf(href);
  const all = items.filter((item) => place(item) >= 0).sort((a, b) => place(a) - place(b));
  for (const [at, item] of items.entries()) {
    const before = items[at - 1];
    if (place(item) < 0) all.splice(before ? all.indexOf(before) + 1 : 0, 0, item);
  }
  return all;
}

/** Groups keep their places; the pages of each are in the chosen order. */
export const orderedGroups = (groups: NavGroup[], order: readonly string[]): NavGroup[] =>
  order.length === 0 ? groups : groups.map((group) => ({ ...group, items: inOrder(group.items, order) }));
