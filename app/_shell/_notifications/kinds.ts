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

/** Labels of the notification kinds, in display order. */
export const KINDS: { kind: Kind; label: string; about: string; icon: LucideIcon }[] = [
  { kind: "ticket_opened", label: "New tickets", about: "Someone opens a ticket that you may answer", icon: Ticket },
  { kind: "ticket_reply", label: "Ticket replies", about: "Someone replies to your ticket", icon: MessageSquareText },
  {
    kind: "ticket_changed",
    label: "Ticket status",
    about: "Your ticket is claimed, closed or reopened",
    icon: TicketCheck,
  },
  { kind: "bot_offline", label: "Bots down", about: "One of your bots goes offline or comes back", icon: BotOff },
  {
    kind: "command_failed",
    label: "Undeliverable commands",
    about: "A bot never acknowledged a command",
    icon: CircleX,
  },
  { kind: "task", label: "Transfers", about: "A transfer finishes or fails", icon: Download },
  { kind: "alert", label: "Alerts", about: "An alert rule fires", icon: BellRing },
  { kind: "plugin", label: "Plugins", about: "A plugin sends you a notification", icon: Puzzle },
  { kind: "rank", label: "Ranks", about: "A player you track changes rank", icon: Trophy },
  { kind: "broadcast", label: "Announcements", about: "An admin sends a message to everyone", icon: Megaphone },
  { kind: "security", label: "Security", about: "Your password, sessions or API keys change", icon: ShieldAlert },
];

export const iconOf = (kind: Kind): LucideIcon => KINDS.find((one) => one.kind === kind)?.icon ?? Bell;

export const CHANNELS: { channel: Channel; label: string; missing?: string }[] = [
  { channel: "in_app", label: "Inbox" },
  { channel: "web_push", label: "Browser" },
  { channel: "fcm", label: "Mobile", missing: "Mobile push is off. Set FCM_SERVICE_ACCOUNT to enable it." },
  { channel: "email", label: "Email", missing: "Email is off. Set SMTP_URL to enable it." },
];
