/** Explains hooks and permissions to the admin who decides about a plugin. */
import type { Plugin } from "@/lib/operations/plugins/contract";

const HOOKS: Record<string, string> = {
  command_queued: "queued commands",
  command_settled: "finished commands",
  log: "log lines of bots",
  message: "chat messages that bots see",
  bot_status: "status changes of bots",
  ticket_opened: "new tickets",
  ticket_message: "ticket messages, without private notes",
  ticket_closed: "closed tickets",
  download_complete: "finished transfers",
  alert: "alerts",
};
const PERMISSIONS: Record<string, string> = {
  "commands:send": "Queue commands for any bot",
  "tickets:reply": "Reply to tickets",
  notify: "Send notifications to people",
  "alerts:raise": "Raise alerts for staff, and resolve its own alerts",
  http: "Send requests to public addresses",
};

export const hookLabel = (hook: string): string => HOOKS[hook] ?? hook;
export const permissionLabel = (permission: string): string => PERMISSIONS[permission] ?? permission;

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
