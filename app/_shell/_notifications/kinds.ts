import {
  Bell,
  BellRing,
  BotOff,
  CircleX,
  Download,
  type LucideIcon,
  Megaphone,
  MessageSquareText,
  Puzzle,
  ShieldAlert,
  Ticket,
  TicketCheck,
  Trophy,
} from "lucide-react";
import type { Channel, Kind } from "@/lib/community/notifications/contract";

/** Kinds in the words of people, in the order they are listed in. `staff`: only they are told. */
export const KINDS: { kind: Kind; label: string; about: string; icon: LucideIcon; staff?: boolean }[] = [
  { kind: "ticket_opened", label: "New tickets", about: "Somebody opens a ticket", icon: Ticket, staff: true },
  { kind: "ticket_reply", label: "Answers", about: "A message in a ticket of yours", icon: MessageSquareText },
  { kind: "ticket_changed", label: "Ticket states", about: "Taken on, closed, reopened", icon: TicketCheck },
  { kind: "bot_offline", label: "Bots down", about: "A bot of yours goes down or comes back", icon: BotOff },
  { kind: "command_failed", label: "Commands given up", about: "A bot never answered", icon: CircleX },
  { kind: "task", label: "Downloads", about: "A transfer ends or fails", icon: Download },
  { kind: "alert", label: "Alerts", about: "A limit that was set is passed", icon: BellRing },
  { kind: "plugin", label: "Plugins", about: "What plugins have to say", icon: Puzzle },
  { kind: "rank", label: "Ranks", about: "A player you track rises or falls", icon: Trophy },
  { kind: "broadcast", label: "Announcements", about: "From the admins, to everybody", icon: Megaphone },
  { kind: "security", label: "Security", about: "Changes to your account", icon: ShieldAlert },
];

export const iconOf = (kind: Kind): LucideIcon => KINDS.find((one) => one.kind === kind)?.icon ?? Bell;

export const CHANNELS: { channel: Channel; label: string; missing?: string }[] = [
  { channel: "in_app", label: "Inbox" },
  { channel: "web_push", label: "Browser" },
  { channel: "fcm", label: "Phone", missing: "Phones need a Firebase service account, which this server has not got." },
  { channel: "email", label: "Mail", missing: "Mails need a mail server, which this server has not got." },
];
