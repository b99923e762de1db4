import {
  Activity,
  BookOpen,
  Braces,
  CalendarClock,
  ChartLine,
  DatabaseBackup,
  History,
  Inbox,
  type LucideIcon,
  Megaphone,
  Puzzle,
  Rss,
  Server,
  Signpost,
  SlidersHorizontal,
  UserRound,
  Users,
  UsersRound,
  Webhook,
} from "lucide-react";

/** Icons of the pages of folded groups, which most pages of the console do not show. */
export const ICONS: Readonly<Record<string, LucideIcon>> = {
  "/dashboard/schedules": CalendarClock,
  "/dashboard/status-pages": Signpost,
  "/dashboard/feeds": Rss,
  "/dashboard/analytics": ChartLine,
  "/admin": Users,
  "/admin/bots": Server,
  "/admin/config": SlidersHorizontal,
  "/admin/broadcast": Megaphone,
  "/admin/plugins": Puzzle,
  "/admin/backups": DatabaseBackup,
  "/admin/audit": History,
  "/admin/system": Activity,
  "/dashboard/inbox": Inbox,
  "/dashboard/teams": UsersRound,
  "/dashboard/webhooks": Webhook,
  "/account": UserRound,
  "/dashboard/graphql": Braces,
  "/docs": BookOpen,
};

export function FoldedIcon({ href }: { href: string }) {
  const Icon = ICONS[href];
  return Icon ? <Icon className="size-4 shrink-0" aria-hidden /> : null;
}
