"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/app/_ui/cn";
import { Mark } from "@/app/_ui/mark";
import { useUnreadTickets } from "@/lib/community/tickets/queries.unread";
import { useUnresolvedAlerts } from "@/lib/operations/alerts/queries.live";
import { useFeature } from "./features";
import { isCurrent, type NavItem, type navigationFor } from "./navigation";

/** The meaning of the counter beside an entry. */
const COUNTED = {
  tickets: { word: "unread", title: "Active tickets with messages that you have not read" },
  alerts: { word: "unresolved", title: "Alerts that are not resolved" },
} as const;

type SidebarProps = { navigation: ReturnType<typeof navigationFor>; onNavigate?: () => void };

/** The console's pages, grouped by task. */
export function Sidebar({ navigation, onNavigate }: SidebarProps) {
  const pathname = usePathname();
  const counts = { tickets: useUnreadTickets(), alerts: useUnresolvedAlerts(useFeature("alerts")) };
  const link = (item: NavItem) => {
    const current = isCurrent(item.href, pathname);
    return (
      <li key={item.href}>
        <Link
          href={item.href}
          onClick={onNavigate}
          aria-current={current ? "page" : undefined}
          className={cn(
            "flex h-9 items-center gap-2.5 rounded-md px-2.5 lg:h-8",
            current ? "bg-accent-soft font-medium text-accent" : "text-muted hover:bg-raised hover:text-text",
          )}
        >
          <item.icon className="size-4 shrink-0" aria-hidden />
          {item.label}
          {item.badge && counts[item.badge] > 0 ? <Count count={counts[item.badge]} {...COUNTED[item.badge]} /> : null}
        </Link>
      </li>
    );
  };
  return (
    <>
      <Link href="/dashboard" onClick={onNavigate} className="flex h-12 items-center gap-2.5 border-line border-b px-4">
        <Mark className="size-6" />
        <span className="font-semibold text-base tracking-tight">Muster</span>
      </Link>
      <nav aria-label="Main" className="flex flex-1 flex-col gap-5 overflow-y-auto p-3">
        {navigation.main.map((group) => (
          <div key={group.title}>
            <h2 className="px-2.5 pb-1 font-medium text-faint text-xs">{group.title}</h2>
            <ul className="space-y-0.5">{group.items.map(link)}</ul>
          </div>
        ))}
        <ul className="mt-auto space-y-0.5">{navigation.personal.map(link)}</ul>
      </nav>
    </>
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
