/**
 * Contract of plugins. One registry under two names: document 003 calls them cogs ("Cog Management"), document 002
 * plugins ("Plugin Endpoints"). `loaded` of the one is `enabled` of the other.
 */
import { z } from "zod";
import {
  AnyObject,
  Cursor,
  EditedVersion,
  Version as EditVersion,
  JsonObject,
  type Operation,
  Success,
  Time,
  WholeNumber,
} from "@/lib/core/contract";

/** The hooks of plugins, named like the functions that a plugin exports. */
export const HOOKS = [
  "command_queued",
  "command_settled",
  "log",
  "message",
  "bot_status",
  "ticket_opened",
  "ticket_message",
  "ticket_closed",
  "download_complete",
  "alert",
] as const;
export const HookName = z.enum(HOOKS);
export type HookName = z.infer<typeof HookName>;

/** The permissions of plugins; their process can do nothing else. */
export const PERMISSIONS = ["commands:send", "tickets:reply", "notify", "alerts:raise", "http"] as const;
export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;

/** The name of a folder, which is the plugin's name too. `rescan` is excluded because it is a path of the API. */
export const PluginName = z
  .string()
  .regex(/^(?!rescan$)[A-Za-z][\w-]{0,63}$/, {
    error: "must be 1 to 64 letters, digits, _ or -, beginning with a letter",
  })
  .meta({ example: "ticket_greeter" });

const Text = (max: number) => z.string().trim().min(1).max(max);
const Version = z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/, { error: "must be a version such as 1.0.0" });

/** The content of `plugin.json`. */
export const PluginManifest = z.strictObject({
  $schema: z.string().max(500).optional().meta({ description: "The editor's, for completion; not read." }),
  name: PluginName,
  version: Version,
  description: Text(500),
  author: Text(200),
  hooks: z.array(HookName).min(1).max(HOOKS.length),
  log_types: z
    .array(z.string().toLowerCase().max(32))
    .min(1)
    .max(20)
    .optional()
    .meta({ description: "Logs of these types alone are told; all when left out." }),
  permissions: z.array(Permission).max(PERMISSIONS.length).default([]),
  settings: JsonObject(32_768).default({ type: "object", properties: {} }).meta({
    description: "JSON Schema of its settings, an object. `writeOnly` texts are stored encrypted and never shown.",
  }),
  muster: Version.default("0.0.0").meta({ description: "The oldest Muster it runs on." }),
});
export type PluginManifest = z.output<typeof PluginManifest>;

/** starting and restarting: its process is not ready yet; broken: its files cannot be used, and `problem` says why. */
const PluginState = z.enum(["disabled", "starting", "running", "restarting", "broken"]);

/** Counters of the process that answers, since it started. */
const Stats = z.object({
  calls: z.number().int(),
  errors: z.number().int(),
  time_ms: z.number().meta({ description: "From the call of a hook to its end, waiting included." }),
  queued: z.number().int(),
  dropped: z.number().int().meta({ description: "Facts the plugin was too slow for." }),
  restarts: z.number().int(),
  last_error: z.object({ at: Time, message: z.string() }).nullable(),
  hooks: z.array(
    z.object({ hook: z.string(), calls: z.number().int(), errors: z.number().int(), time_ms: z.number() }),
  ),
});
export type PluginStats = z.infer<typeof Stats>;

/** One plugin, as lists show it. */
export const Plugin = z
  .object({
    name: z.string(),
    version: z.string(),
    enabled: z.boolean(),
    description: z.string(),
    author: z.string(),
    hooks: z.array(z.string()),
    permissions: z.array(z.string()),
    state: PluginState,
    problem: z
      .string()
      .nullable()
      .meta({ description: "Why it is broken, or why the server disabled it; null when all is well." }),
    stats: Stats,
  })
  .meta({ id: "Plugin" });
export type Plugin = z.infer<typeof Plugin>;

const PluginDetail = Plugin.extend({
  muster: z.string(),
  settings_schema: AnyObject,
  settings: AnyObject.meta({ description: "With the defaults filled in, without the secret ones." }),
  settings_version: EditVersion,
  secrets: z
    .record(z.string(), z.boolean())
    .meta({ description: "The secret settings, and whether they hold a value." }),
  changed_by: z.number().int().nullable(),
  changed_at: Time.nullable(),
}).meta({ id: "PluginDetail" });
export type PluginDetail = z.infer<typeof PluginDetail>;

export const PluginLogLine = z.object({
  id: z.number().int(),
  level: z.enum(["debug", "info", "warning", "error"]),
  message: z.string(),
  timestamp: Time,
});
export type PluginLogLine = z.infer<typeof PluginLogLine>;
export type LogLevel = PluginLogLine["level"];

const Params = z.object({ name: PluginName });

export const listPlugins = {
  id: "listPlugins",
  method: "GET",
  path: "/api/plugins",
  summary: "List plugins",
  description: "For staff. Statistics cover the responding process since its start.",
  document: "002 Plugin Endpoints: GET /api/plugins",
  response: z.object({ plugins: z.array(Plugin), count: z.number().int() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const togglePlugin = {
  id: "togglePlugin",
  method: "POST",
  path: "/api/plugins/{name}/toggle",
  summary: "Enable or disable a plugin",
  description:
    "Enabling a plugin starts it. 409 if it cannot be started; 400 if a required setting is missing. The choice persists across restarts.",
  document: "002 Plugin Endpoints: POST /api/plugins/:name/toggle",
  proof: "fresh",
  params: Params,
  body: z.object({ enabled: z.boolean() }),
  response: Success.extend({ message: z.string() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
  example: { body: { enabled: true }, response: { success: true, message: "Plugin enabled successfully" } },
} as const satisfies Operation;

export const getPlugin = {
  id: "getPlugin",
  method: "GET",
  path: "/api/plugins/{name}",
  summary: "Get a plugin with its settings and statistics",
  document: "muster",
  params: Params,
  response: z.object({ plugin: PluginDetail }),
  etag: "plugin.settings_version",
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const getPluginLog = {
  id: "getPluginLog",
  method: "GET",
  path: "/api/plugins/{name}/log",
  summary: "List a plugin's log lines, newest first",
  description: "The newest 1000 lines of each plugin are kept.",
  document: "muster",
  params: Params,
  query: z.object({ limit: WholeNumber(100, 500), cursor: Cursor }),
  response: z.object({ lines: z.array(PluginLogLine), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const putPluginSettings = {
  id: "putPluginSettings",
  method: "PUT",
  path: "/api/plugins/{name}/settings",
  summary: "Replace a plugin's settings",
  description:
    "The settings must match the plugin's schema. An omitted secret setting keeps its value; null removes it. A running plugin receives them at once.",
  document: "muster",
  params: Params,
  body: z.object({ settings: JsonObject(), version: EditedVersion }),
  response: Success.extend({ plugin: PluginDetail }),
  update: "closed",
  etag: "plugin.settings_version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
  example: { body: { settings: { greeting: "Hello {user}" } } },
} as const satisfies Operation;

export const rescanPlugins = {
  id: "rescanPlugins",
  method: "POST",
  path: "/api/plugins/rescan",
  summary: "Check the plugin folders for changes",
  description:
    "New plugins appear disabled; plugins whose folder is gone are stopped. Running plugins keep their code until you reload them.",
  document: "muster",
  response: Success.extend({ plugins: z.array(Plugin), count: z.number().int() }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    /** A plugin was enabled, disabled or reloaded, or its settings changed: each process has to do the same. */
    "plugin.changed": { name: string; change: "enabled" | "disabled" | "reloaded" | "settings"; by: number | null };
  }
}
