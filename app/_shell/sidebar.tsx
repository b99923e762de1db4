"use client";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { cn } from "@/app/_ui/cn";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Mark } from "@/app/_ui/mark";
import { useStored } from "@/app/(console)/dashboard/_shared/hooks";
import { useUnreadTickets } from "@/lib/community/tickets/queries.unread";
import type { SavedView } from "@/lib/fleet/views/contract";
import { useUnresolvedAlerts } from "@/lib/operations/alerts/queries.live";
import { useFeature } from "./features";
import { navOrder, orderedGroups, readNavOrder } from "./nav-order";
import { isCurrent, type NavGroup, type NavItem } from "./navigation";

const FoldedIcon = lazyPart(
  () => import("./folded-icon").then((part) => part.FoldedIcon),
  () => <span className="size-4 shrink-0" />,
);

/** Few people have pinned views. Their room is kept, so that nothing moves when the names arrive. */
const PinnedViews = lazyPart(
  () => import("./pinned-views").then((part) => part.PinnedViews),
  ({ page, initial = [] }) => {
    const count = initial.filter((view) => view.page === page).length;
    return count > 0 ? <div style={{ height: `${count * 1.875}rem` }} /> : null;
  },
);
const NavMoves = lazyPart(() => import("./nav-moves").then((part) => part.NavMoves));
const DEFAULT_ORDER: readonly string[] = [];

/** The meaning of the counter beside an entry. */
const COUNTED = {
  tickets: { word: "unread", title: "Active tickets with messages that you have not read" },
  alerts: { word: "unresolved", title: "Alerts that are not resolved" },
} as const;

type SidebarProps = {
  userId: number;
  navigation: NavGroup[];
  /** The person's pinned views, as the server read them. */
  pinned?: SavedView[];
  onNavigate?: () => void;
};

/** The console's pages, grouped by task, in the order that the person chose. */
export function Sidebar({ userId, navigation, pinned, onNavigate }: SidebarProps) {
  const nav = useRef<HTMLElement>(null);
  const order = useSyncExternalStore(navOrder.subscribe, navOrder.get, () => DEFAULT_ORDER);
  useEffect(() => readNavOrder(userId), [userId]);
  const groups = orderedGroups(navigation, order);
  const pathname = usePathname();
  const counts = { tickets: useUnreadTickets(), alerts: useUnresolvedAlerts(useFeature("alerts")) };
  const link = (item: NavItem) => {
    const current = isCurrent(item.href, pathname);
    return (
      <li key={item.href} data-nav={item.href}>
        <Link
          href={item.href}
          onClick={onNavigate}
          aria-current={current ? "page" : undefined}
          className={cn(
            "flex h-9 items-center gap-2.5 rounded-md px-2.5 lg:h-8",
            current ? "bg-accent-soft font-medium text-accent" : "text-muted hover:bg-raised hover:text-text",
          )}
        >
          {item.icon ? <item.icon className="size-4 shrink-0" aria-hidden /> : <FoldedIcon href={item.href} />}
          {item.label}
          {item.badge && counts[item.badge] > 0 ? <Count count={counts[item.badge]} {...COUNTED[item.badge]} /> : null}
        </Link>
        {item.views ? <PinnedViews page={item.views} initial={pinned} onNavigate={onNavigate} /> : null}
      </li>
    );
  };
  return (
    <>
      <Link href="/dashboard" onClick={onNavigate} className="flex h-12 items-center gap-2.5 border-line border-b px-4">
        <Mark className="size-6" />
        <span className="font-semibold text-base tracking-tight">Muster</span>
      </Link>
      <nav ref={nav} aria-label="Main" className="flex flex-1 flex-col gap-2 overflow-y-auto p-3">
        {groups.map((group) =>
          group.isFolded ? (
            <FoldedGroup key={group.title} group={group} pathname={pathname}>
              {link}
            </FoldedGroup>
          ) : (
            <ul key={group.title} aria-label={group.title} className="space-y-0.5">
              {group.items.map(link)}
            </ul>
          ),
        )}
        <NavMoves userId={userId} nav={nav} groups={groups} />
      </nav>
    </>
  );
}

type FoldedGroupProps = { group: NavGroup; pathname: string; children: (item: NavItem) => ReactNode };

/** A group that shows only its title and the open page until the person unfolds it. The browser remembers that. */
function FoldedGroup({ group: { title, items }, pathname, children }: FoldedGroupProps) {
  const [isOpen, setOpen] = useStored(`muster.nav.${title.toLowerCase()}`, false);
  const shown = isOpen ? items : items.filter(({ href }) => isCurrent(href, pathname));
  if (items.length === 0) return null;
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-muted hover:bg-raised hover:text-text lg:h-8"
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight className={cn("size-4 shrink-0", isOpen && "rotate-90")} aria-hidden />
        {title}
      </button>
      <ul aria-label={title} className="space-y-0.5 empty:hidden">
        {shown.map(children)}
      </ul>
    </div>
  );
}

/**
 * A counter beside an entry, such as unread tickets or unresolved alerts. The server stops counting tickets at a
 * hundred.
 */
function Count({ count, word, title }: { count: number; word: string; title: string }) {
  return (
    <span
      title={title}
      className="tnum ml-auto grid h-5 min-w-5 place-items-center rounded-full bg-accent px-1.5 font-semibold text-accent-fg text-xs"
    >
      {count >= 100 ? "99+" : count}
      <span className="sr-only"> {word}</span>
    </span>
  );
}
