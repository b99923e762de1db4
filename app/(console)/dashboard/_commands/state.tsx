import { Ban, CalendarClock, Check, CircleSlash, Clock, MailX, Send, TimerOff } from "lucide-react";
import { Badge, type Tone } from "@/app/_ui/badge";
import { cn } from "@/app/_ui/cn";
import { currentPageUser } from "@/lib/client/session";
import type { Command } from "@/lib/fleet/commands/contract";
import { REASON_TEXTS } from "./failure";

export type CommandState =
  | "scheduled"
  | "queued"
  | "delivered"
  | "done"
  | "failed"
  | "cancelled"
  | "expired"
  | "undeliverable";

const REASONS = { cancelled: "cancelled", expired: "expired", dead: "undeliverable" } as const;

/**
 * Where a command is, for people: pending splits into scheduled, queued (waiting) and delivered (leased to the bot);
 * failed says so when it was not the bot that failed.
 */
export function commandState(command: Command, now: number): CommandState {
  if (command.status === "completed") return "done";
  if (command.status === "failed") return command.reason ? REASONS[command.reason] : "failed";
  const leased = command.lease_expires_at !== null && Date.parse(command.lease_expires_at) > now;
  if (command.dispatched_at !== null && leased) return "delivered";
  return command.run_at && Date.parse(command.run_at) > now ? "scheduled" : "queued";
}

const LOOK: Record<CommandState, { tone: Tone; Icon: typeof Clock; title: string }> = {
  scheduled: { tone: "neutral", Icon: CalendarClock, title: "Waiting for its scheduled time" },
  queued: { tone: "neutral", Icon: Clock, title: "Waiting for the bot to fetch it" },
  delivered: { tone: "info", Icon: Send, title: "Delivered to the bot; not acknowledged yet" },
  done: { tone: "ok", Icon: Check, title: "The bot completed it" },
  failed: { tone: "bad", Icon: Ban, title: "The bot reported a failure" },
  cancelled: { tone: "neutral", Icon: CircleSlash, title: REASON_TEXTS.cancelled },
  expired: { tone: "warn", Icon: TimerOff, title: REASON_TEXTS.expired },
  undeliverable: { tone: "bad", Icon: MailX, title: REASON_TEXTS.dead },
};

export function CommandBadge({ command }: { command: Command }) {
  const state = commandState(command, Date.now());
  const { tone, Icon, title } = LOOK[state];
  // A percentage takes no more room than the status word that it replaces.
  const text = state === "delivered" && command.progress !== null ? `${command.progress} %` : state;
  return (
    // A lease may run out between the server's text and the browser's: the word may differ once.
    <Badge tone={tone} title={title} suppressHydrationWarning>
      <Icon className="size-3" aria-hidden />
      {text}
    </Badge>
  );
}

/** The progress that the bot last reported; renders nothing when it reported none. */
export function CommandProgress({ command, className }: { command: Command; className?: string }) {
  if (command.progress === null && !command.progress_note) return null;
  return (
    <div className={cn("space-y-1", className)}>
      {command.progress !== null ? (
        <progress
          className="block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-raised [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-raised [&::-webkit-progress-value]:bg-accent"
          value={command.progress}
          max={100}
          aria-label="Command progress"
        />
      ) : null}
      <p className="text-[13px] text-muted">
        {command.progress !== null ? <span className="tnum">{command.progress} %</span> : null}
        {command.progress !== null && command.progress_note ? " · " : null}
        {command.progress_note}
      </p>
    </div>
  );
}

/** A span of milliseconds as people say it: 35 ms, 1.2 s, 4 min 10 s, 3 h 2 min. */
export function spanText(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const SENDER = {
  team_key: "Service key",
  plugin: "Plugin",
  job: "Server",
  schedule: "Schedule",
  incoming_webhook: "Incoming webhook",
  cli: "Command line",
  bot: "Bot",
  anonymous: "Not signed in",
} as const;

/** The sender of a command. People with whom a bot is shared see no other names. */
export function senderOf({ created_by, created_by_name, sender }: Command): string {
  if (sender && sender.kind !== "person" && sender.kind !== "key")
    return sender.name ? `${SENDER[sender.kind]} ${sender.name}` : SENDER[sender.kind];
  if (created_by === null) return "–";
  const me = currentPageUser();
  const name = created_by_name ?? (me?.user_id === created_by ? me.username : "Another user");
  return sender?.kind === "key" ? `${name}, by API key` : name;
}
