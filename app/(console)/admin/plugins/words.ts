/** Explains hooks and permissions to the admin who decides about a plugin. */
import type { Plugin } from "@/lib/operations/plugins/contract";

const HOOKS: Record<string, string> = {
  command_queued: "commands that are queued",
  command_settled: "commands that end",
  log: "logs of bots",
  message: "messages that bots see",
  bot_status: "bots' status",
  ticket_opened: "tickets that are opened",
  ticket_message: "messages in tickets, without notes",
  ticket_closed: "tickets that are closed",
  download_complete: "downloads that end",
  alert: "alerts",
};
const PERMISSIONS: Record<string, string> = {
  "commands:send": "Queue commands for any bot",
  "tickets:reply": "Answer tickets",
  notify: "Notify people",
  "alerts:raise": "Raise alerts for the staff, and resolve its own",
  http: "Send requests to public addresses",
};

export const hookWords = (hook: string): string => HOOKS[hook] ?? hook;
export const permissionWords = (permission: string): string => PERMISSIONS[permission] ?? permission;

export const STATE_TONE = {
  running: "ok",
  starting: "info",
  restarting: "warn",
  broken: "bad",
  disabled: "neutral",
} as const satisfies Record<Plugin["state"], string>;

/** 0.4 -> "0.4 ms", 73400 -> "1 min 13 s". */
export function span(ms: number): string {
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1).replace(/\.0$/, "") : Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
