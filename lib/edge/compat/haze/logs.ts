/** Logs as the app shows them: it filters by the name of a cog, and writes levels in capitals. */
import type { App } from "@/lib/app";
import { type Actor, mayArea } from "@/lib/core/actor";
import type { AdapterOf } from "@/lib/edge/http";
import type { listLogs } from "@/lib/fleet/telemetry/contract";

/** The names that the app offers as a filter: those of plugins, for staff whose key reaches plugins. */
export async function cogNamesOf({ plugins }: App, actor: Actor): Promise<string[]> {
  const isStaff = actor.kind === "user" && actor.role !== "user";
  return isStaff && mayArea(actor, "server:read") ? (await plugins.list(actor)).map(({ name }) => name) : [];
}

/** `GET /api/logs`. A log line of a bot names its cog in its text, so the name of a cog is a word to search for. */
export const ofLogs: AdapterOf<typeof listLogs.response> = {
  query: ({ cog, level, search, ...query }) => ({
    ...query,
    ...(level && { level: level.toLowerCase() }),
    ...((cog || search) && { search: [cog, search].filter(Boolean).join(" ") }),
  }),
  reply: async (page, { app, actor }) => ({
    ...page,
    logs: page.logs.map((log) => ({ ...log, level: log.level.toUpperCase() })),
    available_cogs: await cogNamesOf(app, actor),
    total: page.count,
  }),
};
