/**
 * Contract of cogs, as document 003 calls plugins ("Cog Management"): `loaded` is what plugins call `enabled`. Calls that name the
 * cog in their path, and what lists say beyond `name` and `loaded`, are those of that document's mobile app.
 */
import { z } from "zod";
import { Cursor, type Operation, Success, WholeNumber } from "@/lib/core/contract";
import { type Plugin, PluginLogLine, PluginName } from "./contract";

const Cog = z.object({
  name: z.string(),
  loaded: z.boolean(),
  status: z
    .enum(["loaded", "unloaded", "error"])
    .meta({ description: "error: it is enabled or present, and cannot run." }),
  description: z.string(),
  icon: z.string().nullable(),
  category: z.string().nullable(),
  features: z.array(z.string()).meta({ description: "The hooks that it has." }),
  can_load: z.boolean(),
  can_unload: z.boolean(),
  can_reload: z.boolean(),
  error_message: z.string().nullable(),
});

/** A plugin as a cog. A broken one cannot be loaded before its files are right. */
export const toCog = ({ name, enabled, state, description, hooks, problem }: Plugin): z.infer<typeof Cog> => ({
  ...{ name, loaded: enabled, description, icon: "extension", category: "plugin", features: hooks },
  status: state === "broken" ? "error" : enabled ? "loaded" : "unloaded",
  can_load: !enabled && state !== "broken",
  can_unload: enabled,
  can_reload: enabled,
  error_message: problem,
});

export const listCogs = {
  id: "listCogs",
  method: "GET",
  path: "/api/cogs",
  summary: "List cogs (another name for plugins)",
  document: "003 Cog Management: GET /api/cogs",
  response: z.object({ cogs: z.array(Cog) }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

const response = Success.extend({ message: z.string(), cog: z.object({ name: z.string(), loaded: z.boolean() }) });
const errors = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"] as const;
const inBody = {
  body: z.object({ cog_name: z.string().min(1).max(64).meta({ example: "auto_reply" }) }),
  ...{ response, errors },
  example: { body: { cog_name: "Moderation" } },
} as const;
const inPath = {
  params: z.object({ name: PluginName }),
  document: "original 003: Mobile App",
  response,
  errors,
} as const;

export const loadCog = {
  ...inBody,
  id: "loadCog",
  method: "POST",
  path: "/api/cogs/load",
  summary: "Load a cog",
  description: "The same as enabling the plugin of that name.",
  document: "003 Cog Management: POST /api/cogs/load",
  proof: "fresh",
} as const satisfies Operation;

export const unloadCog = {
  ...inBody,
  id: "unloadCog",
  method: "POST",
  path: "/api/cogs/unload",
  summary: "Unload a cog",
  description: "The same as disabling the plugin of that name.",
  document: "003 Cog Management: POST /api/cogs/unload",
} as const satisfies Operation;

export const reloadCog = {
  ...inBody,
  id: "reloadCog",
  method: "POST",
  path: "/api/cogs/reload",
  summary: "Reload a cog",
  description:
    "Reads the cog's files again and replaces its process with a new one. 409 if the cog is not loaded or its files are invalid.",
  document: "003 Cog Management: POST /api/cogs/reload",
} as const satisfies Operation;

export const loadNamedCog = {
  ...inPath,
  id: "loadNamedCog",
  method: "POST",
  path: "/api/cogs/{name}/load",
  summary: "Load a cog that the path names",
  proof: "fresh",
} as const satisfies Operation;

export const unloadNamedCog = {
  ...inPath,
  id: "unloadNamedCog",
  method: "POST",
  path: "/api/cogs/{name}/unload",
  summary: "Unload a cog that the path names",
} as const satisfies Operation;

export const reloadNamedCog = {
  ...inPath,
  id: "reloadNamedCog",
  method: "POST",
  path: "/api/cogs/{name}/reload",
  summary: "Reload a cog that the path names",
} as const satisfies Operation;

export const listCogNames = {
  id: "listCogNames",
  method: "GET",
  path: "/api/logs/cogs",
  summary: "List the names of cogs, to filter logs by",
  description: "For staff.",
  document: "original 003: Mobile App",
  response: z.object({ cogs: z.array(z.string()) }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const getCogLogs = {
  id: "getCogLogs",
  method: "GET",
  path: "/api/cogs/{name}/logs",
  summary: "List a cog's log lines, newest first",
  document: "original 003: Mobile App",
  params: inPath.params,
  query: z.object({ limit: WholeNumber(100, 500), cursor: Cursor }),
  response: z.object({ logs: z.array(PluginLogLine), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;
