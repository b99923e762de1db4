import {
  BellRing,
  Bot,
  Download,
  LayoutDashboard,
  type LucideIcon,
  MessageSquare,
  ScrollText,
  SquareTerminal,
  Ticket,
} from "lucide-react";
import type { Feature } from "@/lib/core/settings/contract";
import type { SavedView } from "@/lib/fleet/views/contract";

export type ConsoleUser = {
  user_id: number;
  username: string;
  email: string;
  fullname: string;
  role: "user" | "moderator" | "admin";
  /** Whether there is a bot to see. People without one came for something else, such as tickets. */
  has_bots: boolean;
};

export type NavItem = {
  href: string;
  label: string;
  /** Left out for pages of folded groups: their icons are in folded-icon.tsx, which is loaded later. */
  icon?: LucideIcon;
  /** The key that opens the page after "g". */
  key?: string;
  /** Set on the admin pages that moderators may also read. */
  staff?: true;
  /** The feature that the page belongs to, if it can be switched off. */
  feature?: Feature;
  /** The counter shown beside the entry. */
  badge?: "tickets" | "alerts";
  /** Set on pages that show nothing before there is a bot. */
  needsBots?: true;
  /** Set on pages that few people use: they are listed under More. */
  isRare?: true;
  /** The saved views that filter the page. Pinned ones are listed below the entry. */
  views?: SavedView["page"];
};

const watch: NavItem[] = [
  {
    href: "/dashboard",
    label: "Overview",
    icon: LayoutDashboard,
    key: "o",
  },
  { href: "/dashboard/bots", label: "Bots", icon: Bot, key: "b", views: "bots" },
  {
    href: "/dashboard/commands",
    label: "Commands",
    icon: SquareTerminal,
    key: "c",
    needsBots: true,
  },
  {
    href: "/dashboard/logs",
    label: "Logs",
    icon: ScrollText,
    key: "l",
    needsBots: true,
    views: "logs",
  },
  { href: "/dashboard/messages", label: "Messages", icon: MessageSquare, key: "m", needsBots: true },
  {
    href: "/dashboard/tickets",
    label: "Tickets",
    icon: Ticket,
    key: "t",
    badge: "tickets",
  },
  {
    href: "/dashboard/alerts",
    label: "Alerts",
    icon: BellRing,
    feature: "alerts",
    needsBots: true,
    badge: "alerts",
  },
  {
    href: "/dashboard/tasks",
    label: "Transfers",
    icon: Download,
    feature: "transfers",
  },
  {
    href: "/dashboard/schedules",
    label: "Schedules",
    key: "s",
    isRare: true,
  },
  {
    href: "/dashboard/status-pages",
    label: "Status pages",
    isRare: true,
  },
  {
    href: "/dashboard/feeds",
    label: "Feeds",
    isRare: true,
  },
];
/** Shown to staff only. */
const analytics: NavItem = {
  href: "/dashboard/analytics",
  label: "Analytics",
  key: "a",
  isRare: true,
};
const administer: NavItem[] = [
  { href: "/admin", label: "Users", staff: true },
  { href: "/admin/bots", label: "All bots" },
  {
    href: "/admin/config",
    label: "Settings",
  },
  { href: "/admin/broadcast", label: "Broadcast" },
  { href: "/admin/plugins", label: "Plugins", feature: "plugins" },
  {
    href: "/admin/backups",
    label: "Backups",
    feature: "backups",
  },
  { href: "/admin/audit", label: "Audit log" },
  { href: "/admin/system", label: "System" },
];
const personal: NavItem[] = [
  { href: "/dashboard/inbox", label: "Inbox" },
  {
    href: "/dashboard/teams",
    label: "Teams",
  },
  {
    href: "/dashboard/webhooks",
    label: "Webhooks",
  },
  {
    href: "/account",
    label: "Account",
  },
  {
    href: "/dashboard/graphql",
    label: "GraphQL",
    feature: "graphql",
  },
  { href: "/docs", label: "Documentation" },
];

export type NavGroup = {
  title: string;
  items: NavItem[];
  /** Folded groups show only their title until the person opens them; the browser remembers that. */
  isFolded?: true;
};

/**
 * Returns the pages that a user may open, grouped by task: at most ten entries, the two folded groups among them. Pages
 * without permission or of a switched-off feature are left out. The palette lists the pages of folded groups as well.
 */
export function navigationFor(
  { role, has_bots }: Pick<ConsoleUser, "role" | "has_bots">,
  off: readonly Feature[],
): NavGroup[] {
  const on = ({ feature }: NavItem) => !feature || !off.includes(feature);
  const operate = role === "user" ? watch : [...watch, analytics];
  const isAside = ({ isRare, needsBots }: NavItem) => isRare || (needsBots && !has_bots);
  const groups: NavGroup[] = [{ title: "Operate", items: operate.filter((item) => !isAside(item)) }];
  if (role === "admin") groups.push({ title: "Administer", items: administer, isFolded: true });
  if (role === "moderator")
    groups.push({ title: "Moderate", items: administer.filter((item) => item.staff), isFolded: true });
  groups.push({ title: "More", items: [...operate.filter(isAside), ...personal], isFolded: true });
  return groups.map((group) => ({ ...group, items: group.items.filter(on) }));
}

/** Returns whether `href` is the current page or an ancestor of it, unless a more specific item matches. */
export function isCurrent(href: string, pathname: string): boolean {
  if (href === "/dashboard" || href === "/admin") return pathname === href;
  return pathname === href || pathname.startsWith(`${href}/`);
}
