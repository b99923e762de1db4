import { Ban, Check, Clock, Send } from "lucide-react";
import { Badge, type Tone } from "@/app/_ui/badge";
import type { Command } from "@/lib/commands/contract";

export type CommandState = "queued" | "delivered" | "done" | "failed";

/** Where a command is, for people: pending splits into queued (waiting) and delivered (leased to the bot). */
export function commandState(command: Command, now: number): CommandState {
  if (command.status === "completed") return "done";
  if (command.status === "failed") return "failed";
  const leased = command.lease_expires_at !== null && Date.parse(command.lease_expires_at) > now;
  return command.dispatched_at !== null && leased ? "delivered" : "queued";
}

const LOOK: Record<CommandState, { tone: Tone; Icon: typeof Clock; title: string }> = {
  queued: { tone: "neutral", Icon: Clock, title: "Waiting for the bot to fetch it" },
  delivered: { tone: "info", Icon: Send, title: "The bot has it; no acknowledgement yet" },
  done: { tone: "ok", Icon: Check, title: "Acknowledged as completed" },
  failed: { tone: "bad", Icon: Ban, title: "Acknowledged as failed" },
};

export function CommandBadge({ command }: { command: Command }) {
  const state = commandState(command, Date.now());
  const { tone, Icon, title } = LOOK[state];
  return (
    // A lease may run out between the server's text and the browser's: the word may differ once.
    <Badge tone={tone} title={title} suppressHydrationWarning>
      <Icon className="size-3" aria-hidden />
      {state}
    </Badge>
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
