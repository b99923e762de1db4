import {
  Activity,
  BellRing,
  BookOpen,
  Bot,
  Braces,
  CalendarClock,
  ChartLine,
  DatabaseBackup,
  Download,
  History,
  Inbox,
  LayoutDashboard,
  type LucideIcon,
  Megaphone,
  MessageSquare,
  Puzzle,
  Rss,
  ScrollText,
  Server,
  Signpost,
  SlidersHorizontal,
  SquareTerminal,
  Ticket,
  UserRound,
  Users,
  UsersRound,
  Webhook,
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
  icon: LucideIcon;
  /** The key that opens the page after "g". */
  key?: string;
  /** Extra words that the palette's search matches. */
  keywords?: string;
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
  /** Keys that work on the page. */
  keys?: PageKey[];
};

/** `staff`: the key is for those who answer tickets. */
type PageKey = { what: string; keys: string[]; staff?: true };

const ticketKeys: PageKey[] = [
  { what: "Next or previous ticket", keys: ["j", "k"] },
  { what: "Search tickets", keys: ["/"] },
  { what: "Write a reply", keys: ["r"] },
  { what: "Write a private note", keys: ["n"], staff: true },
  { what: "Claim ticket", keys: ["c"], staff: true },
  { what: "Assign ticket", keys: ["a"], staff: true },
  { what: "Close ticket", keys: ["e"], staff: true },
  { what: "Leave the text field, then close the ticket", keys: ["Esc"] },
];

const alertKeys: PageKey[] = [
  { what: "Next or previous alert", keys: ["j", "k"] },
  { what: "Open alert history", keys: ["Enter"] },
  { what: "Acknowledge alert", keys: ["a"] },
  { what: "Snooze alert for 1 hour", keys: ["s"] },
  { what: "Resolve alert", keys: ["e"] },
];

const scheduleKeys: PageKey[] = [
  { what: "Next or previous schedule", keys: ["j", "k"] },
  { what: "Open schedule", keys: ["Enter"] },
  { what: "Search schedules", keys: ["/"] },
];

/** The keys of the time range. */
const rangeKeys: PageKey[] = [
  { what: "Zoom the time range out", keys: ["t", "z"] },
  { what: "Move the time range back", keys: ["t", "←"] },
  { what: "Move the time range on", keys: ["t", "→"] },
  { what: "Type a time range", keys: ["t", "a"] },
];
/** The keys of the page of a bot, where the list of bots shows them too. */
const botKeys = rangeKeys.map((key) => ({ ...key, what: `${key.what} of a bot` }));
const logKeys: PageKey[] = [
  { what: "Next or previous line", keys: ["j", "k"] },
  { what: "Edit the query", keys: ["/"] },
  ...rangeKeys,
];

const watch: NavItem[] = [
  {
    href: "/dashboard",
    label: "Overview",
    icon: LayoutDashboard,
    key: "o",
    keywords: "home dashboard figures",
    keys: rangeKeys,
  },
  { href: "/dashboard/bots", label: "Bots", icon: Bot, key: "b", keywords: "fleet", keys: botKeys, views: "bots" },
  {
    href: "/dashboard/commands",
    label: "Commands",
    icon: SquareTerminal,
    key: "c",
    keywords: "queue",
    needsBots: true,
  },
  {
    href: "/dashboard/logs",
    label: "Logs",
    icon: ScrollText,
    key: "l",
    keywords: "errors events",
    needsBots: true,
    keys: logKeys,
    views: "logs",
  },
  { href: "/dashboard/messages", label: "Messages", icon: MessageSquare, key: "m", keywords: "chat", needsBots: true },
  {
    href: "/dashboard/tickets",
    label: "Tickets",
    icon: Ticket,
    key: "t",
    keywords: "support help queue",
    badge: "tickets",
    keys: ticketKeys,
  },
  {
    href: "/dashboard/alerts",
    label: "Alerts",
    icon: BellRing,
    feature: "alerts",
    needsBots: true,
    keywords: "rules channels webhook escalation offline trouble maintenance silence mute",
    badge: "alerts",
    keys: alertKeys,
  },
  {
    href: "/dashboard/tasks",
    label: "Transfers",
    icon: Download,
    feature: "transfers",
    keywords: "downloads tasks uploads torrents drive s3 files",
  },
  {
    href: "/dashboard/schedules",
    label: "Schedules",
    icon: CalendarClock,
    key: "s",
    keywords: "cron repeat recurring timer automatic commands",
    isRare: true,
    keys: scheduleKeys,
  },
  {
    href: "/dashboard/status-pages",
    label: "Status pages",
    icon: Signpost,
    keywords: "public uptime incidents badge outage share",
    isRare: true,
  },
  {
    href: "/dashboard/feeds",
    label: "Feeds",
    icon: Rss,
    keywords: "rocket league ranks memes reddit lemmy",
    isRare: true,
  },
];
/** Shown to staff only. */
const analytics: NavItem = {
  href: "/dashboard/analytics",
  label: "Analytics",
  icon: ChartLine,
  key: "a",
  keywords: "statistics usage sessions people features",
  isRare: true,
};
const administer: NavItem[] = [
  { href: "/admin", label: "Users", icon: Users, keywords: "accounts roles", staff: true },
  { href: "/admin/bots", label: "All bots", icon: Server, keywords: "fleet owners" },
  {
    href: "/admin/config",
    label: "Settings",
    icon: SlidersHorizontal,
    keywords: "configuration config welcome roles channels",
  },
  { href: "/admin/broadcast", label: "Broadcast", icon: Megaphone, keywords: "announcement notify everybody" },
  { href: "/admin/plugins", label: "Plugins", icon: Puzzle, keywords: "cogs extensions hooks", feature: "plugins" },
  {
    href: "/admin/backups",
    label: "Backups",
    icon: DatabaseBackup,
    keywords: "restore archive schedule",
    feature: "backups",
  },
  { href: "/admin/audit", label: "Audit log", icon: History, keywords: "history who changed sign-ins security trail" },
  { href: "/admin/system", label: "System", icon: Activity, keywords: "health retention mail" },
];
const personal: NavItem[] = [
  { href: "/dashboard/inbox", label: "Inbox", icon: Inbox, keywords: "notifications unread news bell" },
  {
    href: "/dashboard/teams",
    label: "Teams",
    icon: UsersRound,
    keywords: "members roles share people groups",
  },
  {
    href: "/dashboard/webhooks",
    label: "Webhooks",
    icon: Webhook,
    keywords: "integrations events post deliveries hooks callbacks incoming github grafana",
  },
  {
    href: "/account",
    label: "Account",
    icon: UserRound,
    keywords: "profile password sessions api keys notifications push delete",
  },
  {
    href: "/dashboard/graphql",
    label: "GraphQL",
    icon: Braces,
    keywords: "playground query schema api explorer",
    feature: "graphql",
  },
  { href: "/docs", label: "Documentation", icon: BookOpen, keywords: "guide help api rest openapi reference" },
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
  const own = operate.map((item) => ({
    ...item,
    keys: item.keys?.filter((one) => role !== "user" || has_bots || !one.staff),
  }));
  const groups: NavGroup[] = [{ title: "Operate", items: own.filter((item) => !isAside(item)) }];
  if (role === "admin") groups.push({ title: "Administer", items: administer, isFolded: true });
  if (role === "moderator")
    groups.push({ title: "Moderate", items: administer.filter((item) => item.staff), isFolded: true });
  groups.push({ title: "More", items: [...own.filter(isAside), ...personal], isFolded: true });
  return groups.map((group) => ({ ...group, items: group.items.filter(on) }));
}

/** Returns whether `href` is the current page or an ancestor of it, unless a more specific item matches. */
export function isCurrent(href: string, pathname: string): boolean {
  if (href === "/dashboard" || href === "/admin") return pathname === href;
  return pathname === href || pathname.startsWith(`${href}/`);
}
