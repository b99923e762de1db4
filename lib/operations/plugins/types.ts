/**
 * Types for authors of plugins: a plugin's exports and the arguments of its functions. A plugin is plain JavaScript; an
 * editor checks it against these types with `@type {import("./types").Hook<"message">}` above an exported function. See
 * docs/plugins.md for the rest.
 */

import type { TicketFact, TicketMessage } from "@/lib/community/tickets/contract";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { Command } from "@/lib/fleet/commands/contract";
import type { Log, Message } from "@/lib/fleet/telemetry/contract";
import type { Task } from "@/lib/operations/transfers/contract";
import type { HookName, LogLevel } from "./contract";

/** The argument of each hook. */
export type HookEvents = {
  command_queued: { command: Command };
  command_settled: { command: Command };
  log: { log: Log };
  message: { message: Message };
  /** `data` is what the bot sent with it. */
  bot_status: { bot: Bot; data: Record<string, unknown> };
  ticket_opened: { ticket: TicketFact };
  /** Private notes of the staff are left out. */
  ticket_message: { ticket: TicketFact; message: TicketMessage };
  ticket_closed: { ticket: TicketFact };
  download_complete: { task: Task };
  alert: { alert: Record<string, unknown> };
};

type Say = (...values: unknown[]) => void;
type HttpOptions = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  /** The body: a string is sent unchanged, any other value as JSON. */
  body?: string;
  json?: unknown;
};

/** The second argument of every hook. Calls reject with an Error whose `code` is one of the API's. */
export type PluginContext = {
  /** The current settings, with defaults filled in. Frozen. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Writes lines to the plugin's log, which admins read; `console` writes there too. */
  readonly log: Say & Record<LogLevel, Say>;
  /** Small JSON values that are kept when the process ends: at most 256 of 16 kB each. */
  readonly store: {
    get(key: string): Promise<unknown>;
    set(key: string, value: unknown): Promise<void>;
    delete(key: string): Promise<void>;
    keys(): Promise<string[]>;
  };
  /** Needs `commands:send`. */
  sendCommand(
    bot_id: string,
    type: string,
    payload?: Record<string, unknown>,
    options?: { expires_in?: number; priority?: number; idempotency_key?: string },
  ): Promise<{ id: string; status: string }>;
  /** Needs `tickets:reply`. */
  replyTicket(ticket_id: string, message: string): Promise<{ message_id: string }>;
  /** Needs `notify`. Recipients are account ids, a role, or everybody. */
  notify(notice: {
    to: { user_ids: number[] } | { role: "user" | "moderator" | "admin" } | "all";
    title: string;
    body: string;
    url?: string;
  }): Promise<void>;
  /**
   * Needs `alerts:raise`. Raises an alert for the staff ("warning" by default). With `resolve` it resolves the group's
   * alert instead, and returns null when none is open. A repetition, with the same `group` or else the same message, is
   * only counted.
   */
  alert(
    alert:
      | { level?: "info" | "warning" | "critical"; message: string; group?: string }
      | { group: string; resolve: true },
  ): Promise<{ alert_id: string; state: string; count: number } | null>;
  /** Needs `http`. Reaches public addresses only. Any status is returned, with at most 256 kB of the body. */
  http(url: string, options?: HttpOptions): Promise<{ status: number; headers: Record<string, string>; body: string }>;
};

/** A function named after a hook. Its return value is awaited and ignored. */
export type Hook<N extends HookName> = (event: HookEvents[N], ctx: PluginContext) => unknown;

/** The exports that index.mjs may have. */
export type PluginModule = { [N in HookName]?: Hook<N> } & {
  /** Runs before the first hook. If it throws, the plugin does not start. */
  start?: (ctx: PluginContext) => unknown;
  /** Runs before the process ends, if there is time. */
  stop?: (ctx: PluginContext) => unknown;
};
