/** Lists plugins for staff, and reads their logs for admins. */
import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import type { Plugin, PluginDetail, PluginLogLine } from "./contract";
import type { PluginLog } from "./log";
import type { Processes } from "./processes";
import type { Registry } from "./registry";
import type { PluginLogStore } from "./store.log";
import type { Views } from "./views";

type Deps = {
  registry: Registry;
  processes: Processes;
  views: Views;
  lines: Pick<PluginLogStore, "lines">;
  log: PluginLog;
};
type LogPage = { lines: PluginLogLine[]; count: number; next_cursor: string | null };

export function createReadService({ registry, processes, views, lines, log }: Deps) {
  /** Plugins sorted by name, for staff. */
  async function list(actor: Actor): Promise<Plugin[]> {
    if (asUser(actor).role === "user") throw new AppError("FORBIDDEN", "Only staff may do this");
    return [...registry.all().keys()].sort().map(views.plugin);
  }

  return {
    list,

    async get(actor: Actor, name: string): Promise<PluginDetail> {
      asAdmin(actor);
      await registry.known(name);
      return views.detail(name);
    },

    /** Reads the folders again, and stops plugins whose folder is gone. */
    async rescan(actor: Actor): Promise<Plugin[]> {
      asAdmin(actor, "admin");
      const before = registry.all();
      await registry.scan();
      // A running plugin keeps its manifest until it is reloaded.
      for (const [name, one] of before)
        if (registry.find(name) && processes.find(name)?.state === "running") registry.put(one);
      for (const name of processes.names()) if (!registry.find(name)) await processes.halt(name);
      processes.listen();
      return list(actor);
    },

    async lines(actor: Actor, name: string, query: { limit: number; cursor?: string }): Promise<LogPage> {
      asAdmin(actor);
      await registry.known(name);
      await log.flush();
      const page = await lines.lines(name, query.limit, query.cursor === undefined ? undefined : Number(query.cursor));
      const last = page.length === query.limit ? page.at(-1) : undefined;
      return { lines: page, count: page.length, next_cursor: last ? String(last.id) : null };
    },
  };
}
