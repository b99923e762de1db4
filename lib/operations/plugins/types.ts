/**
 * For authors of plugins: what a plugin exports and what it is given. A plugin is plain JavaScript; an editor checks it
 * against these types with `@type {import("./types").Hook<"message">}` above an exported function.
 * docs/plugins.md tells the rest.
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
  /** Staff notes are not told. */
  ticket_message: { ticket: TicketFact; message: TicketMessage };
  ticket_closed: { ticket: TicketFact };
  download_complete: { task: Task };
  alert: { alert: Record<string, unknown> };
};

type Say = (...values: unknown[]) => void;
type HttpOptions = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  /** Text as it is, or a value sent as JSON. */
  body?: string;
  json?: unknown;
};

/** The second argument of every hook. Calls reject with an Error whose `code` is one of the API's. */
export type PluginContext = {
  /** The settings, defaults filled in; always the newest. Frozen. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Lines of the plugin's log, which an admin reads; `console` writes there too. */
  readonly log: Say & Record<LogLevel, Say>;
  /** Small JSON values that outlive the process: 256 of at most 16 kB. */
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
  /** Needs `notify`. To whom: account ids, a role, or all. */
  notify(notice: {
    to: { user_ids: number[] } | { role: "user" | "moderator" | "admin" } | "all";
    title: string;
    body: string;
    url?: string;
  }): Promise<void>;
  /**
   * Needs `alerts:raise`. Raises an alert for the staff ("warning" unless told otherwise), or says with `resolve` that it is
   * over: null when nothing of the group is open. What is said again of one `group`, or in the same words, is counted.
   */
  alert(
    alert:
      | { level?: "info" | "warning" | "critical"; message: string; group?: string }
      | { group: string; resolve: true },
  ): Promise<{ alert_id: string; state: string; count: number } | null>;
  /** Needs `http`. Public addresses only; any status is an answer, at most 256 kB of it. */
  http(url: string, options?: HttpOptions): Promise<{ status: number; headers: Record<string, string>; body: string }>;
};

/** A function named after a hook; what it returns is awaited and not used. */
export type Hook<N extends HookName> = (event: HookEvents[N], ctx: PluginContext) => unknown;

/** The exports that index.mjs may have. */
export type PluginModule = { [N in HookName]?: Hook<N> } & {
  /** Runs before the first hook. If it throws, the plugin does not start. */
  start?: (ctx: PluginContext) => unknown;
  /** Runs before the process ends, if there is time. */
  stop?: (ctx: PluginContext) => unknown;
};
